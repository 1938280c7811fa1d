"""`model/familiarity.py`: the two cosines, checked by hand."""

import numpy as np
import pytest

from model import familiarity

PRESENT = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)


def test_directions_have_length_one() -> None:
    """x/|x|; nothing at all stays nothing."""
    unit = familiarity.direction(np.array([[3, 4], [0, 0]], np.float32))
    assert unit.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]


def test_the_logarithm_counts_small_activations() -> None:
    """v = log1p(10 x / 0.1806): an activation of the mean, 0.1806, becomes log 11."""
    unit = familiarity.log_direction(np.array([[0.1806, 0.0], [0.1806, 1.806]], np.float32))
    both = np.log([11, 101]) / np.linalg.norm(np.log([11, 101]))
    assert unit == pytest.approx(np.array([[1, 0], both]), abs=1e-6)


def test_negative_activations_count_as_none() -> None:
    """The backbone ends in a clipped activation, so that the mean can't be negative."""
    unit = familiarity.log_direction(np.array([[-5.0, 1.0]], np.float32))
    assert unit.tolist() == [[0, 1]]


def test_the_nearest_five_count() -> None:
    """Mean cosine of the five nearest photos of a class; of all, where it has fewer."""
    similarity = np.array([[0.9, 0.5, 0.3, 0.2, 0.1]], np.float32)
    assert familiarity.nearest(similarity, PRESENT)[0] == pytest.approx([0.7, 0.2])
    many = np.array([[0.1, 0.9, 0.8, 0.2, 0.7, 0.6, 0.5]], np.float32)
    all_of_one = np.ones((7, 1), dtype=bool)
    assert familiarity.nearest(many, all_of_one)[0] == pytest.approx([0.7])


def test_a_class_without_photos_has_nothing_against_it() -> None:
    """Its similarity is 1."""
    similarity = np.array([[0.5, 0.5]], np.float32)
    present = np.array([[1, 0], [1, 0]], dtype=bool)
    assert familiarity.nearest(similarity, present)[0].tolist() == [0.5, 1]


def test_a_photo_of_two_classes_is_a_neighbour_of_both() -> None:
    """It counts for each."""
    similarity = np.array([[0.8, 0.2]], np.float32)
    present = np.array([[1, 1], [0, 1]], dtype=bool)
    assert familiarity.nearest(similarity, present)[0] == pytest.approx([0.8, 0.5])


def test_the_mean_direction_of_a_class() -> None:
    """Of its photos' directions, of length one, whatever the photos' own lengths."""
    x = np.array([[0.1806, 0], [0, 0.1806], [0, 50]], np.float32)
    present = np.array([[1, 0], [1, 0], [0, 1]], dtype=bool)
    mean = familiarity.class_mean(x, present)
    assert mean == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 1]]), abs=1e-6)
