"""`train/evaluate.py`: every metric by a case that was computed by hand."""

from dataclasses import replace

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, UNKNOWN
from train.evaluate import Judged, evaluate, exact

CLASSES = ("cat", "dog")
untimed = settings(deadline=None)  # a busy machine is no failure


def states(*rows: str) -> NDArray[np.int8]:
    """A row a photo: `1` present, `0` absent, `?` unknown."""
    value = {"1": PRESENT, "0": ABSENT, "?": UNKNOWN}
    return np.array([[value[each] for each in row] for row in rows], dtype=np.int8)


def judged(*rows: str, twin: list[int] | None = None) -> Judged:
    """A row a photo: `N` named, `a` asked about, `.` neither. Scores .9, .6, .1."""
    said = np.array([list(row) for row in rows])
    scores = np.select([said == "N", said == "a"], [0.9, 0.6], 0.1).astype(np.float32)
    return Judged(scores, said == "N", said == "a", np.array(twin or [0] * len(rows)))


def test_a_case_by_hand() -> None:
    """Six photos, one of each outcome, two of none of the classes."""
    truth = states("10", "11", "01", "10", "00", "00")
    #                right  asked  none  wrong  none  named
    said = judged("N.", "Na", "..", "NN", "..", ".N", twin=[0, 1, 0, 0, 1, 1])

    found = evaluate(said, truth, CLASSES)

    assert (found.photos, found.known_photos, found.none_photos) == (6, 4, 2)
    assert (found.exact, found.asked, found.false_none, found.wrong) == (0.25, 0.25, 0.25, 0.25)
    assert found.none_recall == 0.5
    assert found.twin_accuracy == pytest.approx(2 / 3)  # photos of one class: 0, 2 and 3
    cat, dog = found.by_class["cat"], found.by_class["dog"]
    assert (cat.photos, cat.precision, cat.recall, cat.f1, cat.ap) == (3, 1, 1, 1, 1)
    assert (dog.photos, dog.precision, dog.recall, dog.f1) == (2, 0, 0, 0)
    # dog by score: photos 3 and 5 at .9 (none shows it), 1 at .6 (does), the rest at .1 (one does)
    assert dog.ap == pytest.approx(1 / 2 * 1 / 3 + 1 / 2 * 2 / 6)
    assert found.map == pytest.approx((1 + dog.ap) / 2)
    assert found.macro_f1 == 0.5
    assert found.micro_f1 == pytest.approx(2 * 3 / (2 * 3 + 2 + 2))  # 3 hits, 2 false, 2 missed
    assert found.exact_match == pytest.approx(2 / 6)  # photos 0 and 4
    assert found.hamming == pytest.approx(4 / 12)  # of twelve labels the two false, the two missed
    assert set(found.interval) == {
        "exact", "asked", "false_none", "wrong", "none_recall", "twin_accuracy", "exact_match",
        "map", "micro_f1", "macro_f1",
    }  # fmt: skip


@pytest.mark.parametrize("said", ["N.", "NN", "Na"])
def test_what_is_said_of_an_unknown_class_is_never_counted(said: str) -> None:
    """Neither for nor against: not as a mistake, a question, a hit, nor as breaking the silence."""
    truth = states("1?", "?0", "??")

    found = evaluate(judged(said, "..", "NN"), truth, CLASSES)

    assert found == evaluate(judged("N.", "..", ".."), truth, CLASSES)
    assert (found.exact, found.known_photos, found.none_photos) == (1.0, 1, 0)
    assert found.by_class["dog"].photos == 0
    assert exact(judged(said, "..", "NN"), truth).all()


def test_to_ask_is_not_to_be_exactly_right() -> None:
    """All that is in the photo named, and then a question: an answer, but not an exact one."""
    found = evaluate(judged("Na"), states("10"), CLASSES)

    assert (found.exact, found.asked) == (0.0, 1.0)


def test_a_photo_whose_known_class_is_missed_is_falsely_none() -> None:
    """Whatever is said of the unknown one."""
    found = evaluate(judged(".N"), states("1?"), CLASSES)

    assert (found.false_none, found.wrong) == (1.0, 0.0)


