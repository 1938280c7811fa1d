"""How pure groups of photos that look alike are: what an admin would be asked to name.

The bot looks among photos that a model answered none for a group of one class that nobody named
yet. Here photos of classes that are known are drawn at random in their place, again and again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import numpy as np

from model.backbone import Backbone
from model.errors import BadData
from model.lookalikes import largest_group
from train.events import Events
from train.photos import Photos, read_photos

LINES = (0.62, 0.64, 0.66, 0.68, 0.70, 0.72, 0.74, 0.76, 0.78)
"""Cosines that are tried."""
DRAWS = 40


@dataclass(frozen=True, slots=True)
class Group:
    """Of `photos` that look alike, `same` is the share that shows the class of most of them."""

    photos: int
    same: float


def lookalikes(
    sources: Sequence[str],
    *,
    count: int,
    size: int,
    valid: bool,
    backbone: Backbone,
    cache: Path,
    events: Events,
    sep: str,
) -> str:
    """A table by cosine: among `count` photos, how often `size` look alike and how pure they are.

    Of photos that a source keeps for validation if `valid`, else of the others. Raises `BadData`.
    """
    photos = read_photos(
        sources, model="", sep=sep, backbone=backbone, cache=cache, report=events.step("embed")
    )
    photos = photos[np.array([bool(each) == valid for each in photos.frame["is_valid"]])]
    if len(photos.frame) < size:
        raise BadData(f"There are only {len(photos.frame)} such photos; a group is of {size}.")
    lines = ["cosine  draws with a group  photos  of one class  at least"]
    for line in LINES:
        rng = np.random.default_rng(0)  # the same draws for each line
        drawn = (_drawn(photos, rng, count, line) for _ in range(DRAWS))
        found = [group for group in drawn if group.photos >= size]
        lines.append(f"{line:6.2f}  {len(found):5} of {DRAWS}{_figures(found)}")
    return "\n".join(lines)


def _drawn(photos: Photos, rng: np.random.Generator, count: int, line: float) -> Group:
    rows = rng.choice(len(photos.frame), min(count, len(photos.frame)), replace=False)
    group = largest_group(photos.embedding[rows].astype(np.float32), line)
    shown = [photos.frame["present"].iloc[rows[each[0]]] for each in group]
    classes = Counter(name for present in shown for name in present)
    return Group(len(group), max(classes.values(), default=0) / len(group))


def _figures(found: Sequence[Group]) -> str:
    if not found:
        return ""
    same = [group.same for group in found]
    photos = median(group.photos for group in found)
    return f"{photos:16.0f}{mean(same):14.3f}{min(same):10.3f}"
