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


@given(st.text(max_size=200))
def test_no_text_crashes_it(words: str) -> None:
    """Without a number the text stays as it is."""
    number, rest = addressed(words)

    assert number is not None or rest == words
