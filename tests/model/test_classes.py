"""`model/classes.py`: class names."""

import pytest

from model.classes import normalize, shown
from model.errors import BadData


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("cat", "cat"),
        ("black bear", "black_bear"),
        ("  black \t bear\n", "black_bear"),
        ("cafe\u0301", "caf\u00e9"),
        ("Wei\u00dfb\u00e4r", "Wei\u00dfb\u00e4r"),
        ("\u718a", "\u718a"),
        ("x" * 64, "x" * 64),
    ],
)
def test_names_are_stored_in_one_form(written: str, stored: str) -> None:
    """NFC, white space as one `_`, case as it is; a stored name stays as it is."""
    assert normalize(written) == stored
    assert normalize(stored) == stored


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\u202eb", "a\u200bb", "a\x00b", "\ud800"])
def test_what_is_no_name_is_refused(name: str) -> None:
    """Empty, longer than 64, or with characters that nobody sees."""
    with pytest.raises(BadData, match="class name"):
        normalize(name)


def test_people_see_spaces() -> None:
    """`_` is only how a space is stored."""
    assert shown(normalize("black bear")) == "black bear"
