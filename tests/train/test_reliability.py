"""`train/reliability.py`: what share of the labels with a score was really present."""

import numpy as np
import pytest

from model.head import ABSENT, PRESENT, UNKNOWN
from train.reliability import class_error, curve, error, pooled


def test_a_curve_by_hand() -> None:
    """Four scores about .8, three of them present; one of exactly 1; no bin for what never came."""
    scores = np.array([0.8, 0.82, 0.84, 0.86, 1.0], dtype=np.float32)
    truth = np.array([True, True, True, False, True])

    found = curve(scores, truth)

    assert [(each.low, each.labels) for each in found] == [(0.8, 4), (0.9, 1)]
    assert [each.present for each in found] == [0.75, 1]
    assert found[0].score == pytest.approx(0.83)
    assert error(found) == pytest.approx(4 / 5 * 0.08)


def test_the_error_of_classes_is_a_mean_over_those_shown() -> None:
    """One always sure and right, one always sure and half right, one never shown."""
    scores = np.ones((4, 3), dtype=np.float32)
    states = np.array([[1, 1, 0]] * 2 + [[1, 0, 0]] * 2, dtype=np.int8)

    assert class_error(scores, states) == pytest.approx((0 + 0.5) / 2)
    assert class_error(scores, np.zeros((4, 3), dtype=np.int8)) is None


def test_unknown_labels_are_not_counted() -> None:
    """Neither for the error nor on the curve."""
    scores = np.array([[0.95], [0.95]], dtype=np.float32)
    states = np.array([[PRESENT], [UNKNOWN]], dtype=np.int8)

    assert [each.labels for each in pooled(scores, states)] == [1]
    assert class_error(scores, states) == pytest.approx(0.05)
    assert pooled(scores, np.full((2, 1), UNKNOWN, dtype=np.int8)) == []
    (absent,) = pooled(scores, np.full((2, 1), ABSENT, dtype=np.int8))
    assert (absent.low, absent.labels, absent.present) == (0.9, 2, 0.0)
