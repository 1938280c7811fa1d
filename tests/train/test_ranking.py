"""`train/ranking.py`: average precision, AUROC and false positives, read off one ranking."""

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from train.ranking import Ranking

untimed = settings(deadline=None)  # a busy machine is no failure
photos = st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=1)


def ranking(truth: list[int], scores: list[float] | None = None) -> Ranking:
    """Photos that show the class (1) or not, by falling score if none is given."""
    falling = np.arange(len(truth), 0, -1) if scores is None else scores
    return Ranking.of(np.array(truth, dtype=np.bool_), np.array(falling, dtype=np.float32))


def test_three_definitions_of_average_precision_by_hand() -> None:
    """Hits at ranks 1, 3 and 4: precisions 1, 2/3 and 3/4, the second one raised by the third."""
    found = ranking([1, 0, 1, 1, 0])

    assert found.average_precision() == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert found.voc2010() == pytest.approx((1 + 3 / 4 + 3 / 4) / 3)
    # recalls 0 to .3 are reached at precision 1 (four of eleven), .4 to 1 at 3/4 (seven)
    assert found.voc2007() == pytest.approx((4 * 1 + 7 * 3 / 4) / 11)


def test_the_definitions_agree_where_precision_never_rises_again() -> None:
    """VOC's area is scikit-learn's sum as soon as there is nothing to interpolate."""
    truth, scores = [1, 1, 1, 0, 0, 0, 1], [7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    found = ranking(truth, scores)

    expected = sklearn.metrics.average_precision_score(truth, scores)

    assert found.average_precision() == pytest.approx(expected)
    assert found.voc2010() == pytest.approx(expected)


@untimed
@given(photos)
def test_average_precision_is_scikit_learns_and_vocs_is_never_less(
    rows: list[tuple[bool, float]],
) -> None:
    """Equal scores included. VOC gives a recall the best precision from there on."""
    truth, scores = [shows for shows, _ in rows] + [True], [score for _, score in rows] + [0.5]
    found = ranking([int(shows) for shows in truth], scores)

    expected = sklearn.metrics.average_precision_score(truth, scores)

    assert found.average_precision() == pytest.approx(expected)
    assert found.voc2010()[0] >= expected - 1e-9


@untimed
@given(photos)
def test_auroc_and_false_positives_are_scikit_learns(rows: list[tuple[bool, float]]) -> None:
    """Equal scores count half for AUROC; the rate is that at the first point with 95 % recall."""
    truth = [int(shows) for shows, _ in rows] + [1, 0]
    scores = [score for _, score in rows] + [0.5, 0.5]
    found = ranking(truth, scores)

    passed, let_through, _ = sklearn.metrics.roc_curve(truth, scores, drop_intermediate=False)

    assert found.auroc() == pytest.approx(sklearn.metrics.roc_auc_score(truth, scores))
    assert found.false_positive_rate() == pytest.approx(passed[(let_through >= 0.95).argmax()])


def test_a_model_that_gives_all_photos_one_score_gets_the_share_of_present_ones() -> None:
    """In any order of the photos."""
    for truth in ([1, 0, 0, 1], [0, 1, 1, 0]):
        assert ranking(truth, [0.5] * 4).average_precision() == 0.5


@pytest.mark.parametrize("truth", [[], [0, 0, 0]])
def test_where_nothing_is_present_every_precision_is_0(truth: list[int]) -> None:
    """Not a division by zero."""
    found = ranking(truth)

    for precision in (found.average_precision(), found.voc2007(), found.voc2010()):
        assert precision == 0.0


@untimed
@given(photos, st.integers(0, 1000))
def test_a_photo_that_counts_twice_is_two_photos(rows: list[tuple[bool, float]], seed: int) -> None:
    """So a resample of the photos may be given as weights, many at once."""
    truth = np.array([shows for shows, _ in rows])
    scores = np.array([score for _, score in rows], dtype=np.float32)
    weight = np.random.default_rng(seed).integers(0, 3, (2, len(rows)))
    weight[:, 0] += 1

    together = Ranking.of(truth, scores, weight)

    for row, counts in enumerate(weight):
        alone = Ranking.of(np.repeat(truth, counts), np.repeat(scores, counts))
        assert together.average_precision()[row] == pytest.approx(alone.average_precision()[0])
        assert together.voc2007()[row] == pytest.approx(alone.voc2007()[0])
        assert together.auroc()[row] == pytest.approx(alone.auroc()[0])
