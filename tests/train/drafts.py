"""Drafts of small versions: apples and pears, and photos of neither, far apart."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from model.card import BackboneRef, Card, Guarantee
from model.head import ABSENT, PRESENT, TEST, TRAIN, VALID, Memory
from tests.train.toys import hashes
from train.challenge import judged
from train.draft import Draft
from train.evaluate import evaluate
from train.learner import calibrated
from train.suspects import Suspect

PHOTOS, FEATURES = 180, 16
GUARANTEE = "Of photos that do show one of my classes, at most 5.0% are answered none."


def memory() -> Memory:
    """Rows 0, 3, … show the first class, 1, 4, … the second, 2, 5, … neither."""
    random = np.random.default_rng(0)
    kind = np.arange(PHOTOS) % 3
    embedding = random.gamma(2.0, 0.5, (PHOTOS, FEATURES)) * (1 + 4 * np.eye(FEATURES)[kind])
    return Memory(
        embedding=embedding.astype(np.float16),
        state=np.where(kind[:, None] == [0, 1], PRESENT, ABSENT).astype(np.int8),
        weight=np.ones(PHOTOS, dtype=np.float32),
        split=np.repeat([TRAIN, VALID, TEST], PHOTOS // 3).astype(np.uint8),
        photo_sha256=hashes(*(f"fruit {row}" for row in range(PHOTOS))),
    )


def draft(
    classes: tuple[str, ...] = ("apple", "pear"),
    files: Mapping[bytes, Path] | None = None,
    suspects: list[Suspect] | None = None,
) -> Draft:
    """A version of fruit, of which these photos can be shown."""
    remembered = memory()
    learned = calibrated(remembered, classes, remembered.learned)
    held_out = ~remembered.learned
    said = judged(learned.classifier, remembered.embedding[held_out], classes, learned.platt)
    return Draft(
        model="fruit",
        classifier=learned.classifier,
        memory=remembered,
        said=said,
        metrics=evaluate(said, remembered.state[held_out], classes),
        suspects=suspects or [],
        files=files or {},
        alpha=0.1,
        missed=0.05,
        command="a test",
        provenance={},
    )


def card(classes: tuple[str, ...], command: str = "a test", data: str = "ab") -> Card:
    """A card of these classes."""
    return Card(
        schema=1,
        model="fruit",
        version="7",
        task="multi-label",
        classes=classes,
        backbone=BackboneRef(file="b.onnx", sha256="ab", size_px=260),
        alpha=0.1,
        seed=0,
        command=command,
        created_at="2026-11-25T00:00:00+00:00",
        provenance={"base": "shipped-1", "settings": {"l2": 0.05}, "data_sha256": data},
        guarantee=Guarantee(
            sentence=GUARANTEE,
            alpha=0.05,
            calibration_photos=60,
            false_none=0.0,
            known_photos=40,
            false_alarm=None,
            none_photos=20,
        ),
    )
