"""How familiar a photo is to a class: two cosines on the raw embedding, before the head's z-score.

- nearest: mean cosine of x/|x| to the 5 nearest training photos of the class;
- mean: cosine of log1p(10 x / 0.1806) to the mean direction of the class's training photos.

Deep nearest neighbours as an out-of-distribution score: Sun et al., 2022,
https://arxiv.org/abs/2204.06507. The tree of `train/calibrate.py` chooses the gates on both.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LIKE = 0.94
"""Cosine of two embeddings (x/|x|) from which a photo is answered with what was said of another.

Of 8,632 photos 63 are so like another one, all with the same labels; all but 4 at most, .5 in
1,000, are one photo or one moment (docs/experiments.md, "Near twins"). Splits take a lower one."""
NEIGHBOURS = 5
MEAN_ACTIVATION = 0.1806
"""Mean activation of the backbone at 260 px over VOC's training photos: a constant of it."""


def direction(embedding: Floats) -> Floats:
    """x/|x|, (N, D) -> (N, D): what the nearest gate compares."""
    return _unit(embedding)


def log_direction(embedding: Floats) -> Floats:
    """v/|v| of v = log1p(10 x / 0.1806), (N, D) -> (N, D): what the mean gate compares."""
    return _unit(np.log1p(np.maximum(embedding, 0) * (10 / MEAN_ACTIVATION)))


def class_mean(embedding: Floats, present: NDArray[np.bool_]) -> Floats:
    """Mean direction of each class's photos: (N, D), present (N, C) -> unit vectors (C, D)."""
    sums = present.T.astype(np.float32) @ log_direction(embedding)
    return _unit(sums)


def nearest(similarity: Floats, present: NDArray[np.bool_]) -> Floats:
    """Mean of the largest `NEIGHBOURS` cosines to each class's photos.

    similarity (M, N) of M photos to N training photos, present (N, C) -> (M, C). A class without
    photos gets 1: nothing can be said against it.
    """
    scores = np.ones((similarity.shape[0], present.shape[1]), dtype=np.float32)
    for index, mine in enumerate(present.T):
        count = min(NEIGHBOURS, int(mine.sum()))
        if count:
            scores[:, index] = largest_mean(similarity[:, mine], count)
    return scores


def largest_mean(similarity: Floats, count: int) -> Floats:
    """Mean of the `count` largest of each row: (M, N) -> (M,)."""
    kept = np.partition(similarity, similarity.shape[1] - count, axis=1)[:, -count:]
    return np.asarray(kept.mean(axis=1), dtype=np.float32)


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)
