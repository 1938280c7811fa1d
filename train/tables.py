"""Classes against classes: what is taken for what, and what is seen together. Pure.

Shapes: N photos, C classes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT
from train.evaluate import Judged

States = NDArray[np.int8]
Table = tuple[NDArray[np.int64], list[str], list[str]]
"""Counts (R, K), the names of the rows, and those of the columns."""

MOST_CLASSES = 20
"""Of more, those with the most photos."""
NONE = "none"


def confusion(said: Judged, states: States, names: Sequence[str]) -> Table:
    """Photos by what they show, or none, and what was named, or nothing was.

    On the diagonal a present class that was named; elsewhere an absent one that was.
    """
    present, absent = states == PRESENT, states == ABSENT
    shows = np.column_stack([present, absent.all(axis=1)]).astype(np.int64)
    right = (present & said.named).sum(axis=0)
    silent = ~said.named.any(axis=1)
    counts = shows.T @ np.column_stack([said.named & absent, silent]).astype(np.int64)
    counts[np.arange(len(names)), np.arange(len(names))] = right
    kept = [*_largest(states), len(names)]
    labels = [*names, NONE]
    return (
        counts[np.ix_(kept, kept)],
        [labels[index] for index in kept],
        [labels[index] for index in kept],
    )


def has_pairs(states: States) -> bool:
    """Whether some photo shows more than one class."""
    return bool(((states == PRESENT).sum(axis=1) > 1).any())


def together(states: States, names: Sequence[str]) -> Table:
    """Photos that show both of two classes; with itself: those that show the class."""
    kept = _largest(states)
    present = (states[:, kept] == PRESENT).astype(np.int64)
    labels = [names[index] for index in kept]
    return present.T @ present, labels, labels


def _largest(states: States) -> list[int]:
    """The classes with the most photos, in the order of the class list."""
    photos = (states == PRESENT).sum(axis=0)
    return sorted(np.argsort(-photos, kind="stable")[:MOST_CLASSES].tolist())
