"""`folders:DIR`: a folder a class, `DIR/<class>/photo`; in `DIR/none` those of none of the classes.

The same photo (by content) in several class folders has all their labels. Where there are only
folders named train, valid, val and test, the class folders lie in these,
`DIR/train/<class>/photo`; all but those of train are kept for validation. Hidden files and files
without the suffix of an image are passed over.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from PIL import Image

from model.classes import normalize
from model.errors import BadData
from model.image import FORMATS
from train.data.frame import NONE, Row, frame_of
from train.data.problems import Problems

TRAIN, HELD_OUT = "train", ("valid", "val", "test")
"""Folders that are a side, not a class."""

SUFFIXES = frozenset(
    suffix for suffix, kind in Image.registered_extensions().items() if kind in FORMATS
)
"""File name endings taken for photos: those of the formats that are opened."""


def read(folder: Path, problems: Problems) -> pd.DataFrame:
    """The photos below `folder` as a frame, by class folder, then by name.

    Noted in `problems`: class folders without photos, names that are none, photos that are in
    `none` and in a class folder as well. Raises `BadData` if there are no class folders.
    """
    try:
        copies = _photos_by_content(folder, problems)
    except OSError as error:
        raise BadData(f"{error.filename} can't be read: {error.strerror}.") from error
    rows = []
    for content, photos in copies.items():
        try:
            rows.append(_row(folder, content, photos))
        except BadData as error:
            problems.add(str(photos[0]), error)
    return frame_of(rows)


def _photos_by_content(folder: Path, problems: Problems) -> dict[str, list[Path]]:
    """SHA-256 of each photo, as hex, -> all the files that are this photo."""
    class_folders = [within for side in _sides(folder) for within in _folders(side)]
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


def _sides(folder: Path) -> list[Path]:
    """The folders that hold class folders: train and the like, else `folder` itself."""
    found = list(_folders(folder))
    names = {path.name for path in found}
    are_sides = TRAIN in names and len(names) > 1 and names <= {TRAIN, *HELD_OUT}
    return found if are_sides else [folder]


def _row(folder: Path, content: str, photos: list[Path]) -> Row:
    names = {photo.parent.name for photo in photos}
    if NONE in names and len(names) > 1:
        also = ", ".join(sorted(names - {NONE}))
        raise BadData(f"this photo is in {NONE} and also in {also}; keep one.")
    sides = {photo.parent.parent.name for photo in photos if photo.parent.parent != folder}
    return Row(
        where=str(photos[0]),
        photo=photos[0],
        photo_sha256=content,
        present=frozenset(normalize(name) for name in names - {NONE}),
        is_valid=sides != {TRAIN} if sides else None,  # a copy that is kept aside keeps all aside
    )


def _folders(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_dir() and _seen(path))


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file() and _seen(path)


def _seen(path: Path) -> bool:
    """Whether a file or folder is meant to be seen: not a `.DS_Store`, not a `._photo.jpg`."""
    return not path.name.startswith(".")
