"""A reply within a channel's limits."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.fit import cut, fit
from bot.conversation.messages import Button, Limits, Reply


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    """No more UTF-16 units than allowed, no half of a character, and an ellipsis if it was cut."""
    fitting = cut(text, limit)

    assert units(fitting) <= limit
    assert fitting == text or (fitting.endswith("…") and text.startswith(fitting[:-1]))


def test_buttons_fit() -> None:
    """Labels are cut and buttons counted over all rows; a row that is left empty goes."""
    button = Button("right:1", "a long label")
    reply = Reply("text", ((button, button), (button, button), (button,)))

    fitting = fit(reply, Limits(text_units=3, buttons=3, button_units=6))

    assert fitting.text == "te…"
    assert [[b.label for b in row] for row in fitting.buttons] == [["a lon…", "a lon…"], ["a lon…"]]
    assert fitting.buttons[0][0].action == "right:1"


def test_where_nothing_can_be_edited() -> None:
    """What would replace a message is a new one that quotes it."""
    reply = Reply("Noted.", edits="m7", notice="Thank you.")

    fitting = fit(reply, Limits(text_units=100, buttons=3, button_units=20, can_edit=False))

    assert (fitting.edits, fitting.reply_to, fitting.text) == (None, "m7", "Noted.")
