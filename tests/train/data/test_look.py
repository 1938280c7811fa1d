"""`train/data/look.py`: figures by hand."""

from train.data.frame import Row, frame_of
from train.data.look import counts, named_classes, none_counts, together

FRAME = frame_of(
    [
        Row(where="a", present=frozenset({"cat", "dog"}), is_valid=False),
        Row(where="b", present=frozenset({"cat"}), is_valid=True),
        Row(where="c", present=frozenset({"dog"}), unknown=frozenset({"dog", "ape"})),
        Row(where="d", is_valid=True),
        Row(where="e"),
        Row(where="f", absent=frozenset({"cat"})),
    ]
)
CLASSES = ("ape", "cat", "dog")


def test_every_class_that_is_named_counts() -> None:
    """Present, absent or unknown: something is said of it."""
    assert named_classes(FRAME) == CLASSES


def test_photos_are_counted_by_class() -> None:
    """Difficult ones apart from those to train and to validate with, unknown ones apart again."""
    table = counts(FRAME, CLASSES)

    assert table.loc["cat"].to_dict() == {"train": 1, "valid": 1, "difficult": 0, "unknown": 0}
    assert table.loc["dog"].to_dict() == {"train": 1, "valid": 0, "difficult": 1, "unknown": 1}
    assert table.loc["ape"].to_dict() == {"train": 0, "valid": 0, "difficult": 0, "unknown": 2}


def test_none_is_a_photo_in_which_all_are_known_to_be_absent() -> None:
    """Unknown is not absent; without classes there is no none."""
    assert none_counts(FRAME, CLASSES) == (1, 1)
    assert none_counts(FRAME, ()) == (0, 0)


def test_classes_together() -> None:
    """Photos that show both; on the diagonal those that show the class, masked ones left out."""
    assert together(FRAME, CLASSES).to_numpy().tolist() == [[0, 0, 0], [0, 2, 1], [0, 1, 1]]
