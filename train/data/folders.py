"""`folders:DIR`: a folder a class, `DIR/<class>/photo`; in `DIR/none` those of none of the classes.

The same photo (by content) in several class folders has all their labels. Hidden files and files
without the suffix of an image are passed over.
"""

import hashlib
from pathlib import Path

import pandas as pd
from PIL import Image

from model.classes import normalize
from model.errors import BadData
from model.image import FORMATS
from train.data.frame import Row, frame_of
from train.data.problems import Problems

NONE = "none"
"""The folder that is no class: none is an answer, not a label."""

SUFFIXES = frozenset(
    suffix for suffix, kind in Image.registered_extensions().items() if kind in FORMATS
)
"""File name endings taken for photos: those of the formats that are opened."""


def read(folder: Path) -> pd.DataFrame:
    """The photos below `folder` as a frame, by class folder, then by name.

    Raises `BadData` if there are no class folders, or empty ones, or a photo is in `none` and in a
    class folder as well.
    """
    problems = Problems(str(folder))
    try:
        copies = _photos_by_content(folder, problems)
    except OSError as error:
        raise BadData(f"{error.filename} can't be read: {error.strerror}.") from error
    rows = [_row(content, photos, problems) for content, photos in copies.items()]
    problems.raise_any()
    return frame_of(rows)


def _photos_by_content(folder: Path, problems: Problems) -> dict[str, list[Path]]:
    """SHA-256 of each photo, as hex, -> all the files that are this photo."""
    class_folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and _seen(path)]
    if not class_folders:
        raise BadData(f"{folder} has no folders: make one for each class, with its photos in it.")
    copies: dict[str, list[Path]] = {}
    for class_folder in class_folders:
        photos = [path for path in sorted(class_folder.iterdir()) if _is_photo(path)]
        if not photos:
            problems.add(str(class_folder), "holds no photos; put some in, or take it away.")
        for photo in photos:
            content = hashlib.sha256(photo.read_bytes()).hexdigest()
            copies.setdefault(content, []).append(photo)
    return copies


def _row(content: str, photos: list[Path], problems: Problems) -> Row:
    names = {photo.parent.name for photo in photos}
    if NONE in names and len(names) > 1:
        also = ", ".join(sorted(names - {NONE}))
        problems.add(str(photos[0]), f"this photo is in {NONE} and also in {also}; keep one.")
    present = set()
    for name in names - {NONE}:
        try:
            present.add(normalize(name))
        except BadData as error:
            problems.add(str(photos[0]), error)
    return Row(
        where=str(photos[0]), photo=photos[0], photo_sha256=content, present=frozenset(present)
    )


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file() and _seen(path)


def _seen(path: Path) -> bool:
    """Whether a file or folder is meant to be seen: not a `.DS_Store`, not a `._photo.jpg`."""
    return not path.name.startswith(".")
