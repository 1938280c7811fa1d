"""Training a point model from data sources, and judging one: `train/point.py` learns.

A version remembers which photos it learned from (their hashes), not their feature maps: it is made
again by the command in its card, on the same data.
"""

import importlib.metadata
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from model import point
from model.backbone import SHIPPED_BACKBONE, Backbone
from model.card import MODEL_NAME, SCHEMA, BackboneRef, Card
from model.errors import BadData
from model.point import PointHead
from train import point as learning
from train.bootstrap import SEED
from train.data.frame import rows_of
from train.data.split import hash_fraction, near_twins
from train.distance import PointMetrics, distances
from train.events import Events
from train.photos import Photos, read_photos
from train.point_page import report
from train.version import OWN_BACKBONE

HELD_OUT = 0.2
"""Share of photos, near twins together, that judge where the source does not say which."""
MEMORY = "memory.safetensors"
SHOWN = ("mean_px", "mean_percent", "median_px", "median_percent")
"""The held-out figures that stand in the card."""
SETTINGS = {
    "views": learning.VIEWS,
    "hidden": learning.HIDDEN,
    "epochs": learning.EPOCHS,
    "batch": learning.BATCH,
    "rate": learning.RATE,
    "decay": learning.DECAY,
}

Hashes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDraft:
    """A version that isn't in the registry yet: `learned` (N, 32) are its photos' hashes."""

    model: str
    head: PointHead
    metrics: PointMetrics
    learned: Hashes
    command: str
    provenance: dict[str, Any]


def fit_point(
    model: str,
    sources: Sequence[str],
    *,
    backbone: Backbone,
    cache: Path,
    events: Events,
    command: str,
    sep: str,
) -> tuple[PointDraft, list[str]]:
    """A point model learned from `sources`, and the problems met on the way. Raises `BadData`."""
    if not MODEL_NAME.fullmatch(model):
        raise BadData(f"{model!r} is no model name: use a-z, 0-9, - and _, at most 32.")
    photos = _with_points(
        read_photos(
            sources,
            model=model,
            sep=sep,
            backbone=backbone,
            cache=cache,
            report=events.step("embed"),
        )
    )
    held_out = _held_out(photos)
    seen = learning.views(photos.frame, held_out.tolist(), backbone, events.step("views"))
    head = learning.learn(seen, events.step("fit"))
    draft = PointDraft(
        model=model,
        head=head,
        metrics=judge(head, photos.frame[held_out], backbone),
        learned=photos.photo_sha256[~held_out],
        command=command,
        provenance={"sources": list(sources), "photos": len(held_out)},
    )
    return draft, photos.problems


def judge(head: PointHead, frame: pd.DataFrame, backbone: Backbone) -> PointMetrics:
    """How far from the true points the head finds them, in the photos as they are."""
    found, truth, size = [], [], []
    for row in rows_of(frame):
        if row.photo is not None and row.point is not None:
            look = point.look(row.photo.read_bytes(), backbone, head)
            found.append((look.point.x_px, look.point.y_px))
            truth.append(row.point)
            size.append((look.info.width, look.info.height))
    return distances(np.array(found), np.array(truth, dtype=np.float64), np.array(size))


def learned_by(folder: Path) -> Hashes:
    """Hashes of the photos that the version in a folder learned from: (N, 32)."""
    return load_file(folder / MEMORY)["photo_sha256"]


def fill(folder: Path, version: str, draft: PointDraft, backbone: Backbone) -> Card:
    """Write a version's files into `folder`; returns the card, which the caller writes last."""
    if backbone.path != SHIPPED_BACKBONE:
        shutil.copyfile(backbone.path, folder / OWN_BACKBONE)
    card = _card(version, draft, backbone)
    draft.head.save(folder / point.FILE)
    save_file({"photo_sha256": np.ascontiguousarray(draft.learned)}, folder / MEMORY)
    metrics = json.dumps(draft.metrics.to_json(), indent=1)
    (folder / "metrics.json").write_text(metrics + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report(card, draft.metrics), encoding="utf-8")
    return card


def _card(version: str, draft: PointDraft, backbone: Backbone) -> Card:
    is_shipped = backbone.path == SHIPPED_BACKBONE
    return Card(
        schema=SCHEMA,
        model=draft.model,
        version=version,
        task="point",
        classes=(),
        backbone=BackboneRef(
            file=SHIPPED_BACKBONE.name if is_shipped else OWN_BACKBONE,
            sha256=backbone.sha256,
            size_px=backbone.size_px,
        ),
        alpha=0.0,
        seed=SEED,
        command=draft.command,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        provenance={
            "code": importlib.metadata.version("nonesuch"),
            "settings": SETTINGS,
            "retraining": "by the command, on the same data: no feature maps are kept",
            **draft.provenance,
        },
        figures={name: getattr(draft.metrics, name) for name in SHOWN},
    )


def _held_out(photos: Photos) -> NDArray[np.bool_]:
    """Which photos (N,) judge and never train. Raises `BadData` where that is all or none.

    What the source says counts: photos of one recording are near twins, and whole people are what
    should be kept apart.
    """
    said = photos.frame["is_valid"]
    if said.notna().any():
        held_out = np.asarray(said.eq(True), dtype=np.bool_)
    else:
        group = near_twins(photos.embedding.astype(np.float32))
        held_out = np.asarray(hash_fraction(photos.photo_sha256)[group] < HELD_OUT)
    if held_out.all() or not held_out.any():
        raise BadData(
            f"{held_out.sum()} of {len(held_out)} photos are kept to judge by: say in a column "
            "is_valid which ones (best whole people), and leave some to learn from."
        )
    return held_out


def _with_points(photos: Photos) -> Photos:
    """The photos in which a point is known. Raises `BadData` if there are too few."""
    has_point = photos.frame["point"].notna().to_numpy() & photos.frame["photo"].notna().to_numpy()
    if has_point.sum() < 2:
        raise BadData(
            "The data have no points to learn from: give a CSV with the columns fname,x,y,is_valid "
            "(px, origin top left), or biwi:DIR."
        )
    return photos[has_point]
