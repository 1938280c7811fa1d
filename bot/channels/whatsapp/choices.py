"""Buttons as WhatsApp has them: three at most, with short titles, or else a list to choose from."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.conversation import texts
from bot.conversation.fit import cut
from bot.conversation.messages import Button

MOST_BUTTONS = 3
BUTTON_UNITS = 20
MOST_CHOICES = 10
TITLE_UNITS = 24
LABEL_UNITS = 72
"""The most that a row of a list can say, in the line below its title."""
MAX_BODY_UNITS = 1024
"""Of the text above buttons or a list."""


def interactive(body: str, buttons: Sequence[Button]) -> dict[str, Any]:
    """The object `interactive` of a message. No two of the buttons look alike."""
    labels = [button.label for button in buttons]
    short = all(cut(label, BUTTON_UNITS) == label for label in labels)
    if short and len(set(labels)) == len(labels) <= MOST_BUTTONS:
        replies = [{"type": "reply", "reply": _row(b.action, b.label)} for b in buttons]
        return {"type": "button", "body": {"text": body}, "action": {"buttons": replies}}
    titles = told_apart(labels)
    rows = [_row(b.action, title, b.label) for b, title in zip(buttons, titles, strict=True)]
    action = {"button": texts.CHOOSE, "sections": [{"rows": rows[:MOST_CHOICES]}]}
    return {"type": "list", "body": {"text": body}, "action": action}


def told_apart(labels: Sequence[str]) -> list[str]:
    """Titles of rows: cut to length, and numbered where they would be the same."""
    titles = [cut(label, TITLE_UNITS) for label in labels]
    count = Counter(titles)
    return [
        title if count[title] == 1 else cut(f"{number}. {label}", TITLE_UNITS)
        for number, (title, label) in enumerate(zip(titles, labels, strict=True), 1)
    ]


def _row(action: str, title: str, label: str = "") -> dict[str, str]:
    """A button, or a row of a list: where the title is not the whole label, that stands below."""
    row = {"id": action, "title": title}
    return row if label in {"", title} else {**row, "description": cut(label, LABEL_UNITS)}
