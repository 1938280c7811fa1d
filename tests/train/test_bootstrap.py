"""`train/bootstrap.py`: how far a figure might have come out otherwise."""

import numpy as np
import pytest

from train.bootstrap import RESAMPLES, bootstrap, interval, resamples


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


def test_a_resample_holds_as_many_photos_as_there_are() -> None:
    """Each as often as another, on the average; none where there are none."""
    drawn = resamples(50)

    assert drawn.shape == (RESAMPLES, 50)
    assert (drawn.sum(axis=1) == 50).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(50), abs=0.15)
    assert resamples(0).shape == (RESAMPLES, 0)


def test_both_ways_of_drawing_agree() -> None:
    """The mean of values by resampled photos has the interval of the mean of values by kind."""
    values = np.arange(200) < 150

    by_photo = interval(resamples(200) @ values / 200)

    assert by_photo == pytest.approx(bootstrap(values), abs=0.011)
