"""Which photo of an album words speak of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.ordinals import addressed


@pytest.mark.parametrize(
    ("words", "number", "rest"),
    [
        ("2 is a black bear", 2, "is a black bear"),
        ("2: grizzly", 2, "grizzly"),
        ("2. grizzly", 2, "grizzly"),
        ("#2 no", 2, "no"),
        ("photo 2 is wrong", 2, "is wrong"),
        ("the second one is a teddy", 2, "is a teddy"),
        ("Second: grizzly", 2, "grizzly"),
        ("2nd picture: grizzly", 2, "grizzly"),
        ("number 10 - teddy", 10, "teddy"),
        ("12", 12, ""),
        ("grizzly", None, "grizzly"),
        ("no, not 2", None, "no, not 2"),
        ("secondhand teddy", None, "secondhand teddy"),
    ],
)
def test_the_number_at_the_start(words: str, number: int | None, rest: str) -> None:
    """A number or an ordinal, and what is said of that photo."""
    assert addressed(words) == (number, rest)


@pytest.mark.parametrize(
    ("language", "words", "number", "rest"),
    [
        ("de", "2 ist ein Grizzly", 2, "ist ein Grizzly"),
        ("de", "auf Bild 2 ist ein Grizzly", 2, "ist ein Grizzly"),
        ("de", "Das zweite: kein Grizzly", 2, "kein Grizzly"),
        ("de", "fünftes Foto: Teddy", 5, "Teddy"),
        ("de", "second: grizzly", 2, "grizzly"),
        ("es", "la segunda es un oso negro", 2, "es un oso negro"),
        ("es", "la decima foto: nada", 10, "nada"),
        ("es", "2 no es un grizzly", 2, "no es un grizzly"),
        ("es", "el 2º: osito", 2, "osito"),
        ("fr", "la deuxième photo, c'est un ours", 2, "c'est un ours"),
        ("fr", "2e : pas un grizzly", 2, "pas un grizzly"),
        ("fr", "numéro 3 n'est pas un grizzly", 3, "n'est pas un grizzly"),
        ("hi", "दूसरी फोटो में ग्रिज़ली है", 2, "ग्रिज़ली है"),
        ("hi", "photo 2 me grizzly nahi hai", 2, "grizzly nahi hai"),
        ("hi", "२ नहीं", 2, "नहीं"),
        ("hi", "दूसरेपन", None, "दूसरेपन"),
    ],
)
def test_in_other_languages(language: str, words: str, number: int | None, rest: str) -> None:
    """The words for photos and their numbers, and never the "no" that follows."""
    assert addressed(words, language) == (number, rest)


@given(st.text(max_size=200))
def test_no_text_crashes_it(words: str) -> None:
    """Without a number the text stays as it is."""
    number, rest = addressed(words)

    assert number is not None or rest == words
