"""Photos that look alike: the largest group around one of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.lookalikes import ALIKE, MOST, Floats, largest_group


def fan(*degrees: float) -> Floats:
    """Embeddings of 2 figures, by their angle: the cosine of the angle between is how alike."""
    angle = np.deg2rad(np.array(degrees, dtype=np.float32))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_the_group_is_around_the_photo_with_most_others_near_it() -> None:
    """46 degrees are cosine .70: those at 0 and 47 both see the one at 23, and no other does."""
    assert largest_group(fan(120, 0, 23, 47, 170)) == [[2], [1], [3]]


def test_there_is_no_chain_from_one_photo_to_the_next() -> None:
    """Four photos 40 degrees apart: each is like its neighbours, the first is not like the last."""
    assert largest_group(fan(0, 40, 81, 122)) == [[1], [0], [2]]


def test_near_twins_count_once() -> None:
    """Ten copies of one photo are one photo, and stay together."""
    assert largest_group(fan(*range(10), 40)) == [list(range(10)), [10]]


def test_those_nearest_to_the_middle_are_enough_for_one_picture() -> None:
    """Of twenty photos that look alike the group holds twelve."""
    embedding = np.eye(21, dtype=np.float32)
    embedding[1:, 0] = np.linspace(1.0, 2.0, 20)

    group = largest_group(embedding, line=0.5)

    assert len(group) == MOST
    assert [rows[0] for rows in group][:2] == [0, 20]


def test_without_photos_there_is_no_group() -> None:
    """Nothing looks like nothing."""
    assert largest_group(np.zeros((0, 8), np.float32)) == []


@given(st.lists(st.floats(0, 359), min_size=1, max_size=30))
def test_all_of_a_group_are_like_its_middle(degrees: list[float]) -> None:
    """And no photo is in it twice."""
    embedding = fan(*degrees)

    group = largest_group(embedding)

    rows = [row for photo in group for row in photo]
    assert len(rows) == len(set(rows))
    first = embedding[[photo[0] for photo in group]]
    assert (first @ first[0] >= ALIKE - 1e-5).all()
