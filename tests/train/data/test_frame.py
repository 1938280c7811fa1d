"""`train/data/frame.py`: states and class lists from rows."""

from model.head import ABSENT, PRESENT, UNKNOWN
from train.data.frame import (
    Row,
    class_list,
    conflicts,
    frame_of,
    rows_of,
    states,
    with_difficult_present,
)


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


def test_rows_contradict_where_one_says_present_and_the_other_absent() -> None:
    """What one of them does not know is no contradiction."""
    cat = Row(where="a", present=frozenset({"cat"}))
    silent = Row(where="b", present=frozenset({"dog"}), absent=frozenset())
    other = Row(where="c", present=frozenset({"ape", "cat"}), unknown=frozenset({"cat"}))

    assert conflicts(cat, cat) == []
    assert conflicts(cat, silent) == ["dog"]
    assert conflicts(cat, other) == ["ape"]


def test_rows_contradict_where_points_differ() -> None:
    """A row without a point contradicts none."""
    here, there = Row(where="a", point=(1.0, 2.0)), Row(where="b", point=(1.0, 3.0))

    assert conflicts(here, there) == ["the point"]
    assert conflicts(here, Row(where="c")) == []


def test_difficult_objects_can_be_counted() -> None:
    """Only what is there and masked: what nobody knows stays unknown."""
    row = Row(where="a", present=frozenset({"sofa"}), unknown=frozenset({"sofa", "ape"}))

    frame = with_difficult_present(frame_of([row]))

    assert row.difficult == {"sofa"}
    assert states(frame, ["sofa", "ape"]).tolist() == [[PRESENT, UNKNOWN]]
