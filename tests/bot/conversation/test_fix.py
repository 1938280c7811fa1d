"""Fix labels: the list of classes in place of the answer."""

import pytest

from bot.conversation.messages import Limits
from tests.bot.conversation.dialogue import GRIZZLY, NONE, VOC, Dialogue, answer

CONTROLS = ["None", "Done", "New class…", "Cancel"]


async def test_the_list_begins_with_what_the_answer_named(chat: Dialogue) -> None:
    """When Ann taps Fix labels, then the same message lists the classes, the named one chosen."""
    message = await chat.photo(GRIZZLY)

    await chat.tap(message, "Fix labels")

    assert message.text == "What is in the photo? Choose all that you see, then Done."
    assert message.buttons == ["✓ grizzly", "black", "teddy", *CONTROLS]
    assert chat.messages == [message]


async def test_choosing_and_done(chat: Dialogue) -> None:
    """When Ann chooses other classes and taps Done, then the answer shows what she said."""
    message = await chat.photo(GRIZZLY)

    for label in ("Fix labels", "✓ grizzly", "black", "teddy", "Done"):
        await chat.tap(message, label)

    assert message.text == "Grizzly — sure, 97%\n✓ You said: black and teddy."
    assert message.buttons == ["Undo", "Fix labels"]


async def test_none_is_one_tap(chat: Dialogue) -> None:
    """None needs no Done."""
    message = await chat.photo(GRIZZLY)

    for label in ("Fix labels", "None"):
        await chat.tap(message, label)

    assert message.text.endswith("✓ You said: none of my classes.")


async def test_done_with_nothing_chosen_stores_nothing(chat: Dialogue) -> None:
    """An early Done is not taken for None."""
    message = await chat.photo(GRIZZLY)

    for label in ("Wrong", "Done"):
        await chat.tap(message, label)

    assert message.notice == "Choose at least one class, or None."
    assert await chat.labels() == {}


async def test_cancel_brings_the_answer_back(chat: Dialogue) -> None:
    """After Cancel everything is as before, and the next list begins afresh."""
    message = await chat.photo(GRIZZLY)
    before = message.reply

    for label in ("Fix labels", "black", "Cancel"):
        await chat.tap(message, label)

    assert (message.reply.text, message.reply.buttons) == (before.text, before.buttons)
    await chat.tap(message, "Fix labels")
    assert message.buttons[:3] == ["✓ grizzly", "black", "teddy"]


async def test_many_classes_come_in_pages(chat: Dialogue) -> None:
    """When a channel has room for ten buttons, then twenty classes come five at a time."""
    chat.limits = Limits(text_units=1024, buttons=10, button_units=20)
    message = await chat.photo(answer(VOC, person=0.9))
    await chat.tap(message, "Fix labels")

    pages = []
    for _ in range(4):
        assert len(message.buttons) == 10
        pages += [label.removeprefix("✓ ") for label in message.buttons[:5]]
        await chat.tap(message, "More…")

    assert pages == list(VOC)
    assert message.buttons[0] == "aeroplane"


async def test_a_choice_outlives_its_page(chat: Dialogue) -> None:
    """What was chosen on one page is said with what was chosen on another."""
    chat.limits = Limits(text_units=1024, buttons=10, button_units=20)
    message = await chat.photo(answer(VOC))

    for label in ("Fix labels", "bird", "More…", "cat", "Done"):
        await chat.tap(message, label)

    assert message.text.endswith("✓ You said: bird and cat.")


async def test_one_photo_of_an_album(chat: Dialogue) -> None:
    """When Ann fixes photo 2, then the list says so, and the album's list comes back with it."""
    message = await chat.photo(GRIZZLY, NONE)

    await chat.tap(message, "Fix 2")
    assert message.text.startswith("Photo 2. What is in the photo?")
    for label in ("teddy", "Done"):
        await chat.tap(message, label)

    assert message.text == (
        "1. Grizzly — sure, 97%\n"
        "2. None of my classes. Closest: teddy (41%, my line is 50%). ✓ You said: teddy."
    )
    assert message.buttons == ["Undo", "Fix 1", "Fix 2"]


@pytest.mark.parametrize("replies", [True, False])
async def test_a_new_class_is_named_in_words(chat: Dialogue, replies: bool) -> None:
    """When Ann taps New class and writes its name, then it stands chosen in the list."""
    message = await chat.photo(NONE)
    for label in ("Fix labels", "New class…"):
        await chat.tap(message, label)
    assert message.text == "Reply to this message with the new class's name."
    await chat.photo(GRIZZLY)

    [listed] = await chat.say("Polar Bear", to=message if replies else None)

    assert listed.buttons == ["grizzly", "black", "teddy", "✓ polar bear", *CONTROLS]
    await chat.tap(listed, "Done")
    assert await chat.labels() == {
        "polar_bear": "present",
        "grizzly": "absent",
        "black": "absent",
        "teddy": "absent",
    }


async def test_a_new_class_that_is_known_is_chosen(chat: Dialogue) -> None:
    """When the name is another word for a class, then that class is chosen."""
    message = await chat.photo(NONE)
    for label in ("Fix labels", "New class…"):
        await chat.tap(message, label)

    [listed] = await chat.say("teddy bear")

    assert listed.buttons == ["grizzly", "black", "✓ teddy", *CONTROLS]


@pytest.mark.parametrize("name", ["x" * 65, "...", "no", "nothing", "not a grizzly"])
async def test_what_can_not_be_a_name_is_refused(chat: Dialogue, name: str) -> None:
    """The bot asks for another one and still waits for it."""
    message = await chat.photo(NONE)
    for label in ("Fix labels", "New class…"):
        await chat.tap(message, label)

    [refused] = await chat.say(name)
    [listed] = await chat.say("panda")

    assert refused.text.startswith("That can't be a class's name.")
    assert "✓ panda" in listed.buttons


async def test_cancel_stops_waiting_for_a_name(chat: Dialogue) -> None:
    """After Cancel words are about the answer again."""
    message = await chat.photo(NONE)
    for label in ("Fix labels", "New class…", "Cancel"):
        await chat.tap(message, label)

    [noted] = await chat.say("a teddy")

    assert noted.text == "Noted: teddy yes. Thank you."


async def test_a_class_that_people_added_is_in_the_list(chat: Dialogue) -> None:
    """When Ann added the panda to one photo, then the list of the next photo offers it."""
    await chat.photo(NONE)
    await chat.say("it's a panda")
    await chat.say("yes")

    message = await chat.photo(NONE)
    await chat.tap(message, "Fix labels")

    assert message.buttons[:4] == ["grizzly", "black", "teddy", "panda"]


async def test_old_buttons_open_the_list_again(chat: Dialogue) -> None:
    """A tap on a list that was closed meanwhile chooses nothing by accident."""
    message = await chat.photo(GRIZZLY)
    await chat.tap(message, "Fix labels")
    toggle, done = message.action("black"), message.action("Done")
    await chat.tap(message, "Cancel")

    for action in (toggle, done):
        await chat.act(message, action)
        assert message.buttons[:3] in (["✓ grizzly", "black", "teddy"], ["Undo", "Fix labels"])
        await chat.say("/undo")

    assert await chat.labels() == {}
