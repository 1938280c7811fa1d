"""The numbers of the decision rule: a threshold on each sigmoid, two gates on familiarity.

Gates come from a class's own leave-one-out scores: raising both by rank together, the highest rank
is kept at which at most floor(alpha (n + 1)) - 1 of its n photos fail either gate (the finite
sample count of split conformal prediction: Angelopoulos and Bates, 2021,
https://arxiv.org/abs/2107.07511). `model/decision.py` applies what is chosen here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import familiarity

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

ALPHA = 0.10
"""Share of a class's own photos that may fail its assert gates, for classes of `MANY` photos."""
MANY, FEW = 100, 20
"""Below MANY photos a smaller share may fail (see `_shares`); below FEW there is no rank to keep,
and the gates are `_few_gates`."""
UNSURE = 0.6
"""The unsure level's share of failures by that of the assert level. At .5 more photos of none are
asked about, and hardly more known ones (docs/experiments.md)."""
THRESHOLD, THRESHOLD_FEW = 0.5, 0.35
"""On the sigmoid. A class of fewer than FEW photos is shrunk by the loss: its line is lower. Tuned
on validation photos they were no better, and those photos are learned instead
(docs/experiments.md)."""
NO_GATE = -1.0
"""Every cosine passes it."""


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates (C, 2) as (nearest, mean) at both levels; the class means (C, D) behind the second."""

    gate_assert: Floats
    gate_unsure: Floats
    class_mean: Floats


def thresholds(counts: NDArray[np.int64]) -> Floats:
    """A threshold a class, from its number of training photos (C,)."""
    return np.where(counts >= FEW, THRESHOLD, THRESHOLD_FEW).astype(np.float32)


def gates(embedding: Floats, present: Bools, alpha: float = ALPHA) -> Gates:
    """Gates from training photos: raw embeddings (N, D), present (N, C)."""
    own = own_similarity(embedding, present)
    spread = _spread([scores for scores in own if len(scores) >= FEW])
    pairs = [_class_gates(scores, alpha, spread) for scores in own]
    return Gates(
        gate_assert=np.array([pair[0] for pair in pairs], dtype=np.float32),
        gate_unsure=np.array([pair[1] for pair in pairs], dtype=np.float32),
        class_mean=familiarity.class_mean(embedding, present),
    )


def own_similarity(embedding: Floats, present: Bools) -> list[Floats]:
    """For each class the (nearest, mean) scores of its own photos, each left out: C x (n, 2)."""
    direction = familiarity.direction(embedding)
    log_direction = familiarity.log_direction(embedding)
    return [
        np.stack([_own_nearest(direction[mine]), _own_mean(log_direction[mine])], axis=1)
        for mine in present.T
    ]


def _own_nearest(direction: Floats) -> Floats:
    count = min(familiarity.NEIGHBOURS, len(direction) - 1)
    if count < 1:
        return np.full(len(direction), NO_GATE, dtype=np.float32)
    similarity = direction @ direction.T
    np.fill_diagonal(similarity, -2.0)  # a photo is not its own neighbour
    return familiarity.largest_mean(similarity, count)


def _own_mean(log_direction: Floats) -> Floats:
    if len(log_direction) < 2:
        return np.full(len(log_direction), NO_GATE, dtype=np.float32)
    others = log_direction.sum(axis=0) - log_direction  # (n, D): each row without its own photo
    norms = np.maximum(np.linalg.norm(others, axis=1), 1e-12)
    return np.asarray((log_direction * others).sum(axis=1) / norms, dtype=np.float32)


def _class_gates(scores: Floats, alpha: float, spread: Floats | None) -> tuple[Floats, Floats]:
    """(assert, unsure) gates of one class from its own scores (n, 2)."""
    if len(scores) < FEW:
        gate = _few_gates(scores, spread)
        return gate, gate
    to_assert, to_ask = _shares(len(scores), alpha)
    return joint_gate(scores, to_assert), joint_gate(scores, to_ask)


def _shares(count: int, alpha: float) -> tuple[float, float]:
    """The shares of a class's `count` photos that may fail its gates at (assert, unsure) level.

    With an alpha of 10 %: 10 % and 6 % of `MANY` photos or more, 5 % and 3 % of fewer.
    """
    to_assert = alpha if count >= MANY else 0.5 * alpha
    return to_assert, UNSURE * to_assert


def joint_gate(scores: Floats, alpha: float) -> Floats:
    """Both gates (2,) at the highest common rank that fails few enough of the scores (n, 2).

    Where not even one may fail (n is too small for alpha), none does.
    """
    count = len(scores)
    allowed = max(int(round(alpha * (count + 1), 6)) - 1, 0)  # rounded: 0.1 * 0.3 * 1000 is 29.99…
    ranked = np.sort(scores, axis=0)
    passes = np.stack(
        [np.searchsorted(*pair, side="right") - 1 for pair in zip(ranked.T, scores.T, strict=True)]
    ).min(axis=0)  # (n,): the highest rank that each photo passes
    return np.asarray(ranked[np.sort(passes)[allowed]], dtype=np.float32)


def _spread(larger: list[Floats]) -> Floats | None:
    """How far the 5 % quantile lies below the mean in larger classes, on average: (2,)."""
    if not larger:
        return None
    distances = [scores.mean(axis=0) - np.quantile(scores, 0.05, axis=0) for scores in larger]
    return np.asarray(np.mean(distances, axis=0), dtype=np.float32)


def _few_gates(scores: Floats, spread: Floats | None) -> Floats:
    """A class of fewer than FEW photos: its own mean less what larger classes spread.

    Never a larger class's gate itself: a new class would then always be none.
    """
    count = len(scores)
    if count < 2:
        return np.full(2, NO_GATE, dtype=np.float32)
    if spread is None:
        return np.asarray(scores.min(axis=0), dtype=np.float32)
    return np.asarray(scores.mean(axis=0) - spread * np.sqrt(1 + 1 / count), dtype=np.float32)
