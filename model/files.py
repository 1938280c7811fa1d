"""Photos as files: which ones a command line means, their bytes, and where drawn ones go.

Knows no pixels.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from PIL import Image

from model.errors import BadData, BadPhoto

MAX_BYTES = 256 * 1024 * 1024
"""Largest file read: 50 megapixels of RGBA without compression, and some more."""


def find_photos(paths: Iterable[str]) -> list[str]:
    """The photos named: files as they are, folders walked, sorted, without hidden files.

    Of a folder it takes what is called like an image (also of kinds that turn out unreadable); a
    file named outright always. Raises `BadData` for a path that is not there, or if there is none.
    """
    named = list(paths)
    for path in named:
        if not os.path.exists(path):  # noqa: PTH110 - Path.exists() raises for odd names
            raise BadData(f"There is no file or folder {path!r}.")
    photos = [photo for path in named for photo in (_walk(path) if Path(path).is_dir() else [path])]
    if not photos:
        raise BadData(f"There are no photos in {', '.join(named)}.")
    return photos


def read(photo: str) -> bytes:
    """The bytes of a photo's file. Raises `BadPhoto`."""
    try:
        with Path(photo).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadPhoto(f"This file can't be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise BadPhoto(f"This file is too large: I take up to {MAX_BYTES >> 20} MiB.")
    return data


def drawn_names(photos: Iterable[str], folder: Path) -> dict[str, Path]:
    """Photo -> the JPEG that it is drawn into, each another one. Makes the folder.

    Raises `BadData` if it can't, or if a photo itself would be overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadData(f"The folder {folder} can't be made: {error.strerror}.") from error
    names: dict[str, Path] = {}
    taken: set[Path] = set()
    for photo in photos:
        stem = Path(photo).stem
        tries = (folder / f"{stem}{f'-{n}' if n > 1 else ''}.jpg" for n in count(1))
        names[photo] = next(path for path in tries if path not in taken)
        taken.add(names[photo])
    if lost := {path.resolve() for path in taken} & {Path(photo).resolve() for photo in names}:
        raise BadData(f"{min(lost)} is one of the photos. Draw into another folder.")
    return names


def write(path: Path, data: bytes) -> None:
    """Write a file. Raises `BadData`."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadData(f"{path} can't be written: {error.strerror}.") from error


def _walk(folder: str) -> Iterator[str]:
    Image.init()  # knows all kinds of images then, also those that are never opened
    suffixes = tuple(Image.registered_extensions())
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(suffixes) and not name.startswith("."):
                yield os.path.join(parent, name)  # noqa: PTH118 - keeps the folder's name as given
