"""`show`: a look at data before anything is learned from it.

Counts and co-occurrence, what is wrong or doubtful, a picture of some photos with their labels, and
one photo through every step, with type and shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from model import classifier
from model.backbone import Backbone, normalize
from model.classes import shown
from model.errors import BadData
from model.head import ABSENT, PRESENT
from model.image import probe, squash, upright
from train.data import doubts, survey
from train.data.blocks import ImageBlock, PointBlock
from train.data.frame import Labels, Row, frame_of, labels_of, rows_of, states
from train.data.grid import TILE_PX, grid
from train.data.look import counts, named_classes, none_counts, together
from train.data.problems import first_few
from train.events import Events
from train.photos import Photos, embed_frame

TILES = 25
MOST_CLASSES = 30
"""Classes in the table of co-occurrence: more would not fit a screen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person reads, and whether something can't be used: then `fit` would refuse it."""

    text: str
    refused: bool


def show(
    sources: Sequence[str],
    classes: Sequence[str],
    out: Path,
    cache: Path,
    events: Events,
    *,
    sep: str = " ",
    model: str | None = None,
) -> Shown:
    """Look at `sources`; the picture goes to `out`, whose suffix says the format.

    `classes` empty: all that are named. `cache`: the folder of embeddings. `sep`, `model`: see
    `train.data.read`. Raises `BadData`.
    """
    backbone = Backbone()
    frame, refused = _surveyed(sources, sep=sep, model=model, backbone_key=backbone.key)
    names = tuple(classes) or named_classes(frame)
    photos = embed_frame(frame, backbone, cache, events.step("embed"))
    sections = [
        _said("Can't be used, and fit refuses the data until it is put right", refused),
        _said("Photos that can't be read, and are left out", photos.problems),
        *_doubts(photos, names, asked_for=bool(classes)),
        _figures(photos.frame, names),
        _one_photo(photos.frame, names, backbone),
        _picture(photos.frame, out),
    ]
    return Shown("\n\n".join(section for section in sections if section), bool(refused))


def _surveyed(
    sources: Sequence[str], *, sep: str, model: str | None, backbone_key: str
) -> tuple[pd.DataFrame, list[str]]:
    """All photos that can be used, and sentences on the others."""
    frames, refused = [], []
    for source in sources:
        frame, problems = survey(source, sep=sep, model=model, backbone_key=backbone_key)
        refused += [f"{problems.source}: {sentence}" for sentence in problems.sentences]
        if len(sources) > 1:  # two tables may have the same name
            frame["where"] = [_located(problems.source, where) for where in frame["where"]]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True), refused


def _located(place: str, where: str) -> str:
    """`where` with the place before it, if it doesn't say so itself: "data/labels.csv row 7"."""
    if where.startswith(place):
        return where
    parent, name = Path(place).parent, Path(place).name
    return str(parent / where) if where.startswith(name) else f"{place}: {where}"


def _said(title: str, sentences: Sequence[str]) -> str:
    """A title with its sentences below; nothing where there are none."""
    if not sentences:
        return ""
    return "\n  ".join([f"{title} ({len(sentences)}):", *first_few(sentences)])


def _doubts(photos: Photos, classes: tuple[str, ...], *, asked_for: bool) -> list[str]:
    frame, photo_sha256 = photos.frame, photos.photo_sha256
    embedding = photos.embedding.astype(np.float32)
    unknown = doubts.unknown_labels(frame, classes) if asked_for else []
    return [
        _said("Labels that are no classes", unknown),
        _said("Names that look like several labels", doubts.unseparated(classes)),
        _said("Classes with few photos", doubts.few_photos(frame, classes)),
        _said("The same photo, different labels", doubts.contradictions(frame, photo_sha256)),
        _said(
            "Photos on both sides, training and validation",
            doubts.on_both_sides(frame, photo_sha256, embedding),
        ),
        _said("Points beside the photo", _points_outside(frame)),
    ]


def _points_outside(frame: pd.DataFrame) -> list[str]:
    found = []
    for row in rows_of(frame):
        if row.point is None or row.photo is None:
            continue
        info = probe(row.photo.read_bytes())
        x, y = row.point
        if not (0 <= x <= info.width and 0 <= y <= info.height):
            size = f"{info.width} x {info.height} px"
            found.append(f"{row.where}: ({x:g}, {y:g}) is not within {size}: correct it.")
    return found


