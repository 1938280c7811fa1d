"""How alike different photos are: how often one would be taken for another's near twin.

From the cosine `model.familiarity.LIKE` on the bot answers a photo with what people said of another
one. Here every photo of some sources is asked about while people have spoken of all the others: the
worst case. Whether two photos are of one moment only eyes can tell: hence the picture.

N photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from model.backbone import Backbone
from model.errors import BadData
from model.familiarity import direction
from train.data.blocks import ImageBlock
from train.data.frame import conflicts, rows_of
from train.data.grid import TILE_PX, grid
from train.data.split import BLOCK
from train.events import Events
from train.photos import read_photos

LINES = (0.90, 0.92, 0.94, 0.96, 0.98)
"""Cosines that are counted beside the one asked for."""
MOST_PAIRS = 72
"""In the picture, the least alike first: those are in doubt."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows of a frame, their cosine, and the classes on which their labels differ."""

    first: int
    second: int
    cosine: float
    differ: tuple[str, ...] = ()


def twins(
    sources: Sequence[str],
    line: float,
    out: Path,
    *,
    backbone: Backbone,
    cache: Path,
    events: Events,
    sep: str,
) -> str:
    """A table of pairs by cosine, and the pairs from `line` on side by side in the picture `out`.

    The same bytes twice are no pair. Raises `BadData`.
    """
    photos = read_photos(
        sources, model="", sep=sep, backbone=backbone, cache=cache, report=events.step("embed")
    )
    lines = sorted({*LINES, line})
    found = pairs(photos.embedding.astype(np.float32), photos.photo_sha256, min(lines))
    found = [_labelled(pair, photos.frame) for pair in found]
    drawn = _picture([pair for pair in found if pair.cosine >= line], photos.frame, out)
    return "\n".join([*_table(found, len(photos.frame), lines), *drawn])


def pairs(
    embedding: NDArray[np.float32], photo_sha256: NDArray[np.uint8], line: float
) -> list[Pair]:
    """Pairs of different photos from a cosine on, the least alike first: (N, D), (N, 32)."""
    unit = direction(embedding)
    found = []
    for start in range(0, len(unit), BLOCK):
        cosine = unit[start : start + BLOCK] @ unit.T
        for row, second in zip(*np.nonzero(cosine >= line), strict=True):
            first = start + int(row)
            if first < second and not np.array_equal(photo_sha256[first], photo_sha256[second]):
                found.append(Pair(first, int(second), float(cosine[row, second])))
    return sorted(found, key=lambda pair: pair.cosine)


def _labelled(pair: Pair, frame: pd.DataFrame) -> Pair:
    first, second = rows_of(frame.iloc[[pair.first, pair.second]])
    return replace(pair, differ=tuple(conflicts(first, second)))


def _table(found: Sequence[Pair], count: int, lines: Sequence[float]) -> list[str]:
    """Counts from each line on; `per 1,000` are photos of which another one is a twin."""
    rows = [f"{count} photos", "cosine  pairs  labels differ  photos  per 1,000"]
    for line in lines:
        above = [pair for pair in found if pair.cosine >= line]
        differ = sum(bool(pair.differ) for pair in above)
        photos = len({index for pair in above for index in (pair.first, pair.second)})
        share = 1000 * photos / max(count, 1)
        rows.append(f"{line:6.2f}  {len(above):5}  {differ:13}  {photos:6}  {share:9.2f}")
    return rows


def _picture(found: Sequence[Pair], frame: pd.DataFrame, out: Path) -> list[str]:
    """Write the pairs, each as one tile of two photos; a sentence on it, none without pairs."""
    with_file = [
        (pair, photos)
        for pair in found
        if all(photos := frame["photo"].iloc[[pair.first, pair.second]].tolist())
    ][:MOST_PAIRS]
    if not with_file:
        return []
    tiles = [_side_by_side(photos) for _, photos in with_file]
    captions = [" ".join((f"{pair.cosine:.3f}", *pair.differ)) for pair, _ in with_file]
    try:
        grid(tiles, captions).save(out)
    except (OSError, ValueError) as error:
        raise BadData(f"{out} can't be written: {error}. Name another file with --out.") from error
    return [f"{len(tiles)} pairs, the least alike first: {out}"]


def _side_by_side(photos: Sequence[Path]) -> Image.Image:
    half = TILE_PX // 2
    tile = Image.new("RGB", (TILE_PX, half), "white")
    for place, photo in enumerate(photos):
        image, _ = ImageBlock(half).open(photo)
        image.thumbnail((half, half))
        tile.paste(image, (place * half, 0))
    return tile
