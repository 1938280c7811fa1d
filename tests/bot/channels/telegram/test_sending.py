"""Replies as Telegram's messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.split import split
from bot.channels.telegram import Telegram
from bot.channels.telegram.sending import MAX_TEXT_UNITS
from bot.conversation.messages import Button, Reply
from bot.errors import Moved, TryAgain, Undeliverable
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.rules import units
from tests.telegram_server.world import BOT

BUTTONS = (
    (Button("right:7", "Right"), Button("wrong:7", "Wrong")),
    (Button("fix:7", "Fix labels"),),
)


@pytest.fixture
def ann(server: TelegramServer) -> Person:
    return server.person("Ann")


@pytest.fixture
def chat(ann: Person) -> str:
    return str(ann.id)


async def test_a_reply(server: TelegramServer, channel: Telegram, ann: Person, chat: str) -> None:
    """Text is plain, buttons stand in their rows, and the message answered is quoted."""
    photo = ann.sends_photo(b"bytes")
    message_id = await channel.send(
        chat, Reply("A *grizzly* <97 %>", BUTTONS, reply_to=str(photo.id)), "1"
    )

    [message] = server.messages(ann)
    assert (message.text, message_id) == ("A *grizzly* <97 %>", str(message.id))
    assert message.buttons == [["Right", "Wrong"], ["Fix labels"]]
    assert message.reply_to is photo


@pytest.mark.parametrize(
    "name",
    [
        "black_bear",
        "a*b",
        "<b>&",
        "&amp;",
        "[x](y)",
        "دب رمادي",
        "🐻‍❄️",
        "бурый медведь " * 2 + "ключи",
    ],
)
async def test_names_arrive_as_they_are(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, name: str
) -> None:
    """No character of a class's name is markup, in words or on buttons."""
    await channel.send(chat, Reply(f"{name} — sure", ((Button("toggle:7:0", name),),)), "1")

    [message] = server.messages(ann)
    assert (message.text, message.buttons) == (f"{name} — sure", [[name]])


async def test_the_quoted_message_may_be_gone(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A reply to a message that was deleted is sent without quoting it."""
    await channel.send(chat, Reply("A grizzly", reply_to="99"), "1")

    assert [message.reply_to for message in server.messages(ann)] == [None]


async def test_a_long_text(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A text over the limit, counted in UTF-16 units, comes in parts, the buttons on the last."""
    photo = ann.sends_photo(b"bytes")
    line = "🐻" * 1000 + "\n"
    message_id = await channel.send(
        chat, Reply(line * 5 + "Is that right?", BUTTONS, reply_to=str(photo.id)), "1"
    )

    first, second, third = server.messages(ann)
    assert units(first.text) <= MAX_TEXT_UNITS
    assert f"{first.text}\n{second.text}\n{third.text}" == line * 5 + "Is that right?"
    assert (first.buttons, second.buttons) == ([], [])
    assert third.buttons == [["Right", "Wrong"], ["Fix labels"]]
    assert message_id == str(third.id)
    assert [message.reply_to for message in (first, second, third)] == [photo, None, None]


@given(st.text(st.sampled_from("ab 🐻é\n\ud800"), max_size=200), st.integers(2, 20))
def test_splitting(text: str, max_units: int) -> None:
    """No part is empty or too long, and nothing but white space is lost between them."""
    parts = split(text, max_units)

    assert all(part.strip() and units(part) <= max_units for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.replace("\ud800", "?").split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one line\nand another", ["one line", "and another"]),
        ("some more words here", ["some more", "words here"]),
        ("onewordwithoutanyend", ["onewordwitho", "utanyend"]),
        ("a\nvery long line here", ["a\nvery long", "line here"]),
        ("🐻🐻🐻🐻🐻🐻🐻", ["🐻🐻🐻🐻🐻🐻", "🐻"]),
        ("   ", []),
    ],
)
def test_where_texts_are_cut(text: str, parts: list[str]) -> None:
    """Between lines, else between words, else anywhere but within an emoji."""
    assert split(text, 12) == parts


async def test_an_edit(server: TelegramServer, channel: Telegram, ann: Person, chat: str) -> None:
    """An edit changes text and buttons in place."""
    message_id = await channel.send(chat, Reply("Is it a grizzly?", BUTTONS), "1")
    again = await channel.send(chat, Reply("Thank you.", edits=message_id), "2")

    [message] = server.messages(ann)
    assert (message.text, message.buttons) == ("Thank you.", [])
    assert again == message_id


