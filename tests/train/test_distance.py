"""`train/distance.py`: how far points lie from the true ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from train.distance import distances

SIZE = np.array([[300.0, 400.0]] * 3)  # a diagonal of 500 px


def test_a_case_computed_by_hand() -> None:
    """3-4-5 triangles: 0, 5 and 25 px off; the middle is (150, 200)."""
    truth = np.array([[150.0, 200.0], [150, 100], [10, 20]])
    found = truth + np.array([[0, 0], [3, 4], [15, 20]])

    metrics = distances(found, truth, SIZE)

    assert metrics.photos == 3
    assert (metrics.mean_px, metrics.median_px) == (10, 5)
    assert (metrics.mean_percent, metrics.median_percent) == (2, 1)
    assert metrics.middle_mean_px == pytest.approx((0 + 100 + np.hypot(140, 180)) / 3, abs=1e-3)
    low, high = metrics.interval["mean_percent"]
    assert 0 <= low < 2 < high <= 5


def test_each_photo_counts_by_its_own_diagonal() -> None:
    """5 px are 1 % of a photo of 300 x 400, and 10 % of one of 30 x 40."""
    truth = np.zeros((2, 2))
    metrics = distances(truth + np.array([3, 4]), truth, np.array([[300.0, 400.0], [30, 40]]))
    assert metrics.mean_percent == 5.5


@given(arrays(np.float64, (3, 2), elements=st.floats(0, 300)))
def test_no_photo_is_further_off_than_its_diagonal(truth: np.ndarray) -> None:
    """The figures stay between nothing and everything, and a point that is right is 0 off."""
    assert distances(truth, truth, SIZE).mean_px == 0
    metrics = distances(np.zeros((3, 2)), truth, SIZE)
    assert 0 <= metrics.median_percent <= 100
    assert 0 <= metrics.mean_percent <= 100
