"""`train/tables.py`, by hand."""

import numpy as np

from model.head import ABSENT, PRESENT, UNKNOWN
from train.evaluate import Judged
from train.tables import MOST_CLASSES, confusion, has_pairs, together

STATES = np.array(
    [
        [PRESENT, ABSENT],
        [PRESENT, ABSENT],
        [PRESENT, PRESENT],
        [ABSENT, PRESENT],
        [ABSENT, ABSENT],
        [UNKNOWN, PRESENT],
    ],
    dtype=np.int8,
)


def said(*named: str) -> Judged:
    """What was named of each photo: `a`, `b`, both, or nothing."""
    columns = np.array([["a" in each, "b" in each] for each in named])
    scores = columns.astype(np.float32)
    return Judged(scores, columns, np.zeros_like(columns), columns.argmax(axis=1))


def test_what_is_taken_for_what() -> None:
    """Rows: what is shown; columns: what was named in spite of being absent, rightly on the
    diagonal; last, nothing. An unknown label is never wrong."""
    counts, rows, columns = confusion(said("a", "b", "ab", "a", "", "ab"), STATES, ["a", "b"])

    assert rows == columns == ["a", "b", "none"]
    assert counts.tolist() == [[2, 1, 0], [1, 2, 0], [0, 0, 1]]


def test_what_is_seen_together() -> None:
    """Photos that show both; on the diagonal all that show the class."""
    counts, rows, _ = together(STATES, ["a", "b"])

    assert rows == ["a", "b"]
    assert counts.tolist() == [[3, 1], [1, 3]]
    assert has_pairs(STATES)
    assert not has_pairs(STATES[[0, 1, 3]])


def test_of_many_classes_those_with_the_most_photos_are_shown() -> None:
    """In the order of the class list."""
    states = np.tri(30, dtype=np.int8)  # the first class in all photos, the last in one

    _, rows, _ = together(states, [str(number) for number in range(30)])

    assert rows == [str(number) for number in range(MOST_CLASSES)]
