"""`voc:DIR`: PASCAL VOC's devkit layout, `Annotations/*.xml`, `JPEGImages/`, `ImageSets/Main/`.

A class that is in a photo only as objects marked difficult is present and unknown: masked. VOC's
own protocol leaves such pairs out of the score, and leaving them out of training as well lifts mAP
from .810 to .830 (docs/experiments.md): they teach the head to name what can hardly be seen.
`voc:DIR?difficult=present` counts them all the same (`train/data/__init__.py`).

`python -m bot export` names the classes of which nothing is known in elements `unknown`.
"""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd

from model.classes import normalize
from model.errors import BadData
from train.data.frame import Row, frame_of
from train.data.problems import Problems

PHOTO_ID = re.compile(r"[\w-]+")
"""What a list may name: never a path that leads out of the folder."""


def read(folder: Path, problems: Problems) -> pd.DataFrame:
    """The photos of `folder` (VOC2007, say, or VOCdevkit with several years), by year and name.

    Where `ImageSets/Main` has `train.txt` and `val.txt`, their photos are taken and those of val
    are for validation; else all that are annotated. What can't be used is left out and noted in
    `problems`; raises `BadData` for another layout.
    """
    rows = []
    for year in _years(folder):
        for photo_id, is_valid in _photo_ids(year):
            where = f"{year.name}/Annotations/{photo_id}.xml"
            try:
                rows.append(_row(year, photo_id, is_valid, where))
            except BadData as error:
                problems.add(where, error)
    return frame_of(rows)


def _years(folder: Path) -> list[Path]:
    years = [
        path.parent for path in (folder / "Annotations", *sorted(folder.glob("*/Annotations")))
    ]
    found = [year for year in years if (year / "Annotations").is_dir()]
    if not found:
        raise BadData(
            f"{folder} has no folder Annotations, nor has a folder in it: not VOC's layout."
        )
    return found


def _photo_ids(year: Path) -> list[tuple[str, bool | None]]:
    """Each photo's name without suffix, sorted, and whether it is in the validation list."""
    lists = [year / "ImageSets" / "Main" / f"{name}.txt" for name in ("train", "val")]
    if not all(path.is_file() for path in lists):
        return [(path.stem, None) for path in sorted((year / "Annotations").glob("*.xml"))]
    train, valid = (_listed(path) for path in lists)
    return [(photo_id, photo_id in valid) for photo_id in sorted(train | valid)]


def _listed(path: Path) -> set[str]:
    try:
        photo_ids = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path} can't be read: {error}.") from error
    bad = [photo_id for photo_id in photo_ids if not PHOTO_ID.fullmatch(photo_id)]
    if bad:
        raise BadData(f"{path} lists {bad[0]!r}: one photo a line, without suffix.")
    return set(photo_ids)


def _row(year: Path, photo_id: str, is_valid: bool | None, where: str) -> Row:
    objects, unknown = _annotated(year / "Annotations" / f"{photo_id}.xml")
    photo = year / "JPEGImages" / f"{photo_id}.jpg"
    if not photo.is_file():
        raise BadData(f"there is no photo {photo}.")
    present = frozenset(name for name, _ in objects)
    clear = frozenset(name for name, difficult in objects if not difficult)
    return Row(
        where=where,
        photo=photo,
        present=present,
        unknown=(present - clear) | unknown,
        is_valid=is_valid,
    )


def _annotated(path: Path) -> tuple[list[tuple[str, bool]], frozenset[str]]:
    """Class name of each object in `path` and whether it is marked difficult; unknown classes."""
    try:
        parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - it refuses what makes XML unsafe
        root = ET.fromstring(path.read_bytes(), parser=parser)  # noqa: S314 - the same
    except OSError as error:
        raise BadData(f"can't be read: {error}.") from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadData(f"is no XML that can be read: {error}.") from error
    objects = [
        (normalize(found.findtext("name", "")), found.findtext("difficult", "0").strip() == "1")
        for found in root.findall("object")
    ]
    return objects, frozenset(normalize(found.text or "") for found in root.findall("unknown"))


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type, and so every entity: what XML bombs and file readers are made of."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise BadData("has a document type, which VOC's files never have: I don't read it.")
