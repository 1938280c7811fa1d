"""`train/data/frame.py`: states and class lists from rows."""

from model.head import ABSENT, PRESENT, UNKNOWN
from train.data.frame import Row, class_list, frame_of, rows_of, states


def test_without_absent_classes_silence_means_absent() -> None:
    """A row that lists what is present says of all others that they are absent."""
    frame = frame_of([Row(where="a", present=frozenset({"cat"}))])

    assert states(frame, ["cat", "dog"]).tolist() == [[PRESENT, ABSENT]]


def test_with_absent_classes_silence_means_unknown() -> None:
    """A row that lists what is absent says nothing of what it does not list."""
    frame = frame_of([Row(where="a", present=frozenset({"cat"}), absent=frozenset({"dog"}))])

    assert states(frame, ["cat", "dog", "sheep"]).tolist() == [[PRESENT, ABSENT, UNKNOWN]]


def test_unknown_wins_over_present_and_absent() -> None:
    """A class that is there only as difficult objects is listed as present, and masked."""
    row = Row(where="a", present=frozenset({"cat"}), unknown=frozenset({"cat", "dog"}))

    assert states(frame_of([row]), ["cat", "dog"]).tolist() == [[UNKNOWN, UNKNOWN]]


def test_the_order_of_states_is_that_of_the_class_list() -> None:
    """Column c is class c, and classes not asked for are passed over."""
    frame = frame_of([Row(where="a", present=frozenset({"dog", "yak"}))])

    assert states(frame, ["sheep", "dog"]).tolist() == [[ABSENT, PRESENT]]


def test_classes_that_no_photo_surely_shows_are_not_listed() -> None:
    """From masked or absent labels alone nothing can be learned."""
    frame = frame_of(
        [
            Row(where="a", present=frozenset({"sofa", "cat"}), unknown=frozenset({"sofa"})),
            Row(where="b", present=frozenset({"ape"}), absent=frozenset({"dog"})),
        ]
    )

    assert class_list(frame) == ("ape", "cat")


def test_no_rows_are_a_frame_too() -> None:
    """An empty frame has states of shape (0, C)."""
    frame = frame_of([])

    assert states(frame, ["cat", "dog"]).shape == (0, 2)
    assert class_list(frame) == ()


def test_rows_come_back_as_they_went_in() -> None:
    """None and False are told apart, and nothing becomes NaN."""
    rows = [Row(where="a"), Row(where="b", is_valid=False, embedding=b"12", photo_sha256="ab")]

    assert list(rows_of(frame_of(rows))) == rows
