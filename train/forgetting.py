"""A base version without photos that are to be forgotten: learned anew from the rest of its memory.

A retraining starts from the base's memory, so photos must leave it there. Those that people sent in
chat are in it only where the base was fitted to them, to an export for example.

Shapes: N photos, C classes.
"""

import numpy as np
from numpy.typing import NDArray

from model.backbone import SHIPPED_BACKBONE, Backbone
from model.card import Card
from model.errors import BadData
from model.head import PRESENT, Memory
from model.registry import Registry
from train.draft import Draft
from train.evaluate import Metrics
from train.guarantee import MISSED
from train.learner import calibrated
from train.version import save

Bools = NDArray[np.bool_]


def forgotten_rows(memory: Memory, photos: set[str]) -> Bools:
    """Which rows (N,) are of these photos, by SHA-256 (hex)."""
    return np.array([row.tobytes().hex() in photos for row in memory.photo_sha256], dtype=np.bool_)


def without(
    memory: Memory, classes: tuple[str, ...], gone: Bools
) -> tuple[Memory, tuple[str, ...]]:
    """The memory without the rows `gone` (N,), and without classes that it can't teach any more.

    Raises `BadData` if no class is left.
    """
    left = ~gone
    learnable = (memory.state[left & memory.trains] == PRESENT).any(axis=0)
    if not learnable.any():
        raise BadData(
            "Without the photos that must be forgotten there is none left to learn from: fit the "
            "model to other data, or promote a version that never learned from them."
        )
    kept = Memory(
        embedding=memory.embedding[left],
        state=memory.state[left][:, learnable],
        weight=memory.weight[left],
        split=memory.split[left],
        photo_sha256=memory.photo_sha256[left],
    )
    return kept, tuple(np.array(classes, dtype=object)[learnable])


def rebase(
    registry: Registry, base: Card, memory: Memory, gone: Bools, backbone: Backbone, command: str
) -> tuple[str, Metrics]:
    """Add a base like `base` that never saw the photos `gone` (N,); its version, and its figures.

    It doesn't answer yet. Raises `BadData` where that is not possible.
    """
    if backbone.path != SHIPPED_BACKBONE:
        raise BadData(
            f"{base.model} {base.version} has a backbone of its own that learned from photos which "
            f"must be forgotten. Train it anew without them ({base.command}), and promote that."
        )
    kept, classes = without(memory, base.classes, gone)
    missed = base.guarantee.alpha if base.guarantee else MISSED
    learned = calibrated(kept, classes, kept.learned, base.alpha, missed)
    draft = Draft.of(
        base.model,
        learned,
        kept,
        task=base.task,
        files={},
        alpha=base.alpha,
        missed=missed,
        command=command,
        provenance={"without": int(gone.sum()), "photos": len(kept)},
    )
    return save(registry, draft, backbone), draft.metrics
