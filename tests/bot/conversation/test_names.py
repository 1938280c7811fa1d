"""Class names: stored, shown, and written by people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.names import a, listed, shown, stored


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("polar bear", "polar_bear"),
        ("  Polar \n bear. ", "polar_bear"),
        ("e\N{COMBINING ACUTE ACCENT}clair", "\N{LATIN SMALL LETTER E WITH ACUTE}clair"),
        ("белый медведь", "белый_медведь"),
        ("<b>&", "<b>&"),
        ("x" * 64, "x" * 64),
        ("x" * 65, None),
        ("", None),
        (" \n", None),
        ("...", None),
        ("a\N{ZERO WIDTH SPACE}b", None),
        ("a\0b", None),
    ],
)
def test_a_typed_name_is_stored(typed: str, name: str | None) -> None:
    """NFC, lower case, `_` for white space, 1 to 64 characters, nothing invisible."""
    assert stored(typed) == name


@given(st.text(max_size=80))
def test_what_is_stored_is_shown_and_stored_the_same(typed: str) -> None:
    """A name that was stored once does not change when people type what they see."""
    name = stored(typed)

    assert name is None or (stored(shown(name)) == name and " " not in name and len(name) <= 64)


def test_names_in_sentences() -> None:
    """Articles and lists read like English."""
    assert [a("grizzly"), a("aeroplane"), a("hot_dog")] == [
        "a grizzly",
        "an aeroplane",
        "a hot dog",
    ]
    assert listed([]) == ""
    assert listed(["hot_dog"]) == "hot dog"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b"], "or") == "a or b"
