"""`train/learner.py`: linear heads on embeddings, the same ones every time."""

from dataclasses import fields

import numpy as np
import pytest

from model.backbone import SHIPPED
from model.card import read_card
from model.head import ABSENT, PRESENT, TEST, TRAIN, UNKNOWN, VALID, Head, Memory
from train.learner import (
    FOLDS,
    L2,
    MAX_STEPS,
    calibrated,
    fit_head,
    fit_linear,
    learn,
    own_logits,
)
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


def with_validation(memory: Memory) -> Memory:
    """The same photos, every other one of those that train kept for validation."""
    memory.split[1::2] = np.where(memory.split[1::2] == TEST, TEST, VALID)
    return memory


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
    card = read_card(folder)
    shipped = Head.load(folder / "head.safetensors")
    memory = Memory.load(folder / "memory.safetensors")

    again = learn(memory, card.classes, memory.learned, card.alpha).head

    for field in fields(Head):
        there, here = getattr(shipped, field.name), getattr(again, field.name)
        assert here == pytest.approx(there, abs=2e-3), field.name


def test_validation_photos_calibrate_and_are_not_learned() -> None:
    """What they look like moves the lines for asking and the scores, not the lines for naming."""
    memory = with_validation(toy(600))
    other = with_validation(toy(600))
    other.embedding[other.calibrates] *= np.float16(0.8)

    first, second = (calibrated(each, CLASSES, each.learned) for each in (memory, other))

    for name in ("gate_assert", "class_mean", "twin_weight", "feature_mean"):
        one, two = (getattr(each.classifier.head, name) for each in (first, second))
        assert np.array_equal(one, two), name
    assert len(first.classifier.neighbours) == (memory.state[memory.trains] == PRESENT).any(1).sum()
    assert first.platt.slope.tolist() != second.platt.slope.tolist()
    one, two = (each.classifier.head.gate_unsure for each in (first, second))
    assert not np.array_equal(one, two)


@pytest.mark.parametrize("missed", [0.05, 0.2])
def test_at_most_the_promised_share_of_validation_photos_is_answered_none(missed: float) -> None:
    """Of those that show a class; a photo that shows none of them counts for nothing."""
    memory = with_validation(toy(600))

    classifier = calibrated(memory, CLASSES, memory.learned, missed=missed).classifier

    shows = memory.calibrates & (memory.state == PRESENT).any(axis=1)
    said = classifier.answers(memory.embedding[shows].astype(np.float32))
    assert (sum(each.none for each in said) + 1) / (shows.sum() + 1) <= missed


def test_a_photos_own_logit_is_that_of_a_head_that_did_not_learn_from_it() -> None:
    """Here fitted fold by fold. Of fewer photos the same L2 weighs more, hence the / .8."""
    memory = toy(100)
    features = memory.embedding.astype(np.float32)
    features -= features.mean(axis=0)
    fold = np.arange(100) % FOLDS

    own = own_logits(features, memory.state, memory.weight, fold)

    for number in range(FOLDS):
        rest = fold != number
        alone = fit_linear(
            features[rest], memory.state[rest], memory.weight[rest], multi_label_loss, L2 / 0.8
        )
        expected = features[~rest] @ alone.weight.T + alone.bias
        assert own[~rest] == pytest.approx(expected, abs=0.02)
