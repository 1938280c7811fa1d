"""`train/learner.py`: linear heads on embeddings, the same ones every time."""

from dataclasses import fields

import numpy as np
import pytest

from model.backbone import SHIPPED
from model.head import ABSENT, PRESENT, TEST, TRAIN, UNKNOWN, Head, Memory
from train.learner import MAX_STEPS, fit_head, fit_linear, learn
from train.tasks import multi_label_loss

CLASSES = ("left", "right")


def toy(count: int = 60, seed: int = 0) -> Memory:
    """Photos of two classes that lie apart, and of none, in 32 dimensions; every fifth a test."""
    generator = np.random.default_rng(seed)
    kind = np.arange(count) % 3  # 0: left, 1: right, 2: none
    centres = generator.gamma(1.0, 1.0, (3, 32))
    embedding = centres[kind] + generator.gamma(1.0, 0.1, (count, 32))
    return Memory(
        embedding=embedding.astype(np.float16),
        state=(kind[:, None] == np.arange(2)).astype(np.int8),
        weight=np.ones(count, dtype=np.float32),
        split=np.where(np.arange(count) % 5 == 0, TEST, TRAIN).astype(np.uint8),
        photo_sha256=generator.integers(0, 256, (count, 32), dtype=np.uint8),
    )


def bits(head: Head) -> dict[str, bytes]:
    return {field.name: getattr(head, field.name).tobytes() for field in fields(head)}


def test_classes_that_lie_apart_are_told_apart() -> None:
    """The scores of photos that were not learned lie on the right side; no answer is wrong."""
    memory = toy()

    classifier = learn(memory, CLASSES, memory.learned)

    embedding = memory.embedding[~memory.learned].astype(np.float32)
    truth = memory.state[~memory.learned] == PRESENT
    assert ((classifier.head.scores(embedding) >= 0.5) == truth).all()
    for answer, shown in zip(classifier.answers(embedding), truth, strict=True):
        assert set(answer.labels) <= {CLASSES[index] for index in shown.nonzero()[0]}


def test_the_twin_always_names_a_class() -> None:
    """The right one where there is one; one all the same where there is none."""
    memory = toy()

    twins = learn(memory, CLASSES, memory.learned).twins(memory.embedding.astype(np.float32))

    shown = memory.state == PRESENT
    said = np.array([CLASSES.index(twin.label) for twin in twins])
    assert shown[shown.any(axis=1), said[shown.any(axis=1)]].all()
    assert not shown.any(axis=1).all()


def test_the_same_photos_give_the_same_head_bit_for_bit() -> None:
    """Nothing is drawn by lot, and sums are taken in a fixed order."""
    memory = toy()

    first, again = fit_head(memory, memory.learned), fit_head(memory, memory.learned)

    assert bits(first) == bits(again)


def test_only_marked_photos_are_learned() -> None:
    """What the others look like, or are said to show, changes nothing."""
    memory, other = toy(), toy()
    other.embedding[~other.learned] = 7
    other.state[~other.learned] = PRESENT

    assert bits(fit_head(memory, memory.learned)) == bits(fit_head(other, other.learned))


def test_unknown_is_not_absent() -> None:
    """A class goes on being seen when most of its photos don't say so; told absent, it is not."""

    def lowest_score(state: int) -> float:
        memory = toy()
        shows = (memory.state[:, 1] == PRESENT).nonzero()[0]
        memory.state[shows[4:], 1] = state
        head = fit_head(memory, memory.learned)
        return float(head.scores(memory.embedding[shows].astype(np.float32))[:, 1].min())

    assert lowest_score(UNKNOWN) > 0.5
    assert lowest_score(ABSENT) < 0.5


def test_the_optimum_is_reached() -> None:
    """Twice the steps change nothing to speak of."""
    memory = toy()
    features = memory.embedding.astype(np.float32)
    arguments = (features, memory.state, memory.weight, multi_label_loss, 0.05)

    found = fit_linear(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("train.learner.MAX_STEPS", 2 * MAX_STEPS)
        longer = fit_linear(*arguments)
    assert found.weight == pytest.approx(longer.weight, abs=1e-3)


def test_a_shipped_version_can_be_learned_again_from_its_memory() -> None:
    """Its head is what its photos give; other machines may differ in the last bits."""
    folder = SHIPPED / "bears" / "shipped-1"
    shipped = Head.load(folder / "head.safetensors")
    memory = Memory.load(folder / "memory.safetensors")

    again = fit_head(memory, memory.learned)

    for field in fields(Head):
        there, here = getattr(shipped, field.name), getattr(again, field.name)
        assert here == pytest.approx(there, abs=2e-3), field.name
