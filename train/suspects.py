"""Likely mislabelled photos, by confident learning (Northcutt et al. 2021, arXiv:1911.00068).

The paper counts a label as wrong where the score of another label, by a model that did not learn
from that photo, reaches the mean score of photos that do bear the other label. Here each class is a
question of its own, present or absent, so a photo may be suspected of several. Pure.

Shapes: N photos, C classes, D features.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, Memory
from train.learner import folds, own_logits, standardized
from train.margin import sigmoid

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that is likely wrong: of photo `row`, for class number `column`.

    `labelled`: PRESENT or ABSENT, as the label says; `score`: of the class being present, 0..1.
    """

    row: int
    column: int
    labelled: int
    score: float


def cross_fitted(memory: Memory) -> Floats:
    """Scores of present (N, C), 0..1, each by a head that did not learn from the photo's fold."""
    features, _, _ = standardized(memory.embedding.astype(np.float32))
    fold = folds(memory.photo_sha256)
    return sigmoid(own_logits(features, memory.state, memory.weight, fold))


def suspects(scores: Floats, state: NDArray[np.int8]) -> list[Suspect]:
    """The labels in `state` (N, C) that cross-fitted `scores` (N, C) contradict, worst first.

    An unknown label is never suspected, nor is any of a class that is nowhere present or nowhere
    absent: there is nothing to compare it with.
    """
    found = [each for column in range(state.shape[1]) for each in _of(scores, state, column)]
    return sorted(found, key=lambda each: (-_doubt(each), each.row, each.column))


def _of(scores: Floats, state: NDArray[np.int8], column: int) -> list[Suspect]:
    score, label = scores[:, column], state[:, column]
    present, absent = label == PRESENT, label == ABSENT
    if not present.any() or not absent.any():
        return []
    # Whoever is labelled otherwise must look as sure as those of the label do on average.
    missing = absent & (score >= score[present].mean()) & (score > 0.5)
    wrong = present & (score <= score[absent].mean()) & (score < 0.5)
    rows = np.flatnonzero(missing | wrong)
    return [Suspect(int(row), column, int(label[row]), float(score[row])) for row in rows]


def _doubt(suspect: Suspect) -> float:
    """How sure the scores are that the label is wrong, 0..1."""
    return 1 - suspect.score if suspect.labelled == PRESENT else suspect.score
