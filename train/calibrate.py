"""The lines of the decision rule: a threshold on each sigmoid, two gates on familiarity.

They come from three scores of each of a class's own photos, from which the photo itself was left
out: its logit and its two cosines. Raising the three lines by rank together, the highest rank is
kept at which at most floor(alpha (n + 1)) - 1 of its n photos fail one of them (the finite sample
count of split conformal prediction: Angelopoulos and Bates, 2021,
https://arxiv.org/abs/2107.07511). `model/decision.py` applies what is chosen here.

Shapes: N photos, C classes, n photos of one class; its three lines are (nearest, mean, logit).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import familiarity
from train.margin import logit, sigmoid

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

ALPHA = 0.10
"""Share of a class's own photos that its lines may turn away, for classes of `MANY` photos; half
of it for smaller ones."""
MANY, FEW = 100, 20
"""Below FEW photos there is no rank to keep, and the gates are `_few_gates`."""
THRESHOLD, THRESHOLD_FEW = 0.5, 0.35
"""The least thresholds. A class of fewer than FEW photos is shrunk by the loss, and has .35."""
STEP = (0.25, 1.0, 1.0)
"""How far below its line for naming a class's line for asking lies, in standard deviations of its
own (nearest, mean, logit), until `train/guarantee.py` scales it. The nearest gate gives way least:
it keeps strangers out best (docs/experiments.md)."""
NO_GATE = -1.0
"""Every cosine passes it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Thresholds (C,) on the sigmoid and gates (C, 2) as (nearest, mean), for naming and asking;
    the class means (C, D) behind the second gate."""

    threshold: Floats
    threshold_unsure: Floats
    gate_assert: Floats
    gate_unsure: Floats
    class_mean: Floats


def lines(embedding: Floats, present: Bools, own_logits: Floats, alpha: float = ALPHA) -> Lines:
    """The lines from training photos: raw embeddings (N, D), present (N, C).

    `own_logits` (N, C) are those of heads that did not learn from the photo.
    """
    own = [
        np.column_stack([similarity, own_logits[mine, index]])
        for index, (similarity, mine) in enumerate(
            zip(own_similarity(embedding, present), present.T, strict=True)
        )
    ]
    larger = [scores for scores in own if len(scores) >= FEW]
    name = np.array([_class_lines(scores, alpha, larger) for scores in own], dtype=np.float32)
    step = np.array([_step(scores) for scores in own], dtype=np.float32)
    ask = name - step * np.array(STEP, dtype=np.float32)
    return Lines(
        threshold=sigmoid(name[:, 2]),
        threshold_unsure=sigmoid(ask[:, 2]),
        gate_assert=name[:, :2],
        gate_unsure=ask[:, :2],
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


def _class_lines(scores: Floats, alpha: float, larger: list[Floats]) -> Floats:
    """The lines (3,) from which one class is named, from its own scores (n, 3)."""
    if len(scores) < FEW:
        return np.append(_few_gates(scores[:, :2], _spread(larger)), logit(THRESHOLD_FEW))
    joint = joint_gate(scores, alpha if len(scores) >= MANY else 0.5 * alpha)
    return np.append(joint[:2], max(joint[2], logit(THRESHOLD)))


def _step(scores: Floats) -> Floats:
    """Standard deviations (3,) of a class's own scores.

    0 for a class of few photos: its lines are wide already, and to ask below them costs more photos
    of none than it finds of the class (docs/experiments.md).
    """
    few = len(scores) < FEW
    return np.zeros(3, dtype=np.float32) if few else np.asarray(scores.std(axis=0))


def joint_gate(scores: Floats, alpha: float) -> Floats:
    """Lines (K,) at the highest common rank that fails few enough of the scores (n, K).

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
    gated = [scores[:, :2] for scores in larger]
    distances = [scores.mean(axis=0) - np.quantile(scores, 0.05, axis=0) for scores in gated]
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
