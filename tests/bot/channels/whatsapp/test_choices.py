"""Buttons and lists: no two choices look alike."""

from bot.channels.whatsapp.choices import interactive, told_apart
from bot.conversation.messages import Button

LONG = "Ursus arctos horribilis of the north"


def test_labels_that_are_too_long_for_a_button_are_a_list() -> None:
    """Where two begin with the same 20 characters, both are there in whole."""
    names = ("bottlenose dolphin, common", "bottlenose dolphin, Burrunan")
    choices = interactive("Which one?", [Button(f"yes:{n}", name) for n, name in enumerate(names)])

    rows = choices["action"]["sections"][0]["rows"]
    assert choices["type"] == "list"
    assert [row["description"] for row in rows] == list(names)
    assert [row["id"] for row in rows] == ["yes:0", "yes:1"]
    assert len({row["title"] for row in rows}) == 2


def test_titles_that_would_be_the_same_are_numbered() -> None:
    """Only those; a title that is not cut says all and has nothing below it."""
    assert told_apart([f"{LONG} 1", "grizzly", f"{LONG} 2"]) == [
        "1. Ursus arctos horribi…",
        "grizzly",
        "3. Ursus arctos horribi…",
    ]


def test_short_labels_are_buttons() -> None:
    """Three at most, as they are."""
    choices = interactive("?", [Button("a", "Right"), Button("b", "Wrong"), Button("c", "Undo")])

    assert [one["reply"]["title"] for one in choices["action"]["buttons"]] == [
        "Right",
        "Wrong",
        "Undo",
    ]
