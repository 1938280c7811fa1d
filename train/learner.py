"""The training loop of heads: a linear layer on cached embeddings, full batch, L-BFGS.

The problem is convex and small (thousands of photos, 1280 features), so L-BFGS finds the optimum
in half a second, and starting at zero it always finds the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.classifier import Classifier
from model.head import PRESENT, Head, Memory
from train import calibrate
from train.tasks import multi_label_loss, single_label_loss

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]

L2, TWIN_L2 = 0.05, 0.01
"""Weight decay on the z-scored features: it beat weaker ones on VOC (docs/experiments.md)."""
MAX_STEPS = 60
THREADS = 1
"""Threads of torch while fitting. Fixed, because sums in another order give other last bits; one,
because a fit is half a second of work and two threads on a busy machine wait for each other."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted layer: weight (C, D), bias (C,)."""

    weight: Floats
    bias: Floats


def learn(
    memory: Memory, classes: tuple[str, ...], learned: Bools, alpha: float = calibrate.ALPHA
) -> Classifier:
    """A classifier, of no name yet, from the photos of `memory` that `learned` (N,) marks."""
    head = fit_head(memory, learned, alpha)
    return Classifier.of("", "", classes, head, memory, learned)


def fit_head(memory: Memory, learned: Bools, alpha: float = calibrate.ALPHA) -> Head:
    """Both heads, thresholds and gates from the photos of `memory` that `learned` (N,) marks."""
    embedding = memory.embedding[learned].astype(np.float32)
    states, weight = memory.state[learned], memory.weight[learned]
    mean, std = embedding.mean(axis=0), embedding.std(axis=0) + np.float32(1e-6)
    features = (embedding - mean) / std
    multi = fit_linear(features, states, weight, multi_label_loss, L2)
    twin = fit_linear(features, states, weight, single_label_loss, TWIN_L2)
    present = states == PRESENT
    gates = calibrate.gates(embedding, present, alpha)
    return Head(
        weight=multi.weight,
        bias=multi.bias,
        twin_weight=twin.weight,
        twin_bias=twin.bias,
        feature_mean=mean,
        feature_std=std,
        threshold=calibrate.thresholds(present.sum(axis=0)),
        class_mean=gates.class_mean,
        gate_assert=gates.gate_assert,
        gate_unsure=gates.gate_unsure,
    )


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
