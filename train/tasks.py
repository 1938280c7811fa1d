"""The tasks side by side: what is computed from logits, and the loss that belongs to it.

| task         | a photo shows       | activation | loss                | answer             |
|--------------|---------------------|------------|---------------------|--------------------|
| multi-label  | any of the classes  | sigmoid    | `BCEWithLogitsLoss` | `model/decision`   |
| single-label | exactly one of them | softmax    | `CrossEntropyLoss`  | argmax, never none |
| point        | one place           | `soft_argmax` | `MSELoss`        | `model/point`      |

Losses of classes take logits, not probabilities: the activation's exponential would overflow.
Shapes: logits and states (N, C); weight (N,). States are those of `model.head`.
"""

import torch
from torch import Tensor, nn

from model.head import PRESENT, UNKNOWN
from train.calibrate import FEW

BALANCE, BALANCE_FEW = 0.5, 1.0
"""Exponent of absent/present in a class's positive weight: 0 ignores imbalance, 1 evens it out.
1 costs exact answers where classes are large; without it a class of ten photos is not learned, so
classes of fewer than `FEW` photos have it (docs/experiments.md)."""


def multi_label_loss(
    logits: Tensor, states: Tensor, weight: Tensor, balance: Tensor | None = None
) -> Tensor:
    """Masked `BCEWithLogitsLoss`: mean over photos of the sum over known labels.

    An unknown label adds nothing: it is not an absent one. Nor does a photo with unknown ones only.
    `balance` (C,) weighs present labels; by default the `positive_weight` of these photos.
    """
    known = states != UNKNOWN
    present = (states == PRESENT).to(logits.dtype)
    counts = known * weight[:, None]
    balance = positive_weight(states, weight) if balance is None else balance
    loss = nn.BCEWithLogitsLoss(reduction="none", pos_weight=balance)
    total: Tensor = (loss(logits, present) * counts).sum()
    return total / weight[known.any(dim=1)].sum().clamp(min=1)


def positive_weight(states: Tensor, weight: Tensor) -> Tensor:
    """(absent / present) ** balance by class, (C,)."""
    counts = (states != UNKNOWN) * weight[:, None]  # (N, C): how much a label counts
    positives = ((states == PRESENT) * counts).sum(dim=0)
    negatives = counts.sum(dim=0) - positives
    balance = torch.where(positives < FEW, BALANCE_FEW, BALANCE)
    ratio: Tensor = negatives.clamp(min=1) / positives.clamp(min=1)
    return ratio**balance


def single_label_loss(logits: Tensor, states: Tensor, weight: Tensor) -> Tensor:
    """`CrossEntropyLoss` over the photos with exactly one present class; the others add nothing."""
    present = states == PRESENT
    weight = weight * (present.sum(dim=1) == 1)
    loss = nn.CrossEntropyLoss(reduction="none")
    total: Tensor = (loss(logits, present.to(torch.int64).argmax(dim=1)) * weight).sum()
    return total / weight.sum().clamp(min=1)


def soft_argmax(said: Tensor, places: Tensor) -> Tensor:
    """Score and vote of each place (N, P, 3), places (P, 2) in [-1, 1] -> points (N, 2).

    A place votes for a point so far from itself; the votes are weighed by the scores' softmax.
    """
    votes = places + said[..., 1:]  # (N, P, 2)
    return (said[..., :1].softmax(dim=1) * votes).sum(dim=1)


def point_loss(points: Tensor, truth: Tensor) -> Tensor:
    """`MSELoss` of points (N, 2) in [-1, 1]."""
    loss: Tensor = nn.MSELoss()(points, truth)
    return loss