async def test_an_edit_that_changes_nothing(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """Telegram refuses an edit without a difference; that is no error."""
    message_id = await channel.send(chat, Reply("Hello", BUTTONS), "1")

    assert await channel.send(chat, Reply("Hello", BUTTONS, edits=message_id), "2") == message_id
    assert len(server.messages(ann)) == 1


async def test_an_edit_of_what_is_gone(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """When the message to edit is deleted, or is not ours, a new one takes its place."""
    theirs = ann.says("hello")

    for edits in "99", str(theirs.id):
        message_id = await channel.send(chat, Reply("A grizzly", edits=edits), "1")
        assert message_id == str(server.messages(ann)[-1].id)
    assert [message.text for message in server.messages(ann)] == ["A grizzly", "A grizzly"]


async def test_an_edit_that_became_too_long(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """Of a text in parts the last is edited: it is the one with the buttons."""
    text = "word " * 1000
    message_id = await channel.send(chat, Reply(text + "asked", BUTTONS), "1")
    await channel.send(chat, Reply(text + "answered", edits=message_id), "2")

    first, last = server.messages(ann)
    assert f"{first.text} {last.text}" == text + "answered"


async def test_a_tap_is_answered_with_the_notice(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """The notice is shown to the one who tapped, cut to what Telegram takes."""
    await channel.send(chat, Reply("Is it a grizzly?", BUTTONS), "1")
    tap = ann.taps("Right")
    await channel.send(chat, Reply("Noted.", tap_id=tap.id, notice="x" * 300), "2")

    await server.until(lambda: tap.answer is not None)
    assert tap.answer == "x" * 200


async def test_a_tap_without_a_reply_stops_spinning(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A tap that nothing answers is ended without words after a moment."""
    await channel.send(chat, Reply("Is it a grizzly?", BUTTONS), "1")
    tap = ann.taps("Right")

    await server.until(lambda: tap.answer is not None)
    assert tap.answer == ""


async def test_a_notice_alone(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A reply with a notice and no text sends no message; an old tap is no error."""
    reply = Reply("", tap_id="long ago", notice="Only the sender may do that.")

    assert await channel.send(chat, reply, "1") == ""
    await server.until(lambda: [c for c in server.calls_of("answerCallbackQuery") if not c.ok])
    assert server.messages(ann) == []


async def test_telegram_asks_to_wait(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A 429 is passed on with its seconds, for this chat alone; others are served meanwhile."""
    bob = server.person("Bob")
    ann.chat.busy_calls, ann.chat.busy_for_s = 1, 7

    with pytest.raises(TryAgain) as caught:
        await channel.send(chat, Reply("A grizzly"), "1")
    await channel.send(str(bob.id), Reply("A teddy"), "2")
    await channel.send(chat, Reply("A grizzly"), "1")

    assert caught.value.after_s == 7
    assert [message.text for message in server.messages(bob)] == ["A teddy"]
    assert [message.text for message in server.messages(ann)] == ["A grizzly"]


async def test_progress_gives_way_first(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """Progress soon after another message, or after a 429, is dropped; the last word is not."""
    message_id = await channel.send(chat, Reply("Training", progress=0.0), "1")
    for done in 0.1, 0.2, 0.3:
        reply = Reply(f"Training: {done}", progress=done, edits=message_id)
        assert await channel.send(chat, reply, "2") == message_id
    await channel.send(chat, Reply("Promoted.", edits=message_id), "3")

    [message] = server.messages(ann)
    assert message.history == ["Training"]
    assert message.text == "Promoted."


async def test_progress_that_telegram_refuses(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """A 429 to progress is nobody's problem: more progress comes."""
    ann.chat.busy_calls, ann.chat.busy_for_s = 1, 7
    message = ann.chat.add(BOT, text="Training")

    reply = Reply("Training: half", progress=0.5, edits=str(message.id))
    assert await channel.send(chat, reply, "1") == str(message.id)
    assert message.text == "Training"


async def test_people_who_cannot_be_written_to(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """Blocked, unknown: given up, with the reason; moved: said where to."""
    ann.blocks_the_bot()
    with pytest.raises(Undeliverable, match="blocked"):
        await channel.send(chat, Reply("A grizzly"), "1")
    with pytest.raises(Undeliverable, match="Chat not found"):
        await channel.send("1", Reply("A grizzly"), "1")
    group = server.group("Bear watchers")
    group.chat.migrated_to = -1009
    with pytest.raises(Moved) as moved:
        await channel.send(str(group.chat.id), Reply("A grizzly"), "1")
    assert moved.value.chat == "-1009"


async def test_telegram_is_away(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str
) -> None:
    """While Telegram does not answer, a reply is to be tried again."""
    server.down = True
    with pytest.raises(TryAgain):
        await channel.send(chat, Reply("A grizzly"), "1")


async def test_typing(server: TelegramServer, channel: Telegram, ann: Person, chat: str) -> None:
    """The typing sign is shown once in a while, never in groups, and its errors are nobody's."""
    group, bob = server.group("Bear watchers"), server.person("Bob")
    ann.blocks_the_bot()
    for one in chat, str(bob.id), str(bob.id), str(group.chat.id):
        await channel.typing(one)

    await server.until(lambda: len(server.calls_of("sendChatAction")) == 2)
    assert server.world.typing == [bob.id]
