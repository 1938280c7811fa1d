"""`train/evaluate.py`: every metric by a case that was computed by hand."""

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, UNKNOWN
from train.evaluate import Judged, average_precision, bootstrap, evaluate, exact

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
    assert set(found.interval) == {
        "exact", "asked", "false_none", "wrong", "none_recall", "twin_accuracy"
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
    assert found.to_json()["by_class"]["cat"]["photos"] == 0


def test_equal_scores_rank_as_one() -> None:
    """A model that gives all photos one score gets the share of present ones, in any order."""
    truth = np.array([True, False, False, True])
    flat = np.full(4, 0.5, dtype=np.float32)

    assert average_precision(truth, flat) == average_precision(truth[::-1], flat) == 0.5


def test_nothing_present_has_no_precision() -> None:
    """Not a division by zero."""
    assert average_precision(np.zeros(3, dtype=np.bool_), np.ones(3, dtype=np.float32)) == 0.0
    assert average_precision(np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.float32)) == 0.0


@untimed
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=1))
def test_average_precision_is_the_area_under_precision_and_recall(
    photos: list[tuple[bool, float]],
) -> None:
    """Step by step down the scores: each gain in recall times the precision reached there."""
    truth = np.array([shows for shows, _ in photos])
    scores = np.array([score for _, score in photos], dtype=np.float32)

    area, recall_before = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        chosen = scores >= threshold
        recall = (truth & chosen).sum() / max(truth.sum(), 1)
        area += (recall - recall_before) * (truth & chosen).sum() / chosen.sum()
        recall_before = recall

    assert average_precision(truth, scores) == pytest.approx(area)


def test_the_bootstrap_holds_the_mean_and_narrows() -> None:
    """More photos, a narrower interval; the same photos, the same interval."""
    few, many = np.arange(20) < 15, np.arange(2000) < 1500

    low, high = bootstrap(few)
    narrow_low, narrow_high = bootstrap(many)

    assert low < 0.75 < high
    assert narrow_high - narrow_low < (high - low) / 5
    assert bootstrap(few) == (low, high)
    assert bootstrap(np.ones(9, dtype=np.bool_)) == (1.0, 1.0)
    # Binomial(20, .75): P(X <= 10) = .014, P(X <= 11) = .041
    assert low == 0.55


@given(st.integers(0, 10_000))
@untimed
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    """The same number as the library's, equal scores included; the library takes long to import."""
    chance = np.random.default_rng(seed)
    truth = np.append(chance.random(30) < 0.3, True)
    scores = chance.integers(0, 8, 31).astype(np.float32)

    expected = sklearn.metrics.average_precision_score(truth, scores)

    assert average_precision(truth, scores) == pytest.approx(expected)
