"""`python -m bot export`: what people said, and the photos, in three forms that others read.

`DIR/<model>/` holds the photos once, in `JPEGImages/`, beside `labels.csv` (the lesson's table),
`instances.json` (COCO) and `Annotations/` (VOC). A class of which nothing is known in a photo is in
none of them: the CSV has a column `absent`, COCO's images have LVIS's `neg_category_ids`, and VOC's
files, which have no word for it, an element `unknown` that other readers pass over.
"""

import asyncio
import csv
import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.backup import DATABASE
from bot.settings import Settings
from bot.store import labels
from bot.store.engine import Store
from bot.store.labels import Labelled
from model.errors import BadData

PHOTOS = "JPEGImages"
"""VOC's name of the folder; the other forms take any."""


def export(settings: Settings, folder: Path) -> list[str]:
    """Write everything below `folder`, which must be new or empty; a sentence for each model.

    Raises `BadData`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadData(f"{folder} is not empty: name a new folder.")
    if not (settings.home / DATABASE).exists():
        raise BadData(f"There is no bot in {settings.home}. Is NONESUCH_HOME right?")
    models = asyncio.run(_said(settings))
    if not models:
        raise BadData("Nobody has said anything of a photo yet: there is nothing to export.")
    try:
        return [_write(settings.home, folder / name, name, models[name]) for name in models]
    except OSError as error:
        raise BadData(f"{folder} can't be written: {error}.") from error


async def _said(settings: Settings) -> dict[str, list[Labelled]]:
    store = Store(settings.database_url)
    try:
        async with store.reading() as session:
            return await labels.by_model(session)
    except SQLAlchemyError as error:
        raise BadData(f"{settings.home / DATABASE} can't be read: {error}.") from error
    finally:
        await store.close()


def _write(home: Path, folder: Path, model: str, said: list[Labelled]) -> str:
    (folder / PHOTOS).mkdir(parents=True)
    kept = [photo for photo in said if _copy(home, folder, photo)]
    classes = sorted({name for photo in kept for name in (*photo.present, *photo.absent)})
    _write_csv(folder / "labels.csv", kept)
    coco = json.dumps(_coco(kept, classes), indent=1, ensure_ascii=False)
    (folder / "instances.json").write_text(coco + "\n", encoding="utf-8")
    (folder / "Annotations").mkdir()
    for photo in kept:
        tree = ET.ElementTree(_voc(photo, classes))
        ET.indent(tree)
        tree.write(folder / f"Annotations/{photo.photo_sha256}.xml", encoding="utf-8")
    gone = f", {len(said) - len(kept)} left out: not kept" if len(kept) < len(said) else ""
    return f"{folder}: {len(kept)} photos of {model}, {len(classes)} classes{gone}"


def _copy(home: Path, folder: Path, photo: Labelled) -> bool:
    """Whether the photo is there to be copied."""
    if photo.path is None or not (home / photo.path).is_file():
        return False
    shutil.copyfile(home / photo.path, folder / _name(photo))
    return True


def _name(photo: Labelled) -> str:
    return f"{PHOTOS}/{photo.photo_sha256}.jpg"


def _write_csv(file: Path, said: list[Labelled]) -> None:
    with file.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(("fname", "labels", "absent"))
        for photo in said:
            writer.writerow((_name(photo), " ".join(photo.present), " ".join(photo.absent)))


def _coco(said: list[Labelled], classes: list[str]) -> dict[str, object]:
    """Boxes are the whole photo: nobody said where something is."""
    number = {name: index for index, name in enumerate(classes, 1)}
    images = [
        {
            "id": index,
            "file_name": _name(photo),
            "width": photo.width,
            "height": photo.height,
            "neg_category_ids": [number[name] for name in photo.absent],
        }
        for index, photo in enumerate(said, 1)
    ]
    objects = [
        {"image_id": index, "category_id": number[name], "bbox": [0, 0, photo.width, photo.height]}
        for index, photo in enumerate(said, 1)
        for name in photo.present
    ]
    return {
        "images": images,
        "annotations": [
            {"id": index, **each, "iscrowd": 0} for index, each in enumerate(objects, 1)
        ],
        "categories": [{"id": index, "name": name} for name, index in number.items()],
    }


def _voc(photo: Labelled, classes: list[str]) -> ET.Element:
    root = ET.Element("annotation")
    _say(root, "folder", PHOTOS)
    _say(root, "filename", Path(_name(photo)).name)
    size = ET.SubElement(root, "size")
    for name, value in (("width", photo.width), ("height", photo.height), ("depth", 3)):
        _say(size, name, str(value))
    for name in photo.present:
        found = ET.SubElement(root, "object")
        _say(found, "name", name)
        _say(found, "difficult", "0")
        box = ET.SubElement(found, "bndbox")
        edges = {"xmin": 1, "ymin": 1, "xmax": photo.width, "ymax": photo.height}
        for edge, value in edges.items():
            _say(box, edge, str(value))
    for name in classes:
        if name not in photo.present and name not in photo.absent:
            _say(root, "unknown", name)
    return root


def _say(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = value
