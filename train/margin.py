"""How far a photo is from being named, as one number. Pure.

Each class has three lines from which it is named, and three below them from which it is asked about
(`model/decision.py`). The distance between them, by class and line, is one step. A photo's margin
is the number of steps by which it clears the lines of the class that suits it best:

    margin >= 0: a class is named; -1 <= margin < 0: one is asked about; margin < -1: none.

Shapes: N photos, C classes.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.decision import Rule
from model.head import Head

Floats = NDArray[np.float32]

LIMIT = 1e-7
"""Scores are held this far from 0 and 1: float32 reaches both."""
LEAST = 1e-6
"""A step of nothing would divide by zero; so short a one is passed or not, nothing between."""


def logit(score: ArrayLike) -> Floats:
    """log(p / (1 - p)), elementwise."""
    p = np.clip(np.asarray(score, dtype=np.float64), LIMIT, 1 - LIMIT)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float32)


def sigmoid(value: ArrayLike) -> Floats:
    """1 / (1 + exp(-z)), elementwise."""
    z = np.clip(np.asarray(value, dtype=np.float64), -80, 80)
    return np.asarray(1 / (1 + np.exp(-z)), dtype=np.float32)


def margin(scores: Floats, similarity: Floats, rule: Rule) -> Floats:
    """Scores (N, C) and similarity (N, C, 2) -> margins (N,), in steps."""
    values = np.concatenate([similarity, logit(scores)[..., None]], axis=-1)  # (N, C, 3)
    name = _lines(rule.gate_assert, rule.threshold)
    ask = _lines(rule.gate_unsure, rule.threshold_unsure)
    steps = (values - name) / np.maximum(name - ask, LEAST)
    return np.asarray(steps.min(axis=-1).max(axis=-1), dtype=np.float32)


def widen(head: Head, steps: float) -> Head:
    """The head that asks from `steps` times as far below its lines for naming."""
    threshold, threshold_unsure = logit(head.threshold), logit(head.threshold_unsure)
    return replace(
        head,
        gate_unsure=head.gate_assert - np.float32(steps) * (head.gate_assert - head.gate_unsure),
        threshold_unsure=sigmoid(threshold - steps * (threshold - threshold_unsure)),
    )


def _lines(gate: Floats, threshold: Floats) -> Floats:
    """Gates (C, 2) and thresholds (C,) -> (C, 3), thresholds as logits."""
    return np.concatenate([gate, logit(threshold)[:, None]], axis=-1)
