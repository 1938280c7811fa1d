"""`fit --unfreeze`: from photos to a tuned backbone's ONNX file, checked against torch.

Only training photos tune it: validation photos must stay new to it, or the guarantee that they give
(`train/guarantee.py`) would be none. A tenth of the training photos is watched, to know when to
stop.
"""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.backbone import Backbone
from model.errors import BadData
from model.head import TRAIN, Memory
from train.convert import export_checked
from train.data.split import hash_fraction
from train.events import Events
from train.finetune import BATCH, DROPOUT, RATE, WARM_UP, finetune
from train.learner import Linear, fit_head
from train.photos import Photos

WATCHED = 0.1
SEED = 0
TRAINED_AT = 0.8
"""Side of training photos, as a share of the side served: a random crop shows things larger than
they are in a whole photo (Touvron et al., 2019, https://arxiv.org/abs/1906.06423)."""
CHECKPOINT, BACKBONE = "checkpoint.pt", "backbone.onnx"


def tuned_backbone(
    photos: Photos,
    memory: Memory,
    classes: tuple[str, ...],
    size_px: int,
    epochs: int,
    folder: Path,
    events: Events,
) -> Backbone:
    """The published backbone, tuned to training photos; `memory` has the rows of `photos`.

    A run that was killed left its checkpoint below `folder`, named by what it was to learn, and
    goes on from there. Raises `BadData`.
    """
    if photos.frame["photo"].isna().any():
        raise BadData("--unfreeze needs the photos: this source has only embeddings of some.")
    work = folder / _run_name(memory, classes, epochs, size_px)
    trains = memory.split == TRAIN
    watched = trains & (hash_fraction(memory.photo_sha256[:, 8:]) < WATCHED)
    network, _ = finetune(
        photos.frame.assign(watched=watched)[trains],
        classes,
        _top(memory, trains & ~watched),
        size_px=round(TRAINED_AT * size_px),
        epochs=epochs,
        seed=SEED,
        checkpoint=work / CHECKPOINT,
        step=events.step,
    )
    export_checked(network, work / BACKBONE, size_px)
    return Backbone(work / BACKBONE)


def _top(memory: Memory, learned: NDArray[np.bool_]) -> Linear:
    """The layer to begin with: the head on raw embeddings, its z-score multiplied in."""
    head = fit_head(memory, learned)
    weight: NDArray[np.float32] = head.weight / head.feature_std
    bias = np.asarray(head.bias - weight @ head.feature_mean, dtype=np.float32)
    return Linear(weight, bias)


def _run_name(memory: Memory, classes: tuple[str, ...], epochs: int, size_px: int) -> str:
    digest = hashlib.sha256(
        repr((classes, epochs, size_px, BATCH, RATE, WARM_UP, DROPOUT)).encode()
    )
    digest.update(memory.photo_sha256.tobytes())
    digest.update(memory.state.tobytes())
    digest.update(memory.split.tobytes())
    return digest.hexdigest()[:16]
