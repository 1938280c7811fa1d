"""Writing a version into the registry: arrays, metrics, the report, the card."""

import hashlib
import importlib.metadata
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from model.backbone import SHIPPED_BACKBONE, Backbone
from model.card import SCHEMA, BackboneRef, Card
from model.head import Memory
from model.registry import Registry
from model.registry import ship as ship_version
from train import bootstrap, guarantee, learner, tasks
from train.draft import Draft
from train.report import report_html, report_png

SHOWN = ("exact", "none_recall", "false_none", "map", "twin_accuracy", "ece", "ece_before")
"""The held-out figures that stand in the card; all of them are in metrics.json."""

OWN_BACKBONE = "backbone.onnx"
"""The name of a version's own backbone, in its folder."""

PAGE, PICTURE = "report.html", "report.png"

SETTINGS = {
    "l2": learner.L2,
    "twin_l2": learner.TWIN_L2,
    "balance": tasks.BALANCE,
    "balance_few": tasks.BALANCE_FEW,
}


def save(registry: Registry, draft: Draft, backbone: Backbone) -> str:
    """Add `draft` to the registry as its next version; returns its name."""
    return registry.add(draft.model, lambda folder, name: fill(folder, name, draft, backbone))


def ship(draft: Draft, backbone: Backbone) -> str:
    """Like `save`, for a version that the project is shipped with: its report shows no photo."""
    without = replace(draft, files={})
    return ship_version(draft.model, lambda folder, name: fill(folder, name, without, backbone))


def fill(folder: Path, version: str, draft: Draft, backbone: Backbone) -> Card:
    """Write a version's files into `folder`; returns the card, which the caller writes last."""
    if backbone.path != SHIPPED_BACKBONE:  # trained with the version, or with one before it
        shutil.copyfile(backbone.path, folder / OWN_BACKBONE)
    card = _card(version, draft, backbone)
    draft.classifier.head.save(folder / "head.safetensors")
    draft.memory.save(folder / "memory.safetensors")
    metrics = json.dumps(draft.metrics.to_json(), indent=1, ensure_ascii=False)
    (folder / "metrics.json").write_text(metrics + "\n", encoding="utf-8")
    (folder / PAGE).write_text(report_html(card, draft), encoding="utf-8")
    (folder / PICTURE).write_bytes(report_png(card, draft))
    return card


def _card(version: str, draft: Draft, backbone: Backbone) -> Card:
    figures = {name: getattr(draft.metrics, name) for name in SHOWN}
    return Card(
        schema=SCHEMA,
        model=draft.model,
        version=version,
        task=draft.task,
        classes=draft.classifier.classes,
        backbone=BackboneRef(
            file=SHIPPED_BACKBONE.name if backbone.path == SHIPPED_BACKBONE else OWN_BACKBONE,
            sha256=backbone.sha256,
            size_px=backbone.size_px,
        ),
        alpha=draft.alpha,
        seed=bootstrap.SEED,
        command=draft.command,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        provenance={
            "code": importlib.metadata.version("nonesuch"),
            "settings": SETTINGS,
            "data_sha256": _data_sha256(draft.memory),
            **draft.provenance,
        },
        figures={name: round(value, 4) for name, value in figures.items() if value is not None},
        guarantee=guarantee.stated(draft.memory, draft.metrics, draft.missed),
    )


def _data_sha256(memory: Memory) -> str:
    """A hash of the photos learned from and judged by, and of their labels."""
    digest = hashlib.sha256(memory.photo_sha256.tobytes())
    digest.update(memory.state.tobytes())
    return digest.hexdigest()
