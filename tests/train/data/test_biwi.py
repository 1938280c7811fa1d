"""`biwi:DIR`: the Biwi Kinect Head Pose Database's layout."""

import csv
from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import strictly, write_pose
from train.data import biwi
from train.data.frame import rows_of

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "biwi"
AHEAD = (0.0, 0.0, 1000.0)


def test_the_centre_is_projected_by_the_cameras_matrix(tmp_path: Path) -> None:
    """x = X fx / Z + cx, y = Y fy / Z + cy; the camera of the sample: f 500, middle (20, 15)."""
    write_pose(tmp_path, "07/frame_00003", (10.0, -20.0, 1000.0), 1)

    (row,) = rows_of(strictly(biwi.read, tmp_path))

    assert row.point == (25.0, 5.0)
    assert row.where == "07/frame_00003_rgb.png"


@pytest.mark.parametrize(
    ("folders", "valid"),
    [
        (("01", "02", "03"), {"03"}),
        (("01", "13", "24"), {"13"}),
        (("03", "13", "15"), {"13"}),
        (("03", "04", "18", "05"), {"05", "18"}),
        (("07",), set()),
        (("07", "22"), set()),
    ],
)
def test_one_whole_person_is_for_validation(
    tmp_path: Path, folders: tuple[str, ...], valid: set[str]
) -> None:
    """The lesson's, else the last; folders of one person stay together, and one alone trains."""
    for folder in folders:
        for number in (3, 4):
            write_pose(tmp_path, f"{folder}/frame_0000{number}", AHEAD, f"{folder}{number}")

    rows = list(rows_of(strictly(biwi.read, tmp_path)))

    assert {row.where[:2] for row in rows if row.is_valid} == valid
    if valid:
        assert {row.where[:2] for row in rows if row.is_valid is False} == set(folders) - valid


def test_what_cant_be_used_is_named(tmp_path: Path) -> None:
    """A pose without photo or camera, with words or too few numbers, or behind the camera."""
    write_pose(tmp_path, "01/frame_00001", AHEAD, 1).with_name("frame_00001_rgb.png").unlink()
    write_pose(tmp_path, "01/frame_00002", AHEAD, 2).write_text("a pose")
    write_pose(tmp_path, "01/frame_00003", AHEAD, 3).write_text("1 2 3")
    write_pose(tmp_path, "01/frame_00004", (0.0, 0.0, -1.0), 4)
    write_pose(tmp_path, "02/frame_00005", AHEAD, 5).with_name("rgb.cal").unlink()

    with pytest.raises(BadData) as refused:
        strictly(biwi.read, tmp_path)

    said = str(refused.value).splitlines()[1:]
    for line, words in zip(
        said, ["no photo", "numbers only", "12 numbers", "not in the photo", "rgb.cal"], strict=True
    ):
        assert "_pose.txt: " in line
        assert words in line


def test_another_layout_is_refused(tmp_path: Path) -> None:
    """A folder without poses is none of BIWI's."""
    with pytest.raises(BadData, match="not BIWI's layout"):
        strictly(biwi.read, tmp_path)


def test_real_frames_have_their_published_centres() -> None:
    """Six frames of the database, to a hundredth of a pixel."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data/biwi")
    with (SHARED / "layout-sample-centers.csv").open() as file:
        expected = {row["file"]: (float(row["x"]), float(row["y"])) for row in csv.DictReader(file)}

    rows = list(rows_of(strictly(biwi.read, SHARED / "layout-sample")))

    assert {row.where for row in rows} == set(expected)
    for row in rows:
        assert row.point == pytest.approx(expected[row.where], abs=0.01)
    assert {row.where[:2] for row in rows if row.is_valid} == {"12"}
