"""What a challenger learns from: the base version's memory joined with what people said. Pure.

Rows of the base come first, rows of feedback after them. A photo that the base remembers keeps its
row and its side; people's words replace its labels.

Shapes: N photos in the base, M rows in all, C classes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, TEST, TRAIN, UNKNOWN, Memory
from train.data.split import near_twins

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
States = NDArray[np.int8]
Hashes = NDArray[np.uint8]

JOINS_FROM = 5
"""Photos that must show a new class before it joins."""
JURY_EVERY = 5
"""One in so many confirmed photos, by hash, never trains and judges instead."""
CONFIRMED = 1.0
"""A photo's weight from which its labels are more than a bystander's opinion: it may judge."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of n photos: labels by class name, and how much they count."""

    embedding: NDArray[np.float16]  # (n, D)
    labels: Sequence[dict[str, int]]
    weight: NDArray[np.float32]  # (n,)
    photo_sha256: Hashes  # (n, 32)


@dataclass(frozen=True, slots=True)
class Examples:
    """Everything to learn from and to judge by. `memory` holds M rows, the base's first.

    `new` (M,) marks confirmed photos that are like none of the base's: only they can judge.
    `group` (M,) numbers near twins alike, by their earliest row. `joined` are classes new to the
    base, `waiting` those with too few photos, by count.
    """

    classes: tuple[str, ...]
    memory: Memory
    base_rows: int
    new: Bools
    group: Ints
    joined: tuple[str, ...]
    waiting: dict[str, int]

    @property
    def learned(self) -> Bools:
        """Rows that train: all but the test photos and the jury."""
        return self.memory.learned

    @property
    def jury(self) -> Bools:
        """New photos that never train."""
        return np.asarray(self.new & ~self.learned)

    @property
    def own_test(self) -> Bools:
        """The base's own test photos."""
        return np.asarray(~self.learned & (np.arange(len(self.memory)) < self.base_rows))


def combine(base: Memory, base_classes: tuple[str, ...], said: Said) -> Examples:
    """Join the base's memory with what people said of photos."""
    source, fresh = _sources(base, said)
    embedding = np.concatenate([base.embedding, said.embedding[fresh]])
    photo_sha256 = np.concatenate([base.photo_sha256, said.photo_sha256[fresh]])
    weight = np.concatenate([base.weight, said.weight[fresh]])
    group = near_twins(embedding.astype(np.float32))
    split = _sides(base.split, group, photo_sha256)
    joined, waiting = _new_classes(base_classes, said, source[split != TEST])
    classes = base_classes + joined
    state = _states(base, classes, said, source, group)
    return Examples(
        classes=classes,
        memory=Memory(embedding, state, weight, split, photo_sha256),
        base_rows=len(base),
        new=(group >= len(base)) & (weight >= CONFIRMED) & (state != UNKNOWN).any(axis=1),
        group=group,
        joined=joined,
        waiting=waiting,
    )


def _sources(base: Memory, said: Said) -> tuple[Ints, Ints]:
    """For each row in all the photo of `said` that speaks of it, -1 for none: (M,); and the photos
    that the base doesn't remember, which get rows of their own: (M - N,)."""
    index_of = {row.tobytes(): index for index, row in enumerate(said.photo_sha256)}
    remembered = [index_of.get(row.tobytes(), -1) for row in base.photo_sha256]
    fresh = np.setdiff1d(np.arange(len(said.labels)), remembered)
    return np.concatenate([np.array(remembered, dtype=np.int64), fresh]), fresh


def _sides(base: NDArray[np.uint8], group: Ints, photo_sha256: Hashes) -> NDArray[np.uint8]:
    """The side of each row, from those of the base (N,) -> (M,).

    A group takes the side of its earliest member. So a near twin of a remembered photo goes where
    that photo is, and a twin of a test photo never trains; a group of new photos is jury or not by
    the hash of its earliest one.
    """
    drawn = np.array([TEST if is_juror(row) else TRAIN for row in photo_sha256], dtype=np.uint8)
    earliest = np.concatenate([np.where(base == TEST, TEST, TRAIN), drawn[len(base) :]])
    return np.concatenate([base, earliest[group][len(base) :]]).astype(np.uint8)


def is_juror(photo_sha256: Hashes) -> bool:
    """Whether the photo of this hash (32,) is one in `JURY_EVERY`."""
    return int.from_bytes(photo_sha256[:8].tobytes()) % JURY_EVERY == 0


def _new_classes(
    base_classes: tuple[str, ...], said: Said, trains: Ints
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The new classes that join, and the others by number of photos; `trains`: who has a side.

    One whose photos all judge (near twins of each other, say) waits too: it couldn't be learned.
    """
    shown = [
        [name for name, state in labels.items() if state == PRESENT and name not in base_classes]
        for labels in said.labels
    ]
    counts = Counter(name for names in shown for name in names)
    learnable = {name for index in trains if index >= 0 for name in shown[index]}
    joined = [name for name in sorted(learnable) if counts[name] >= JOINS_FROM]
    return tuple(joined), {name: counts[name] for name in sorted(counts) if name not in joined}


def _states(
    base: Memory, classes: tuple[str, ...], said: Said, source: Ints, group: Ints
) -> States:
    """The labels of all rows (M, C): people's words, else those of the base.

    A class that is new to the base is absent in its photos, but unknown in near twins of photos
    that show it: they may show it too.
    """
    words = said_states([*said.labels, {}], classes)[source]  # -1, nobody's words, takes the last
    remembered = np.full_like(words, UNKNOWN)
    size, old = base.state.shape
    remembered[:size, :old] = base.state
    for index in range(old, len(classes)):
        shows = np.isin(group[:size], group[words[:, index] == PRESENT])
        remembered[:size, index] = np.where(shows, UNKNOWN, ABSENT)
    return np.where(words == UNKNOWN, remembered, words)


def said_states(labels: Sequence[dict[str, int]], classes: tuple[str, ...]) -> States:
    """Labels by name -> (n, C); a class that nobody spoke of is unknown."""
    rows = [[each.get(name, UNKNOWN) for name in classes] for each in labels]
    return np.array(rows, dtype=np.int8).reshape(len(labels), len(classes))


def folds(examples: Examples, count: int) -> list[Bools]:
    """Masks (M,) that deal the new photos into `count` folds by hash, near twins together."""
    first = examples.memory.photo_sha256[examples.group]
    number = np.array([int.from_bytes(row[8:16].tobytes()) % count for row in first])
    return [np.asarray(examples.new & (number == fold)) for fold in range(count)]


def learned_by(memory: Memory, photo_sha256: Hashes) -> Bools:
    """Which of these photos (n, 32) a version with this memory learned from: (n,)."""
    hashes = {row.tobytes() for row in memory.photo_sha256[memory.learned]}
    return np.array([row.tobytes() in hashes for row in photo_sha256], dtype=np.bool_)
