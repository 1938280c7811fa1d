"""`coco:FILE`: COCO's instances JSON; or `coco:DIR` with `annotations/instances_*.json`.

A photo has the classes of its annotations, and one without any has none of the classes: COCO
looked for all of its categories in all photos. Where an image has LVIS's `neg_category_ids`, only
those are absent, and the rest is unknown. Boxes and outlines are not read. A class that is
there only as a crowd (`iscrowd`) is present: a crowd shows many of it, unlike VOC's difficult
objects, which can hardly be seen. (COCO passes crowds over where boxes are compared.)
https://cocodataset.org/#format-data
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pandas as pd
from pydantic import BaseModel, ValidationError

from model.classes import normalize
from model.errors import BadData
from train.data.frame import Row, frame_of
from train.data.problems import Problems

PREFIX = "instances_"


class Photo(BaseModel):
    """An image of the file. `file_name`: with forward slashes, relative to the photos' folder."""

    id: int
    file_name: str
    neg_category_ids: list[int] | None = None


class Category(BaseModel):
    """A class."""

    id: int
    name: str


class Annotation(BaseModel):
    """An object, or a crowd of them, in a photo."""

    image_id: int
    category_id: int


class Instances(BaseModel):
    """What is read of the file; the rest is passed over."""

    images: list[Photo]
    annotations: list[Annotation]
    categories: list[Category]


def read(place: Path, problems: Problems) -> pd.DataFrame:
    """The photos of a file, or of a folder's files, as a frame, in the files' order.

    Of several files those with `val` or `test` in their name are for validation. What can't be used
    is left out and noted in `problems`. Raises `BadData` for what is no such file.
    """
    files = _files(place)
    rows: list[Row] = []
    for file in files:
        held_out = "val" in file.stem or "test" in file.stem
        rows += _rows(file, held_out if len(files) > 1 else None, problems)
    return frame_of(rows)


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    pattern = f"{PREFIX}*.json"
    found = sorted(place.glob(f"annotations/{pattern}")) or sorted(place.glob(pattern))
    if not found:
        raise BadData(f"{place} has no annotations/{pattern}: name COCO's JSON file itself.")
    return found


def _rows(file: Path, is_valid: bool | None, problems: Problems) -> Iterator[Row]:
    instances = _parsed(file)
    names = _names(file, instances.categories, problems)
    present: dict[int, set[str]] = {photo.id: set() for photo in instances.images}
    for number, annotation in enumerate(instances.annotations):
        if annotation.image_id not in present or annotation.category_id not in names:
            where = f"{file.name} annotation {number}"
            problems.add(where, "is of an image or a category that is not in the file.")
        else:
            present[annotation.image_id].add(names[annotation.category_id])
    for photo in instances.images:
        where = f"{file.name} image {photo.id}"
        try:
            path = _photo(file, photo.file_name)
        except (BadData, OSError) as error:  # OSError: a name too long for the system
            problems.add(where, error)
            continue
        classes = frozenset(present[photo.id])
        absent = _absent(photo, names)
        yield Row(where=where, photo=path, present=classes, absent=absent, is_valid=is_valid)


def _parsed(file: Path) -> Instances:
    try:
        return Instances.model_validate_json(file.read_bytes())
    except OSError as error:
        raise BadData(f"{file} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise BadData(f"{file} is no instances JSON of COCO: {place}: {first['msg']}.") from error


def _names(file: Path, categories: list[Category], problems: Problems) -> dict[int, str]:
    names = {}
    for category in categories:
        try:
            names[category.id] = normalize(category.name)
        except BadData as error:
            problems.add(f"{file.name} category {category.id}", error)
    return names


def _absent(photo: Photo, names: dict[int, str]) -> frozenset[str] | None:
    """The classes that the file says are not in the photo; None: all that are not in it."""
    if photo.neg_category_ids is None:
        return None
    return frozenset(names[each] for each in photo.neg_category_ids if each in names)


def _photo(file: Path, name: str) -> Path:
    """The photo's path: beside the file or its folder, there also in `images/` or `val2017/`.

    The last is what the file's own name says: `instances_val2017.json`.
    """
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise BadData(f"{name!r} leads out of the photos' folder: I don't read it.")
    year = file.stem.removeprefix(PREFIX)
    for base in (file.parent, file.parent.parent):
        for folder in (base, base / "images", base / year, base / "images" / year):
            if (folder / relative).is_file():
                return folder / relative
    raise BadData(f"there is no photo {name!r} beside {file.parent} or in its images/ or {year}/.")
