"""`evaluate`: a version of the registry on data sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.backbone import Backbones
from model.errors import BadData
from model.head import Memory
from model.registry import Registry
from model.version import load
from train.challenge import judged
from train.data.frame import states
from train.evaluate import Metrics, evaluate
from train.events import Events
from train.examples import learned_by
from train.photos import read_photos


@dataclass(frozen=True, slots=True)
class Scored:
    """The figures of a version on sources, and what was left out of them, in sentences."""

    model: str
    version: str
    metrics: Metrics
    problems: list[str]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        named = {"model": self.model, "version": self.version}
        return {**named, **self.metrics.to_json(), "problems": self.problems}


def score(
    model: str,
    sources: Sequence[str],
    *,
    registry: Registry,
    cache: Path,
    events: Events,
    sep: str,
    with_learned: bool,
) -> Scored:
    """Evaluate `model` (NAME or NAME@VERSION) on sources.

    Photos that the version learned from are left out unless `with_learned`. Raises `BadData` and
    `BadVersion`.
    """
    name, version = registry.named(model)
    folder = registry.path(name, version)
    loaded = load(folder, Backbones())
    classifier, backbone = loaded.classifier, loaded.backbone
    memory = Memory.load(folder / "memory.safetensors")
    photos = read_photos(
        sources, model=name, sep=sep, backbone=backbone, cache=cache, report=events.step("embed")
    )
    counted = np.ones(len(photos.frame), dtype=np.bool_)
    if not with_learned:
        counted = ~learned_by(memory, photos.photo_sha256)
    problems = [*photos.problems, *_fewer(counted, len(photos.problems), f"{name} {version}")]
    if not counted.any():
        raise BadData("No photo is left to evaluate on. --learned counts those it learned from.")
    said = judged(classifier, photos.embedding[counted], classifier.classes)
    truth = states(photos.frame[counted], classifier.classes)
    return Scored(name, version, evaluate(said, truth, classifier.classes), problems)


def _fewer(counted: NDArray[np.bool_], unread: int, version: str) -> list[str]:
    """A warning where fewer photos are counted than the sources have, and why; (N,) were read."""
    seen, total = int(counted.sum()), len(counted) + unread
    reasons = [
        f"{len(counted) - seen} are left out, because {version} learned from them",
        f"{unread} can't be read",
    ]
    why = [reason for reason in reasons if not reason.startswith("0 ")]
    return [f"only {seen} of {total} photos count: {'; '.join(why)}"] if why else []
