"""Two spellings of one text made equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.spelling import folded, plain, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bär", "BAR"),
        ("B\N{LATIN SMALL LETTER A}\N{COMBINING DIAERESIS}r", "bär"),
        ("weiß", "WEISS"),
        ("c’est", "c'est"),  # noqa: RUF001 - as phones write it
        ("sí", "si"),
        ("ग्रिज़ली", "ग्रिजली"),
        ("हाँ", "हां"),
        ("\N{FULLWIDTH LATIN SMALL LETTER G}rizzly", "grizzly"),
        ("\N{SQUARE MHZ}", "mhz"),
        ("griz\N{SOFT HYPHEN}zly\N{ZERO WIDTH JOINER}", "grizzly"),
    ],
)
def test_spellings_that_are_one(one: str, other: str) -> None:
    """Case, accents, width, apostrophes and what is invisible do not count."""
    assert folded(one) == folded(other)


def test_vowel_signs_are_letters() -> None:
    """Hindi's marks make other words: "की" is not "का"."""
    assert folded("की") != folded("का")


def test_a_word_is_found_as_it_was_written() -> None:
    """So that a new class keeps its umlauts."""
    assert spellings("Das ist ein Eisbär!")["eisbar"] == "eisbär"


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is folded."""
    assert folded(folded(text)) == folded(text)
    assert plain(plain(text)) == plain(text)
