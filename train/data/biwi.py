"""`biwi:DIR`: the Biwi Kinect Head Pose Database's own layout, a point a photo: the head's centre.

`DIR/NN/frame_XXXXX_rgb.png` (or `.jpg`, as in fastai's copy), beside it `frame_XXXXX_pose.txt`, and
`rgb.cal` in each folder. The centre, in mm before the camera, is the pose file's last line; the
camera's matrix, the first three lines of `rgb.cal`, projects it into the photo
(https://link.springer.com/article/10.1007/s11263-012-0549-0). Of the classes nothing is known.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import BadData
from train.data.frame import Row, frame_of
from train.data.problems import Problems

RECORDED_AGAIN = {"15": "03", "18": "05", "21": "02", "22": "07"}
"""Folders of a person whom another folder shows, too: 24 recordings of 20 people
(https://huggingface.co/datasets/ETHZurich/biwi_kinect_head_pose)."""

LESSON_VALID = "13"
"""The person whom fastai's lesson keeps for validation; recorded once."""

POSE, RGB = "_pose.txt", "_rgb"
Floats = NDArray[np.float64]


def read(folder: Path, problems: Problems) -> pd.DataFrame:
    """All frames as rows with a point, by folder and number; one whole person is for validation.

    Frames that can't be used are left out and noted in `problems`. Raises `BadData` for another
    layout.
    """
    poses = sorted(folder.glob(f"*/frame_*{POSE}"))
    if not poses:
        raise BadData(f"{folder} has no files NN/frame_XXXXX{POSE} in it: not BIWI's layout.")
    valid = _valid_person({_person(pose) for pose in poses})
    rows = []
    for pose in poses:
        try:
            rows.append(_row(folder, pose, _person(pose) == valid if valid else None))
        except BadData as error:
            problems.add(str(pose.relative_to(folder)), error)
    return frame_of(rows)


def project(centre_mm: Floats, camera: Floats) -> tuple[float, float]:
    """A place (3,) before the camera, in mm, -> (x, y) in px, by the camera's matrix (3, 3).

    Raises `BadData` for a place that is not in front of the camera.
    """
    x_mm, y_mm, depth_mm = centre_mm
    if depth_mm <= 0:
        raise BadData(f"its centre is {depth_mm:g} mm before the camera: that is not in the photo.")
    x = x_mm * camera[0, 0] / depth_mm + camera[0, 2]
    y = y_mm * camera[1, 1] / depth_mm + camera[1, 2]
    return float(x), float(y)


def _person(pose: Path) -> str:
    return RECORDED_AGAIN.get(pose.parent.name, pose.parent.name)


def _valid_person(people: set[str]) -> str | None:
    """The lesson's, else the last; None where there is but one."""
    if len(people) == 1:
        return None
    return LESSON_VALID if LESSON_VALID in people else max(people)


def _row(folder: Path, pose: Path, is_valid: bool | None) -> Row:
    stem = pose.name.removesuffix(POSE) + RGB
    photos = [
        path for suffix in (".png", ".jpg") if (path := pose.with_name(stem + suffix)).exists()
    ]
    if not photos:
        raise BadData(f"there is no photo {stem}.png or {stem}.jpg beside it.")
    camera = _numbers(pose.with_name("rgb.cal"), 9)[:9].reshape(3, 3)
    centre_mm = _numbers(pose, 12)[-3:]
    return Row(
        where=str(photos[0].relative_to(folder)),
        photo=photos[0],
        absent=frozenset(),
        is_valid=is_valid,
        point=project(centre_mm, camera),
    )


def _numbers(path: Path, at_least: int) -> Floats:
    """All numbers in a text file, in order."""
    try:
        numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.float64)
    except OSError as error:
        raise BadData(f"{path.name} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadData(f"{path.name} should hold numbers only: {error}.") from error
    if len(numbers) < at_least or not np.isfinite(numbers).all():
        raise BadData(f"{path.name} should hold {at_least} numbers or more; it has {len(numbers)}.")
    return numbers
