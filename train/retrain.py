"""The whole loop, from what people said to a version that answers: ten steps in ten calls."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.backbone import Backbone, Backbones
from model.card import Card
from model.classes import shown
from model.classifier import Classifier
from model.errors import BadData
from model.head import ABSENT, PRESENT, Memory
from model.registry import Registry
from model.version import load
from train.challenge import judged, trial
from train.data import feedback
from train.data.feedback import Contradiction
from train.evaluate import Metrics, evaluate
from train.events import Events
from train.examples import JOINS_FROM, Examples, Said, combine, learned_by
from train.forgetting import forgotten_rows, rebase
from train.guarantee import MISSED
from train.learner import Learned, calibrated
from train.photos import Photos, embed_frame
from train.version import Draft, save

MAX_PROBLEMS = 20
"""Problems told; of more the number. An event is one line, and who reads it has a limit."""
MAX_WAITING = 5
"""Classes with too few photos that are named in the verdict."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a retraining ended. `why` is the gate's verdict in words; `problems` are sentences."""

    model: str
    version: str
    promoted: bool
    why: str
    metrics: Metrics
    report: Path
    problems: list[str]

    def to_json(self) -> dict[str, Any]:
        """The fields of the `done` event."""
        return {
            "model": self.model,
            "version": self.version,
            "promoted": self.promoted,
            "why": self.why,
            "metrics": self.metrics.to_json(),
            "report": str(self.report),
            "problems": self.problems,
        }


def retrain(
    model: str,
    database_url: str,
    *,
    registry: Registry,
    home: Path,
    events: Events,
    command: str,
    who: str,
) -> Outcome:
    """A challenger from the base's memory and people's words, promoted if it passes the gate.

    `home` is where the photos that people sent lie. Raises `BadData` (nothing to learn from) and
    `BadVersion`.
    """
    # 1. Who answers now, and the base: the version before any words, from whose memory everything
    #    is learned anew each time, so that words taken back are forgotten. A base that remembers
    #    photos of somebody who is being forgotten gives way to one that doesn't.
    now = _standing(registry, model, feedback.forgotten(database_url), command)
    backbone = now.backbone

    # 2. What people said. `frame` has a row a photo.
    events.step("read")
    frame, contradictions = feedback.read(
        database_url, model=model, backbone_key=backbone.key, home=home
    )

    # 3. Embeddings (n, 1280). They were kept when answering: no photo is decoded.
    photos = embed_frame(frame, backbone, home / "embeddings", events.step("embed"))

    if photos.frame.empty and now.rebased:
        return _base_alone(registry, now.base, now.rebased, who)

    # 4. One memory of base and words: rows that train, the jury, the base's own test photos.
    events.step("fit")
    examples = combine(now.memory, now.base.classes, _said(photos, model))

    # 5. The challenger.
    missed = now.base.guarantee.alpha if now.base.guarantee else MISSED
    learned = calibrated(
        examples.memory, examples.classes, examples.learned, now.base.alpha, missed
    )
    challenger = learned.classifier

    # 6. The gate. Photos that the champion learned can't judge it.
    known = learned_by(now.champion_memory, examples.memory.photo_sha256)
    progress = events.step("compare")
    verdict = trial(now.champion, known, challenger, examples, progress, now.base.alpha)

    # 7. Figures on photos that the challenger never learned.
    metrics = _held_out(learned, examples)

    # 8. What to say beside the figures.
    why = "; ".join([verdict.why, *_waiting(examples)])
    problems = _problems(photos, contradictions)

    # 9. The version, kept whatever the verdict.
    draft = Draft(
        model=model,
        classifier=challenger,
        memory=examples.memory,
        metrics=metrics,
        alpha=now.base.alpha,
        missed=missed,
        command=command,
        provenance={
            "base": now.base.version,
            "champion": now.champion.version,
            "corrections": len(photos.frame),
        },
        why=why,
    )
    version = save(registry, draft, backbone)

    # 10. The switch: whoever answers sees `current` change.
    if verdict.promoted:
        registry.promote(model, version, who=who, why=why)
    report = registry.path(model, version) / "report.html"
    return Outcome(model, version, verdict.promoted, why, metrics, report, problems)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What there is before a retraining."""

    backbone: Backbone
    champion: Classifier
    champion_memory: Memory
    base: Card
    memory: Memory
    rebased: Metrics | None
    """The figures of `base`, where it was made to forget photos."""


def _standing(registry: Registry, model: str, forgotten: set[str], command: str) -> _Standing:
    version = registry.current(model)
    folder = registry.path(model, version)
    champion = load(folder, Backbones())
    base = champion.card.provenance.get("base", version)
    memory = Memory.load(registry.path(model, base) / "memory.safetensors")
    rebased, gone = None, forgotten_rows(memory, forgotten)
    if gone.any():
        card = registry.card(model, base)
        base, rebased = rebase(registry, card, memory, gone, champion.backbone, command)
        memory = Memory.load(registry.path(model, base) / "memory.safetensors")
    return _Standing(
        backbone=champion.backbone,
        champion=champion.classifier,
        champion_memory=Memory.load(folder / "memory.safetensors"),
        base=registry.card(model, base),
        memory=memory,
        rebased=rebased,
    )


def _base_alone(registry: Registry, base: Card, metrics: Metrics, who: str) -> Outcome:
    """What answers once the only photos that people spoke of are forgotten."""
    why = "it is the version before, without photos that must be forgotten"
    registry.promote(base.model, base.version, who=who, why=why)
    report = registry.path(base.model, base.version) / "report.html"
    return Outcome(base.model, base.version, True, why, metrics, report, [])


def _said(photos: Photos, model: str) -> Said:
    frame = photos.frame
    if frame.empty:
        raise BadData(
            f"There is nothing to learn for {model}: nobody has corrected or confirmed a photo, or "
            "people contradict each other. Tap Right or Fix labels under some answers first."
        )
    return Said(
        embedding=photos.embedding,
        labels=[_labels(*names) for names in zip(frame["present"], frame["absent"], strict=True)],
        weight=frame["weight"].to_numpy(np.float32),
        photo_sha256=photos.photo_sha256,
    )


def _labels(present: frozenset[str], absent: frozenset[str]) -> dict[str, int]:
    return {**dict.fromkeys(absent, ABSENT), **dict.fromkeys(present, PRESENT)}


def _held_out(learned: Learned, examples: Examples) -> Metrics:
    rows = ~examples.learned
    embedding = examples.memory.embedding[rows]
    said = judged(learned.classifier, embedding, examples.classes, learned.platt)
    return evaluate(said, examples.memory.state[rows], examples.classes)


def _waiting(examples: Examples) -> list[str]:
    """A sentence on classes with too few photos, if there are any."""
    most = sorted(examples.waiting.items(), key=lambda item: -item[1])[:MAX_WAITING]
    counts = ", ".join(f"{shown(name)} {count}" for name, count in most)
    return [f"a new class joins from {JOINS_FROM} photos on, so far {counts}"] if counts else []


def _problems(photos: Photos, contradictions: list[Contradiction]) -> list[str]:
    problems = photos.problems + [
        f"people differ on {shown(each.class_name)} in photo {each.photo_sha256[:12]}, left out: "
        f"{len(each.said_present)} see it, {len(each.said_absent)} don't"
        for each in contradictions
    ]
    more = len(problems) - MAX_PROBLEMS
    return [*problems[:MAX_PROBLEMS], *([f"and {more} more problems"] if more > 0 else [])]
