"""`evaluate`: a version of the registry on data sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.backbone import Backbone
from model.classifier import Classifier
from model.errors import BadData
from model.head import Memory
from model.registry import Registry
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
    backbone: Backbone,
    cache: Path,
    events: Events,
    sep: str,
    with_learned: bool,
) -> Scored:
    """Evaluate `model` (NAME or NAME@VERSION) on sources.

    Photos that the version learned from are left out unless `with_learned`. Raises `BadData` and
    `BadVersion`.
    """
    name, _, version = model.partition("@")
    version = version or registry.current(name)
    folder = registry.path(name, version)
    classifier = Classifier.load(folder, backbone)
    memory = Memory.load(folder / "memory.safetensors")
    photos = read_photos(
        sources, model=name, sep=sep, backbone=backbone, cache=cache, report=events.step("embed")
    )
    problems = list(photos.problems)
    counted = np.ones(len(photos.frame), dtype=np.bool_)
    if not with_learned:
        counted = ~learned_by(memory, photos.photo_sha256)
        left_out = int((~counted).sum())
        if left_out:
            problems.append(f"{left_out} photos are left out: {name} {version} learned from them")
    if not counted.any():
        raise BadData("No photo is left to evaluate on. --learned counts those it learned from.")
    said = judged(classifier, photos.embedding[counted], classifier.classes)
    truth = states(photos.frame[counted], classifier.classes)
    return Scored(name, version, evaluate(said, truth, classifier.classes), problems)
