"""Photos that look alike: the largest group around one of them, by the cosine of embeddings.

A group is a ball around the photo that has most others near it, never a chain from one to the next:
among many photos a chain joins everything (docs/decisions/seen-before.md). Near twins count once,
since ten copies of one photo are no class. Knows no labels.
"""

import numpy as np
from numpy.typing import NDArray

from model.familiarity import LIKE, direction

Floats = NDArray[np.float32]

ALIKE = 0.70
"""Cosine of two embeddings (x/|x|) from which two photos are likely of one class."""
MOST = 12
"""Photos in a group, those nearest to its middle: as many as can be looked at in one picture."""


def largest_group(embedding: Floats, line: float = ALIKE) -> list[list[int]]:
    """The largest group among N photos, (N, D), the nearest to its middle first.

    Each entry is a photo's row, and those of its near twins; one entry where nothing looks alike.
    """
    if not len(embedding):
        return []
    unit = direction(embedding)
    photos = _near_twins(unit)
    first = unit[[rows[0] for rows in photos]]
    cosine = first @ first.T
    near = cosine >= line
    middle = int(near.sum(axis=1).argmax())
    order = np.argsort(-cosine[middle], kind="stable")
    return [photos[index] for index in order[:MOST] if near[middle, index]]


def _near_twins(unit: Floats) -> list[list[int]]:
    """Rows of photos, each together with those that are one photo with it."""
    twins = unit @ unit.T >= LIKE
    left = np.ones(len(unit), dtype=np.bool_)
    photos = []
    for row in range(len(unit)):
        if left[row]:
            mine = np.flatnonzero(left & twins[row])
            left[mine] = False
            photos.append([int(each) for each in mine])
    return photos
