"""`train/guarantee.py`: at most alpha of the photos that show a class are answered none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.head import TEST, TRAIN, VALID
from tests.train.test_evaluate import CLASSES, judged, states
from tests.train.toys import memory
from train.evaluate import evaluate
from train.guarantee import LEAST_STEPS, ROUNDING, stated, steps

Floats = NDArray[np.float32]
untimed = settings(deadline=None)  # a busy machine is no failure
MARGINS = st.integers(19, 200).flatmap(
    lambda count: arrays(np.float32, count, elements=st.floats(-9, 9, width=32))
)


def test_the_line_by_hand() -> None:
    """Of 39 photos at 5 % one may be none, (1 + 1) / 40: the second lowest is asked about."""
    margins = -np.arange(39, dtype=np.float32)

    assert steps(margins, 0.05) == pytest.approx(37 + ROUNDING)


@untimed
@given(MARGINS, st.floats(0.05, 0.5))
def test_the_risk_is_controlled_and_not_more_is_asked_than_needed(
    margins: Floats, missed: float
) -> None:
    """(losses + 1) / (n + 1) is at most alpha; one photo less asked about would be too few."""
    found = steps(margins, missed)

    assert found is not None
    lost = int((margins < -found).sum())
    assert (lost + 1) / (len(margins) + 1) <= missed + 1e-6
    lower = max((value for value in -margins if value < found - ROUNDING - 1e-6), default=None)
    if lower is not None and lower > LEAST_STEPS:
        below = int((margins <= ROUNDING + 1e-6 - found).sum())
        assert (below + 1) / (len(margins) + 1) > missed - 1e-6


@pytest.mark.parametrize(("count", "missed"), [(18, 0.05), (0, 0.5), (5, 0.0)])
def test_too_few_photos_give_no_guarantee(count: int, missed: float) -> None:
    """19 photos are the least for 5 %."""
    assert steps(np.zeros(count, np.float32), missed) is None
    assert steps(np.zeros(19, np.float32), 0.05) is not None


@pytest.mark.parametrize("missed", [0.05, 0.1, 0.2])
def test_new_photos_drawn_like_the_calibration_photos_are_none_as_seldom_as_promised(
    missed: float,
) -> None:
    """On the average over 2,000 draws: at most alpha, and by 1 / (n + 1) at most below it."""
    chance = np.random.default_rng(0)
    count = 99

    lost = []
    for _ in range(2000):
        margins = chance.normal(-3, 1, count + 200).astype(np.float32)
        found = steps(margins[:count], missed)
        assert found is not None
        lost.append((margins[count:] < -found).mean())

    assert missed - 1 / (count + 1) - 0.005 < np.mean(lost) < missed + 0.002


def test_the_card_says_it_in_words_and_numbers() -> None:
    """The promise, on how many photos it stands, what was seen, and the false alarms."""
    shows = [[1, 0]] * 40 + [[0, 0]] * 3
    kept = memory(list(range(43)), shows, split=[VALID] * 30 + [TRAIN, TEST] * 5 + [VALID] * 3)
    said = judged("N.", "..", "N.", "a.", "..", "N.")
    seen = evaluate(said, states("10", "10", "10", "10", "00", "00"), CLASSES)

    found = stated(kept, seen, 0.05)

    assert found is not None
    assert found.sentence == (
        "Of photos that do show one of my classes, at most 5.0% are answered none (conformal risk "
        "control on 30 photos that I did not learn from; for photos like those, on average). Seen "
        "on 4 held-out photos: 25.0%. Of 2 photos of none of my classes 50.0% were not."
    )
    assert (found.calibration_photos, found.known_photos, found.none_photos) == (30, 4, 2)
    assert (found.alpha, found.false_none, found.false_alarm) == (0.05, 0.25, 0.5)


def test_what_was_not_seen_is_not_said() -> None:
    """Without photos of none no false alarms; without enough calibration photos no promise."""
    kept = memory(list(range(20)), [[1, 0]] * 20, split=[VALID] * 20)
    seen = evaluate(judged("N."), states("10"), CLASSES)

    found = stated(kept, seen, 0.05)

    assert found is not None
    assert found.false_alarm is None
    assert "No held-out photo shows none of my classes" in found.sentence
    assert stated(memory([1, 2], [[1, 0]] * 2, split=[VALID, VALID]), seen, 0.05) is None
