"""A reply within a channel's limits. Knows numbers, no platform."""

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation.messages import Button, Limits, Reply

ELLIPSIS = "…"


def fit(reply: Reply, limits: Limits) -> Reply:
    """The same reply with texts cut to what the channel can carry, and no button too many.

    Where nothing can be edited, what would replace a message is a new one that quotes it.
    """
    left = limits.buttons
    rows = []
    for row in reply.buttons:
        kept = tuple(_shorten(button, limits.button_units) for button in row[:left])
        left -= len(kept)
        rows += [kept] if kept else []
    if reply.edits and not limits.can_edit:
        reply = replace(reply, edits=None, reply_to=reply.edits)
    return replace(reply, text=cut(reply.text, limits.text_units), buttons=tuple(rows))


def cut(text: str, units: int) -> str:
    """At most `units` UTF-16 code units of a text, with an ellipsis if something is missing."""
    if len(text.encode("utf-16-le")) // 2 <= units:
        return text
    return "".join(_within(text, units - 1)).rstrip() + ELLIPSIS


def _within(text: str, units: int) -> Iterator[str]:
    for character in text:
        units -= 2 if ord(character) > 0xFFFF else 1
        if units < 0:
            return
        yield character


def _shorten(button: Button, units: int) -> Button:
    return replace(button, label=cut(button.label, units))
