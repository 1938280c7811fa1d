"""Probabilities that mean something: Platt's scaling of a head's logits, class by class. Pure.

Platt, 1999, "Probabilistic outputs for support vector machines": p = sigmoid(slope z + offset). The
map is affine on logits, so it is folded into the head's weights and thresholds: nothing changes at
run time, and no decision does. Two numbers a class from a dozen photos overfit, so each class is
held to the map that suits all classes together (docs/experiments.md has the figures).

Shapes: N photos, C classes.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.head import PRESENT, UNKNOWN, Head
from train.margin import logit, sigmoid

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

IDENTITY = np.array([1.0, 0.0])
HOLD, HOLD_ALL = 10.0, 1.0
"""Weights of the squared distance from the common map, and of that from the identity: HOLD had the
least log loss in cross-validation on the validation photos of bears and of pascal."""
LEAST_SLOPE = 0.1
"""A slope of 0 or less would turn the order of the scores around."""
FROM = 5
"""Photos that must show a class before it is calibrated: else the absent ones speak alone."""
STEPS = 30
"""Of Newton's method, which needs about six."""


@dataclass(frozen=True, slots=True)
class Platt:
    """The maps of all classes: slope and offset, (C,) each."""

    slope: Doubles
    offset: Doubles

    @classmethod
    def fit(cls, logits: Floats, states: NDArray[np.int8]) -> Self:
        """From the logits (N, C) of photos that the head did not learn from; states (N, C)."""
        known, truth = states != UNKNOWN, states == PRESENT
        enough = truth.sum(axis=0) >= FROM
        maps = np.tile(IDENTITY, (logits.shape[1], 1))
        counted = known & enough
        common = _fit(logits[counted], truth[counted], IDENTITY, HOLD_ALL)
        for index in enough.nonzero()[0]:
            mine = known[:, index]
            maps[index] = _fit(logits[mine, index], truth[mine, index], common, HOLD)
        return cls(np.maximum(maps[:, 0], LEAST_SLOPE), maps[:, 1])

    def folded(self, head: Head) -> Head:
        """The head whose scores are calibrated; it decides as before."""
        slope, offset = self.slope.astype(np.float32), self.offset.astype(np.float32)
        return replace(
            head,
            weight=head.weight * slope[:, None],
            bias=head.bias * slope + offset,
            threshold=self._mapped(head.threshold),
            threshold_unsure=self._mapped(head.threshold_unsure),
        )

    def undone(self, scores: Floats) -> Floats:
        """Calibrated scores (N, C) -> those of the head before."""
        return sigmoid((logit(scores) - self.offset) / self.slope)

    def _mapped(self, scores: Floats) -> Floats:
        return sigmoid(self.slope * logit(scores) + self.offset)


def _fit(logits: Floats, truth: Bools, prior: Doubles, hold: float) -> Doubles:
    """(slope, offset) of least log loss over logits (n,), held to `prior`; by Newton's method."""
    design = np.column_stack([logits, np.ones(len(logits))]).astype(np.float64)  # (n, 2)
    found = prior.copy()
    for _ in range(STEPS):
        p = sigmoid(design @ found).astype(np.float64)
        gradient = design.T @ (p - truth) + hold * (found - prior)
        curvature = (design.T * (p * (1 - p))) @ design + hold * np.eye(2)
        found = found - np.linalg.solve(curvature, gradient)
    return found