def test_no_photos_give_no_rates() -> None:
    """Rates of nothing are None, not 0 and not a crash."""
    nothing = Judged(
        scores=np.zeros((0, 2), dtype=np.float32),
        named=np.zeros((0, 2), dtype=np.bool_),
        asked=np.zeros((0, 2), dtype=np.bool_),
        twin=np.zeros(0, dtype=np.int64),
    )

    found = evaluate(nothing, np.zeros((0, 2), dtype=np.int8), CLASSES)

    assert (found.exact, found.none_recall, found.map, found.interval) == (None, None, None, {})
    assert (found.hamming, found.auroc, found.ece, found.reliability) == (None, None, None, [])
    assert found.to_json()["by_class"]["cat"]["photos"] == 0


@untimed
@given(st.integers(0, 10_000))
def test_the_figures_are_those_of_scikit_learn(seed: int) -> None:
    """F1, exact match, Hamming loss, mAP, AUROC: the library takes long to import, these don't."""
    chance = np.random.default_rng(seed)
    truth = np.append(chance.random((30, 2)) < 0.4, [[True, True], [False, False]], axis=0)
    named = chance.random((32, 2)) < 0.5
    scores = (chance.integers(0, 9, (32, 2)) / 8).astype(np.float32)
    margin = chance.integers(0, 9, 32).astype(np.float32)
    said = Judged(scores, named, np.zeros_like(named), np.zeros(32, np.int64), margin)

    found = evaluate(said, truth.astype(np.int8), CLASSES)

    expected = {
        "micro_f1": sklearn.metrics.f1_score(truth, named, average="micro", zero_division=0),
        "macro_f1": sklearn.metrics.f1_score(truth, named, average="macro", zero_division=0),
        "exact_match": sklearn.metrics.accuracy_score(truth, named),
        "hamming": sklearn.metrics.hamming_loss(truth, named),
        "map": sklearn.metrics.average_precision_score(truth, scores, average="macro"),
        "auroc": sklearn.metrics.roc_auc_score(truth.any(axis=1), margin),
    }
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected)


def test_known_photos_against_photos_of_none() -> None:
    """By margin: here one of four photos of none clears more of them than one known photo does."""
    truth = states("10", "10", "10", "10", "00", "00", "00", "00")
    margin = np.array([4, 3, 2, 0.5, 1, 0, -1, -2], dtype=np.float32)
    said = replace(judged(*["N."] * 8), margin=margin)

    found = evaluate(said, truth, CLASSES)

    assert found.auroc == 15 / 16  # of sixteen pairs one is the wrong way round
    assert found.fpr95 == 0.25  # all four known photos pass from .5 on, and with them the one at 1
    low, high = found.interval["auroc"]
    assert low < 15 / 16 <= high


def test_without_photos_of_none_there_is_nothing_to_tell_apart() -> None:
    """No AUROC and no false positive rate, rather than a made-up one."""
    said = replace(judged("N.", "N."), margin=np.ones(2, dtype=np.float32))

    found = evaluate(said, states("10", "10"), CLASSES)

    assert (found.auroc, found.fpr95) == (None, None)


def test_calibration_before_and_after() -> None:
    """The same error and curve of the scores before calibration, where they are given."""
    truth = states("10", "00", "10", "00")
    sharp = judged("N.", "..", "N.", "..")
    raw = np.full((4, 2), 0.5, dtype=np.float32)

    found = evaluate(replace(sharp, uncalibrated=raw), truth, CLASSES)

    assert found.ece == pytest.approx(0.1)  # cat, the only class shown: .9 where 1, .1 where 0
    assert found.ece_before == 0.0  # half of them show it
    assert [each.labels for each in found.reliability_before] == [8]
    assert evaluate(sharp, truth, CLASSES).ece_before is None


def test_an_interval_is_drawn_by_photo() -> None:
    """A hundred copies of a photo are not a hundred classes: labels of one photo come together."""
    truth = states(*["11"] * 10)
    all_or_nothing = judged(*["NN"] * 5, *[".."] * 5)

    found = evaluate(all_or_nothing, truth, CLASSES)

    low, high = found.interval["micro_f1"]
    # recall is Binomial(10, .5) / 10: .2 to .8, so that F1 is 2 * .2 / 1.2 to 2 * .8 / 1.8
    assert [low, high] == pytest.approx([1 / 3, 8 / 9], abs=0.01)
