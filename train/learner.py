"""The training loop of heads: a linear layer on cached embeddings, full batch, L-BFGS.

The problem is convex and small (thousands of photos, 1280 features), so L-BFGS finds the optimum
in half a second, and starting at zero it always finds the same one.

Heads and gates are learned from training photos. Validation photos calibrate what was learned: the
probabilities (`train/platt.py`) and the line below which the answer is none (`train/guarantee.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.classifier import Classifier
from model.head import PRESENT, UNKNOWN, Head, Memory
from train import calibrate, guarantee
from train.data.split import hash_fraction
from train.margin import logit, margin, widen
from train.platt import Platt
from train.tasks import multi_label_loss, single_label_loss

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]

L2, TWIN_L2 = 0.05, 0.01
"""Weight decay on the z-scored features: it beat weaker ones on VOC (docs/experiments.md)."""
MAX_STEPS = 60
FOLDS = 5
"""Of cross-fitting: a photo's own logit is that of a head that learned from the other folds."""
THREADS = 1
"""Threads of torch while fitting. Fixed, because sums in another order give other last bits; one,
because a fit is half a second of work and two threads on a busy machine wait for each other."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted layer: weight (C, D), bias (C,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """A classifier, of no name yet, and the calibration that is folded into its head."""

    classifier: Classifier
    platt: Platt


def learn(
    memory: Memory, classes: tuple[str, ...], learned: Bools, alpha: float = calibrate.ALPHA
) -> Classifier:
    """The classifier of `calibrated`, for those who only want answers."""
    return calibrated(memory, classes, learned, alpha).classifier


def calibrated(
    memory: Memory,
    classes: tuple[str, ...],
    learned: Bools,
    alpha: float = calibrate.ALPHA,
    missed: float = guarantee.MISSED,
) -> Learned:
    """What the photos of `memory` that `learned` (N,) marks teach, each in its role by its split.

    `alpha`: the share of a class's own photos that its lines for naming may turn away; `missed`:
    the share of photos of a class that may be answered none.
    """
    trains, calibrates = learned & ~memory.calibrates, learned & memory.calibrates
    classifier = Classifier.of("", "", classes, fit_head(memory, trains, alpha), memory, trains)
    embedding = memory.embedding[calibrates].astype(np.float32)
    states = memory.state[calibrates]
    scores = classifier.head.scores(embedding)
    shows = (states == PRESENT).any(axis=1)
    margins = margin(scores, classifier.similarity(embedding), classifier.head.rule)[shows]
    steps = guarantee.steps(margins, missed)
    head = classifier.head if steps is None else widen(classifier.head, steps)
    platt = Platt.fit(logit(scores), states)
    return Learned(replace(classifier, head=platt.folded(head)), platt)


def fit_head(memory: Memory, trains: Bools, alpha: float = calibrate.ALPHA) -> Head:
    """Both heads, thresholds and gates from the photos of `memory` that `trains` (N,) marks."""
    embedding = memory.embedding[trains].astype(np.float32)
    states, weight = memory.state[trains], memory.weight[trains]
    features, mean, std = standardized(embedding)
    multi = fit_linear(features, states, weight, multi_label_loss, L2)
    twin = fit_linear(features, states, weight, single_label_loss, TWIN_L2)
    own = own_logits(features, states, weight, folds(memory.photo_sha256[trains]))
    lines = calibrate.lines(embedding, states == PRESENT, own, alpha)
    return Head(
        weight=multi.weight,
        bias=multi.bias,
        twin_weight=twin.weight,
        twin_bias=twin.bias,
        feature_mean=mean,
        feature_std=std,
        threshold=lines.threshold,
        class_mean=lines.class_mean,
        gate_assert=lines.gate_assert,
        gate_unsure=lines.gate_unsure,
        threshold_unsure=lines.threshold_unsure,
    )


def standardized(embedding: Floats) -> tuple[Floats, Floats, Floats]:
    """Embeddings (N, D) -> z-scored features (N, D), and the mean and deviation (D,) of each."""
    mean, std = embedding.mean(axis=0), embedding.std(axis=0) + np.float32(1e-6)
    return (embedding - mean) / std, mean, std


def own_logits(
    features: Floats, states: NDArray[np.int8], weight: Floats, fold: NDArray[np.int64]
) -> Floats:
    """Logits (N, C) of each photo by a head that did not learn from its fold (N,).

    All heads are fitted at once: each class has a column a fold, which is told nothing of it.
    """
    columns = [np.where((fold == number)[:, None], UNKNOWN, states) for number in range(FOLDS)]
    told = np.concatenate(columns, axis=1)  # (N, FOLDS * C)
    linear = fit_linear(features, told.astype(np.int8), weight, multi_label_loss, L2)
    logits = (features @ linear.weight.T + linear.bias).reshape(len(features), FOLDS, -1)
    return np.asarray(logits[np.arange(len(features)), fold])


def folds(photo_sha256: NDArray[np.uint8]) -> NDArray[np.int64]:
    """A fold by hash: (N, 32) -> (N,)."""
    return (hash_fraction(photo_sha256[:, 16:]) * FOLDS).astype(np.int64)


def fit_linear(
    features: Floats, states: NDArray[np.int8], weight: Floats, loss: Loss, l2: float
) -> Linear:
    """Minimise `loss` + l2 |W|^2 over features (N, D), states (N, C), weight (N,)."""
    torch.set_num_threads(THREADS)
    x, s, w = (torch.from_numpy(array) for array in (features, states, weight))
    matrix = torch.zeros(states.shape[1], features.shape[1], requires_grad=True)
    bias = torch.zeros(states.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [matrix, bias], max_iter=MAX_STEPS, history_size=10, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        total = loss(x @ matrix.T + bias, s, w) + l2 * matrix.square().sum()
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        return total

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # the same
    return Linear(matrix.detach().numpy(), bias.detach().numpy())
