"""The whole loop, from what people said to a version that answers: eight steps in eight calls."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.backbone import Backbone, Backbones
from model.card import Card
from model.classifier import Classifier
from model.errors import BadData
from model.head import ABSENT, PRESENT, Memory
from model.registry import Registry
from model.version import load
from train.challenge import Trial, trial
from train.data import feedback
from train.data.feedback import Contradiction
from train.doubted import doubted
from train.draft import Draft
from train.evaluate import Metrics
from train.events import Events
from train.examples import Examples, Said, combine, learned_by
from train.forgetting import forgotten_rows, rebase
from train.guarantee import MISSED
from train.learner import Learned, calibrated
from train.outcome import Outcome, problems, waiting
from train.photos import Photos, embed_frame
from train.renames import Renames, answering_as, remembered
from train.version import PAGE, PICTURE, save


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
    #    photos of somebody who is being forgotten gives way to one that doesn't. Both count by the
    #    names that their classes have now.
    forgotten = feedback.forgotten(database_url)
    renames = feedback.renames(database_url, model=model)
    now = _standing(registry, model, forgotten, renames, command)

    # 2. What people said, with embeddings (n, 1280) that were kept when answering.
    photos, contradictions = _spoken_of(database_url, model, now.backbone, home, events)

    if photos.frame.empty and now.rebased:
        return _base_alone(registry, now.base, now.rebased, who)

    # 3. One memory of base and words: rows that train, the jury, the base's own test photos.
    events.step("fit")
    examples = combine(now.memory, now.classes, _said(photos, model))

    # 4. The challenger.
    learned = calibrated(
        examples.memory, examples.classes, examples.learned, now.base.alpha, now.missed
    )

    # 5. The gate. Photos that the champion learned can't judge it.
    known = learned_by(now.champion_memory, examples.memory.photo_sha256)
    progress = events.step("compare")
    tried = trial(now.champion, known, learned.classifier, examples, progress, now.base.alpha)

    # 6. Figures, doubts and photos for the report.
    draft = _draft(now, photos, examples, learned, tried, command)

    # 7. The version, kept whatever the verdict.
    version = save(registry, draft, now.backbone)
    folder = registry.path(model, version)

    # 8. The switch: whoever answers sees `current` change.
    if tried.verdict.promoted:
        registry.promote(model, version, who=who, why=draft.why)
    return Outcome(
        model=model,
        version=version,
        promoted=tried.verdict.promoted,
        why=draft.why,
        metrics=draft.metrics,
        report=folder / PAGE,
        picture=folder / PICTURE,
        doubted=draft.doubted,
        problems=problems(photos.problems, contradictions),
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What there is before a retraining."""

    backbone: Backbone
    champion: Classifier
    champion_memory: Memory
    base: Card
    classes: tuple[str, ...]
    """Those of `base`, and of `memory`, by their names of now."""
    memory: Memory
    rebased: Metrics | None
    """The figures of `base`, where it was made to forget photos."""

    @property
    def missed(self) -> float:
        """The share of photos of a class that may be answered none, as the base promises."""
        return self.base.guarantee.alpha if self.base.guarantee else MISSED


def _standing(
    registry: Registry, model: str, forgotten: set[str], renames: Renames, command: str
) -> _Standing:
    version = registry.current(model)
    folder = registry.path(model, version)
    champion = load(folder, Backbones())
    if champion.classifier.forced:
        raise BadData(
            f"{model} is single-label: it always names a class, and what people say here (several "
            "classes, or none) would not teach it. Train it anew with `fit --task single-label`."
        )
    base = champion.card.provenance.get("base", version)
    memory = Memory.load(registry.path(model, base) / "memory.safetensors")
    rebased, gone = None, forgotten_rows(memory, forgotten)
    if gone.any():
        card = registry.card(model, base)
        base, rebased = rebase(registry, card, memory, gone, champion.backbone, command)
        memory = Memory.load(registry.path(model, base) / "memory.safetensors")
    card = registry.card(model, base)
    memory, classes = remembered(memory, card.classes, renames)
    return _Standing(
        backbone=champion.backbone,
        champion=answering_as(champion.classifier, renames),
        champion_memory=Memory.load(folder / "memory.safetensors"),
        base=card,
        classes=classes,
        memory=memory,
        rebased=rebased,
    )


def _base_alone(registry: Registry, base: Card, metrics: Metrics, who: str) -> Outcome:
    """What answers once the only photos that people spoke of are forgotten."""
    why = "it is the version before, without photos that must be forgotten"
    registry.promote(base.model, base.version, who=who, why=why)
    folder = registry.path(base.model, base.version)
    return Outcome(
        model=base.model,
        version=base.version,
        promoted=True,
        why=why,
        metrics=metrics,
        report=folder / PAGE,
        picture=folder / PICTURE,
        doubted=(),
        problems=[],
    )


def _spoken_of(
    database_url: str, model: str, backbone: Backbone, home: Path, events: Events
) -> tuple[Photos, list[Contradiction]]:
    """The photos that people spoke of, and what they differ on. None is decoded that was kept with
    its embedding."""
    events.step("read")
    frame, contradictions = feedback.read(
        database_url, model=model, backbone_key=backbone.key, home=home
    )
    return embed_frame(frame, backbone, home / "embeddings", events.step("embed")), contradictions


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


def _draft(
    now: _Standing,
    photos: Photos,
    examples: Examples,
    learned: Learned,
    tried: Trial,
    command: str,
) -> Draft:
    """The challenger with all that its report tells."""
    draft = Draft.of(
        now.base.model,
        learned,
        examples.memory,
        files=photos.files,
        alpha=now.base.alpha,
        missed=now.missed,
        command=command,
        provenance={
            "base": now.base.version,
            "champion": now.champion.version,
            "corrections": len(photos.frame),
        },
    )
    words, hashes = photos.frame["said_by"].tolist(), examples.memory.photo_sha256
    return replace(
        draft,
        trial=tried,
        why="; ".join([tried.verdict.why, *waiting(examples.waiting)]),
        doubted=doubted(words, photos.photo_sha256, draft.suspects, hashes, examples.classes),
    )
