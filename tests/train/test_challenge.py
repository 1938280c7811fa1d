"""`train/challenge.py`: who judges challenger and champion, and what they are judged by."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier import Classifier
from model.head import PRESENT, TEST, TRAIN, Memory
from tests.train.toys import hashes, names
from train import challenge
from train.calibrate import ALPHA
from train.challenge import judged, trial
from train.compare import Verdict
from train.evaluate import Judged
from train.examples import Examples, Said, combine
from train.learner import learn

CLASSES = ("cat", "dog")
NONE, CAT, DOG, FOX = 2, 0, 1, 3
DIMENSIONS = 256
CENTRES = np.random.default_rng(7).gamma(1.0, 1.0, (4, DIMENSIONS))


def photos(kinds: list[int], seed: int) -> NDArray[np.float16]:
    """Embeddings (N, 256) around the centres of these kinds, none like another."""
    generator = np.random.default_rng(seed)
    return (CENTRES[kinds] * generator.gamma(2.0, 0.5, (len(kinds), DIMENSIONS))).astype(np.float16)


def base() -> Memory:
    """60 cats, 60 dogs, 30 photos of neither; one in six a test photo."""
    kinds = [CAT] * 60 + [DOG] * 60 + [NONE] * 30
    return Memory(
        embedding=photos(kinds, 1),
        state=(np.array(kinds)[:, None] == [CAT, DOG]).astype(np.int8),
        weight=np.ones(150, dtype=np.float32),
        split=np.where(np.arange(150) % 6 == 0, TEST, TRAIN).astype(np.uint8),
        photo_sha256=hashes(*(f"base {index}" for index in range(150))),
    )


BASE = base()
CHAMPION = learn(BASE, CLASSES, BASE.learned)


def foxes(training: int, jury: int) -> Examples:
    """The base and so many photos of a fox, which is new to it."""
    count = training + jury
    words = Said(
        embedding=photos([FOX] * count, 2),
        labels=[{"fox": 1, "cat": 0, "dog": 0}] * count,
        weight=np.ones(count, dtype=np.float32),
        photo_sha256=hashes(*names(training, juror=False), *names(jury, juror=True)),
    )
    return combine(BASE, CLASSES, words)


def challenge_with(examples: Examples, known: NDArray[np.bool_] | None = None) -> Verdict:
    """The verdict on what is learned from these examples; `known` by the champion: the base's."""
    if known is None:
        known = np.arange(len(examples.memory)) < examples.base_rows
    challenger = learn(examples.memory, examples.classes, examples.learned)
    return trial(CHAMPION, known, challenger, examples, lambda done, total: None, ALPHA).verdict


def test_columns_follow_the_class_list_that_is_asked_for() -> None:
    """By name, whatever the order; a class that a version doesn't know is never named."""
    cats = photos([CAT] * 3, 3)

    there = judged(CHAMPION, cats, CLASSES)
    turned = judged(CHAMPION, cats, ("fox", "dog", "cat"))

    assert turned.scores[:, 2].tolist() == there.scores[:, 0].tolist()
    assert turned.named[:, [2, 1]].tolist() == there.named.tolist()
    assert turned.asked[:, [2, 1]].tolist() == there.asked.tolist()
    assert not turned.named[:, 0].any()
    assert turned.scores[:, 0].tolist() == [0, 0, 0]
    assert turned.twin.tolist() == [2, 2, 2]


def test_twenty_photos_kept_aside_are_a_jury() -> None:
    """They judge alone: nothing is learned for them, and the challenger never learned them."""
    verdict = challenge_with(foxes(training=30, jury=20))

    assert verdict.promoted
    assert "of 20 photos that people spoke of answered exactly right, 0 before;" in verdict.why
    assert "cross-validated" not in verdict.why


def test_with_fewer_all_photos_judge_by_cross_validation() -> None:
    """Each by a version that learned neither it nor its near twins; the reason says so."""
    verdict = challenge_with(foxes(training=11, jury=19))

    assert verdict.promoted
    assert "of 30 photos that people spoke of answered exactly right, 0 before" in verdict.why
    assert "(cross-validated: fewer than 20 are kept aside)" in verdict.why


def test_a_photo_is_never_judged_by_a_version_that_learned_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In cross-validation every version is asked of photos that it has not seen, in five folds."""
    examples = foxes(training=10, jury=0)
    learned: list[NDArray[np.bool_]] = []
    asked: list[NDArray[np.int64]] = []

    def watch_learn(
        memory: Memory, classes: tuple[str, ...], rows: NDArray[np.bool_], alpha: float
    ) -> Classifier:
        learned.append(rows)
        return replace(learn(memory, classes, rows, alpha), version=str(len(learned)))

    ask = challenge._asked

    def watch_asked(version: Classifier, of: Examples, rows: NDArray[np.int64]) -> Judged:
        if version.version:
            assert not learned[int(version.version) - 1][rows].any()
            asked.append(rows)
        return ask(version, of, rows)

    monkeypatch.setattr(challenge, "learn", watch_learn)
    monkeypatch.setattr(challenge, "_asked", watch_asked)
    challenge_with(examples)

    assert len(asked) == len(learned) > 1
    assert np.sort(np.concatenate(asked)).tolist() == examples.new.nonzero()[0].tolist()


def test_the_trial_says_what_both_answered() -> None:
    """Of the photos that people spoke of, then of the base's test photos, row by row."""
    examples = foxes(training=30, jury=20)
    known = np.arange(len(examples.memory)) < examples.base_rows
    challenger = learn(examples.memory, examples.classes, examples.learned)

    found = trial(CHAMPION, known, challenger, examples, lambda done, total: None, ALPHA)

    own = examples.own_test.nonzero()[0]
    assert found.rows.tolist() == [*examples.jury.nonzero()[0], *own]
    fox = examples.classes.index("fox")
    assert found.challenger.named[:20, fox].sum() > 15
    assert not found.champion.named[:, fox].any()


def test_a_photo_that_the_champion_learned_does_not_judge() -> None:
    """It would be right on it by memory. When it learned all, nobody is left to judge."""
    examples = foxes(training=30, jury=0)

    verdict = challenge_with(examples, np.ones(len(examples.memory), dtype=np.bool_))

    assert verdict == Verdict(False, "there is no new photo with people's words to judge it by")


def test_turned_labels_are_refused() -> None:
    """Cats called dogs and dogs called cats: worse on the model's own photos, if not on theirs."""
    kinds = [CAT, DOG] * 60
    words = Said(
        embedding=photos(kinds, 4),
        labels=[{"cat": int(kind == DOG), "dog": int(kind == CAT)} for kind in kinds],
        weight=np.ones(120, dtype=np.float32),
        photo_sha256=hashes(*(f"turned {index}" for index in range(120))),
    )

    verdict = challenge_with(combine(BASE, CLASSES, words))

    assert not verdict.promoted
    assert verdict.why.startswith(("it is no better", "it forgets what it knew"))


def test_the_toy_is_what_it_says() -> None:
    """The champion is right on its own test photos, or nothing above would mean anything."""
    tests = ~BASE.learned
    said = judged(CHAMPION, BASE.embedding[tests], CLASSES)

    assert (said.named == (BASE.state[tests] == PRESENT)).mean() > 0.9
