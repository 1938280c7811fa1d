"""A version that isn't in the registry yet: what it is, and what there is to tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from model.card import Task
from model.classifier import Classifier
from model.head import Memory
from train.challenge import Trial, judged
from train.doubted import Doubted
from train.evaluate import Judged, Metrics, evaluate
from train.learner import Learned
from train.suspects import Suspect, cross_fitted, suspects


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that `train/version.py` writes into a version's folder.

    `said` is the version's word on the photos of `memory` that it never learned, of which `metrics`
    are. `suspects` are rows of `memory`; `files` the photos that can be shown, by SHA-256. Where it
    challenged a champion: `trial`, `why` in words, and the people whose words are `doubted`.
    """

    model: str
    classifier: Classifier
    memory: Memory
    said: Judged
    metrics: Metrics
    suspects: list[Suspect]
    files: Mapping[bytes, Path]
    alpha: float
    missed: float
    command: str
    provenance: dict[str, Any]
    trial: Trial | None = None
    why: str = ""
    doubted: tuple[Doubted, ...] = ()
    task: Task = "multi-label"

    @classmethod
    def of(
        cls,
        model: str,
        learned: Learned,
        memory: Memory,
        *,
        task: Task = "multi-label",
        files: Mapping[bytes, Path],
        alpha: float,
        missed: float,
        command: str,
        provenance: dict[str, Any],
    ) -> Self:
        """What was learned from `memory`, with its figures on the photos that it didn't learn."""
        classifier = replace(learned.classifier, forced=task == "single-label")
        held_out, classes = ~memory.learned, classifier.classes
        said = judged(classifier, memory.embedding[held_out], classes, learned.platt)
        return cls(
            model=model,
            task=task,
            classifier=classifier,
            memory=memory,
            said=said,
            metrics=evaluate(said, memory.state[held_out], classes),
            suspects=suspects(cross_fitted(memory), memory.state),
            files=files,
            alpha=alpha,
            missed=missed,
            command=command,
            provenance=provenance,
        )