def _figures(frame: pd.DataFrame, classes: tuple[str, ...]) -> str:
    valid = int(frame["is_valid"].eq(True).sum())
    aside = f"{valid} for validation" if valid else "none said to be for validation: fit chooses"
    lines = [f"{doubts.photo_count(len(frame))}, {aside}"]
    points = int(frame["point"].notna().sum())
    if points:
        lines.append(f"{points} with a point")
    if classes:
        train, kept = none_counts(frame, classes)
        lines.append(f"{train} + {kept} with none of the classes (train + valid)")
        lines += ["", "Photos by class:", counts(frame, classes).to_string()]
        lines += ["", "Classes together:", _together(frame, classes)]
    return "\n".join(lines)


def _together(frame: pd.DataFrame, classes: tuple[str, ...]) -> str:
    """The table of co-occurrence, its columns numbered like its rows."""
    table = together(frame, classes)
    most = np.argsort(-np.diag(table), kind="stable")[:MOST_CLASSES]
    table = table.iloc[np.sort(most), np.sort(most)]
    numbers = range(1, len(table) + 1)
    table.index = pd.Index([f"{n} {name}" for n, name in zip(numbers, table.index, strict=True)])
    table.columns = pd.Index([str(n) for n in numbers])
    left_out = len(classes) - len(table)
    more = f"\n({left_out} classes with fewer photos are left out here.)" if left_out else ""
    return f"{table.replace(0, '.').to_string()}{more}"


def _one_photo(frame: pd.DataFrame, classes: tuple[str, ...], backbone: Backbone) -> str:
    """The first photo that has a file, step by step."""
    row = next((row for row in rows_of(frame) if row.photo is not None), None)
    if row is None or row.photo is None:
        return "There is no file of a photo to show, only embeddings."
    data = row.photo.read_bytes()
    info = probe(data)
    image = upright(data, backbone.size_px)
    pixels = squash(image, backbone.size_px)
    steps = [
        ("file", str(row.photo)),
        ("bytes", f"{info.format}, {len(data):,} bytes, {info.width} x {info.height} px upright"),
        ("upright", f"{image.mode} image, {image.width} x {image.height} px"),
        ("pixels", _array(pixels)),
        ("float", _array(normalize(pixels[None]))),
        ("embedding", _array(classifier.embed(backbone, [pixels]))),
    ]
    if classes:
        steps.append(("states", _states(row, classes)))
    if row.point is not None:
        target = PointBlock().encode(row.point, (info.width, info.height)).numpy()
        x, y = target
        steps.append(("point", f"{target.dtype} {target.shape}: {x:.4f}, {y:.4f}"))
    lines = [f"  {name:9}  {what}" for name, what in steps]
    return "\n".join([f"One photo through every step ({row.where}):", *lines])


def _array(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape}, {array.min():.4g} to {array.max():.4g}"


def _states(row: Row, classes: tuple[str, ...]) -> str:
    state = states(frame_of([row]), classes)[0]
    present = [name for name, each in zip(classes, state, strict=True) if each == PRESENT]
    absent = int((state == ABSENT).sum())
    unknown = len(classes) - len(present) - absent
    said = f"{', '.join(present) or 'none'} present, {absent} absent, {unknown} unknown"
    return f"{state.dtype} {state.shape}: {said}"


def _picture(frame: pd.DataFrame, out: Path) -> str:
    """Write some photos, evenly over the data, with their labels and points."""
    with_file = [(row, row.photo) for row in rows_of(frame) if row.photo is not None]
    if not with_file:
        return ""
    chosen = np.unique(np.linspace(0, len(with_file) - 1, TILES).astype(int))
    tiles = [_tile(*with_file[index]) for index in chosen]
    try:
        grid([image for image, _ in tiles], [caption for _, caption in tiles]).save(out)
    except (OSError, ValueError) as error:
        raise BadData(f"{out} can't be written: {error}. Name another file with --out.") from error
    return f"{len(tiles)} of the photos with their labels: {out}"


def _tile(row: Row, photo: Path) -> tuple[Image.Image, str]:
    image, size = ImageBlock(TILE_PX).open(photo)
    if row.point is None:
        return image, caption(labels_of(row))
    image.thumbnail((TILE_PX, TILE_PX))  # a ring on a larger one would hardly be seen
    block = PointBlock()
    block.show(block.encode(row.point, size), image)
    x, y = row.point
    return image, f"({x:g}, {y:g}) px"


def caption(labels: Labels) -> str:
    """The classes said to be in a photo, those that are masked with a question mark."""
    names = [shown(name) + "?" * (name in labels.unknown) for name in sorted(labels.present)]
    return ", ".join(names) or ("none" if labels.absent is None else "nothing said to be in it")
