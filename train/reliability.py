"""Do probabilities mean what they say: the reliability curve and the calibration error. Pure.

Shapes: N photos, C classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.head import PRESENT, UNKNOWN

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

BINS = 10
"""Of equal width."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of the curve: scores from `low` to `low` + 1 / BINS.

    `labels` that fell into it, their mean `score`, and the share that was `present`.
    """

    low: float
    labels: int
    score: float
    present: float


def curve(scores: Floats, truth: Bools) -> list[Bin]:
    """Scores and truth (n,) -> the points of the reliability curve, empty bins left out."""
    number = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(number, minlength=BINS)
    score = np.bincount(number, scores, BINS) / np.maximum(counts, 1)
    present = np.bincount(number, truth, BINS) / np.maximum(counts, 1)
    return [
        Bin(index / BINS, int(counts[index]), float(score[index]), float(present[index]))
        for index in counts.nonzero()[0]
    ]


def error(bins: list[Bin]) -> float:
    """Expected calibration error (Naeini et al., 2015): how far score and share lie apart."""
    labels = sum(each.labels for each in bins)
    return sum(each.labels * abs(each.score - each.present) for each in bins) / max(labels, 1)


def class_error(scores: Floats, states: NDArray[np.int8]) -> float | None:
    """Mean of the errors of the classes that some photo shows; scores and states (N, C)."""
    shown = (states == PRESENT).any(axis=0).nonzero()[0]
    errors = [
        error(curve(column[known], truth[known]))
        for column, truth, known in (
            (scores[:, index], states[:, index] == PRESENT, states[:, index] != UNKNOWN)
            for index in shown
        )
    ]
    return float(np.mean(errors)) if errors else None


def pooled(scores: Floats, states: NDArray[np.int8]) -> list[Bin]:
    """The curve over the known labels of all classes; scores and states (N, C)."""
    known = states != UNKNOWN
    return curve(scores[known], states[known] == PRESENT)
