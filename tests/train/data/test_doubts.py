"""`train/data/doubts.py`: what is probably not meant, in sentences."""

import numpy as np

from train.calibrate import FEW
from train.data import doubts
from train.data.frame import Row, frame_of


def rows(count: int, *present: str, start: int = 2) -> list[Row]:
    """Rows of a table that show the same classes."""
    names = frozenset(present)
    return [Row(where=f"x.csv row {start + n}", present=names) for n in range(count)]


def hashes(*contents: int) -> np.ndarray:
    return np.array([[content] * 32 for content in contents], dtype=np.uint8)


def test_labels_beside_the_class_list_are_named_slips_of_the_pen_first() -> None:
    """With their rows, three at most, and what was probably meant."""
    frame = frame_of([*rows(5, "person"), *rows(1, "grizly", start=9), *rows(2, "grizzly")])

    slip, other = doubts.unknown_labels(frame, ["grizzly", "black"])

    assert slip == (
        "'grizly' is none of the classes asked for (x.csv row 9): "
        "did you mean 'grizzly'? Correct one of the two."
    )
    assert "'person'" in other
    assert "(x.csv row 2, x.csv row 3, x.csv row 4 and 2 more)" in other
    assert "--classes" in other


def test_classes_with_few_photos_are_named() -> None:
    """Photos for validation don't count; a name near to a larger class is questioned."""
    valid = Row(where="x.csv row 99", present=frozenset({"yak"}), is_valid=True)
    frame = frame_of([*rows(FEW, "grizzly"), *rows(1, "grizly", start=50), valid])

    slip, few = doubts.few_photos(frame, ["grizly", "grizzly", "yak"])

    assert "'grizly' has 1 photo to learn from (x.csv row 50): did you mean 'grizzly'?" in slip
    assert "'yak' has 0 photos to learn from (no row): add some" in few


def test_names_that_look_like_several_labels_are_questioned() -> None:
    """Another separator than a space was probably meant."""
    (found,) = doubts.unseparated(["cat;dog", "black_bear", "cat"])

    assert "'cat;dog'" in found
    assert "--sep ';'" in found


def test_the_same_photo_with_other_labels_is_named() -> None:
    """By content: the files may have different names."""
    frame = frame_of([*rows(2, "cat"), *rows(1, "dog", start=7)])

    (found,) = doubts.contradictions(frame, hashes(1, 2, 2))

    assert "x.csv row 7 and x.csv row 3 are the same photo" in found
    assert "cat, dog" in found
    assert doubts.contradictions(frame, hashes(1, 1, 2)) == []


def test_photos_on_both_sides_are_named() -> None:
    """The same photo, or one that looks the same, with the most similar one of validation."""
    said = [False, False, True, True, None]
    frame = frame_of([Row(where=f"row {n}", is_valid=each) for n, each in enumerate(said)])
    embedding = np.array([[1, 0], [0.8, 0.6], [0.8, 0.61], [1, 0], [1, 0]], dtype=np.float32)

    same, near = doubts.on_both_sides(frame, hashes(1, 2, 3, 1, 1), embedding)

    assert same.startswith("row 0 trains, row 3 validates, and they are the same photo")
    assert near.startswith("row 1 trains, row 2 validates, and they look the same")


def test_without_validation_photos_there_are_no_two_sides() -> None:
    """Nothing said, nothing doubted."""
    frame = frame_of([Row(where="a", is_valid=False), Row(where="b")])

    assert doubts.on_both_sides(frame, hashes(1, 1), np.ones((2, 4), dtype=np.float32)) == []
