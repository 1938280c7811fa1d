"""What a ranking by score is worth: average precision in three definitions, AUROC, FPR. Pure.

Every figure is read off two counts down the ranking: photos seen, and hits among them. They are
kept for R weightings of the photos at once, so that a bootstrap is one pass.

Shapes: N photos, R weightings, K distinct scores.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ELEVEN = np.linspace(0, 1, 11)
"""The recalls at which VOC2007 reads the precision."""
TRUE_POSITIVES = 0.95
"""Share of the present photos that must be let through where false positives are counted."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Present and absent photos at or above each distinct score, highest first: (R, K) each."""

    present: Doubles
    absent: Doubles

    @classmethod
    def of(cls, truth: Bools, scores: Floats, weight: NDArray[np.integer] | None = None) -> Self:
        """Truth and scores (N,), weight (R, N), else all count once. Equal scores rank as one."""
        counts = np.ones((1, len(truth)), dtype=np.int64) if weight is None else weight
        order = np.argsort(-scores, kind="stable")
        last_of_equals = np.append(np.diff(scores[order]) != 0, True).nonzero()[0][: len(order)]
        present = np.cumsum(counts[:, order] * truth[order], axis=1)[:, last_of_equals]
        seen = np.cumsum(counts[:, order], axis=1)[:, last_of_equals]
        return cls(present.astype(np.float64), (seen - present).astype(np.float64))

    def curve(self) -> tuple[Doubles, Doubles]:
        """Recall and precision down the ranking, of the first weighting: (K,) each."""
        return self._recall()[0], self._precision()[0]

    def average_precision(self) -> Doubles:
        """Mean of the precisions at each present photo, not interpolated, as in scikit-learn: (R,).

        0 where nothing is present.
        """
        return np.asarray((self._gains() * self._precision()).sum(axis=1))

    def voc2010(self) -> Doubles:
        """Area under the precision that is reached at this recall or a higher one: (R,).

        PASCAL VOC since 2010 (Everingham et al., 2015, section 4.1 of the retrospective).
        """
        return np.asarray((self._gains() * self._envelope()).sum(axis=1))

    def voc2007(self) -> Doubles:
        """Mean over the recalls 0, .1, …, 1 of the best precision at that recall or above: (R,).

        PASCAL VOC until 2009 (Everingham et al., 2010, section 4.2).
        """
        recall, envelope = self._recall(), self._envelope()
        reached = recall[:, None, :] >= ELEVEN[:, None] - 1e-9  # (R, 11, K)
        return np.asarray((reached * envelope[:, None, :]).max(axis=2, initial=0).mean(axis=1))

    def auroc(self) -> Doubles:
        """The chance that a present photo scores higher than an absent one, ties half: (R,)."""
        present, absent = np.diff(self.present, prepend=0), np.diff(self.absent, prepend=0)
        higher = self.present - present / 2
        pairs = np.maximum(present.sum(axis=1) * absent.sum(axis=1), 1)
        return np.asarray((absent * higher).sum(axis=1) / pairs)

    def false_positive_rate(self) -> Doubles:
        """Share of absent photos at the highest score that lets `TRUE_POSITIVES` through: (R,)."""
        enough = self._recall() >= TRUE_POSITIVES - 1e-9
        at = enough.argmax(axis=1)
        passed = np.take_along_axis(self.absent, at[:, None], axis=1)[:, 0]
        return np.asarray(passed / np.maximum(self.absent[:, -1], 1))

    def _recall(self) -> Doubles:
        total = self.present.max(axis=1, keepdims=True, initial=0)
        return np.asarray(self.present / np.maximum(total, 1))

    def _gains(self) -> Doubles:
        return np.diff(self._recall(), prepend=0)

    def _precision(self) -> Doubles:
        return np.asarray(self.present / np.maximum(self.present + self.absent, 1))

    def _envelope(self) -> Doubles:
        return np.asarray(np.maximum.accumulate(self._precision()[:, ::-1], axis=1)[:, ::-1])
