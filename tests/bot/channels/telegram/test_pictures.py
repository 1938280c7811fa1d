"""Replies with a picture, as Telegram's photos."""

from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.conversation.messages import Button, Picture, Reply
from tests import photos
from tests.telegram_server import Person, TelegramServer

BUTTONS = ((Button("right:7", "Right"),),)
DRAWN, OTHER = photos.jpeg(320, 240), photos.jpeg(240, 320)


@pytest.fixture
def ann(server: TelegramServer) -> Person:
    return server.person("Ann")


@pytest.fixture
def chat(ann: Person) -> str:
    return str(ann.id)


def picture(home: Path, data: bytes = DRAWN, name: str = "drawn.jpg") -> Picture:
    """A picture whose file is there."""
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_bytes(data)
    return Picture(name, "Your photo, with a ring", 320, 240)


@pytest.fixture
def drawn(own_home: Path) -> Picture:
    return picture(own_home)


async def test_a_picture_with_words(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, drawn: Picture
) -> None:
    """One message: the photo, the words below it as they are, the buttons, the quoted message."""
    photo = ann.sends_photo(b"bytes")
    reply = Reply("A *grizzly* <97 %>", BUTTONS, reply_to=str(photo.id), picture=drawn)
    message_id = await channel.send(chat, reply, "1")

    [message] = server.messages(ann)
    assert (message.picture, message.text) == (DRAWN, "A *grizzly* <97 %>")
    assert message.buttons == [["Right"]]
    assert (message.reply_to, message_id) == (photo, str(message.id))


@pytest.mark.parametrize(("bears", "messages"), [(512, 1), (513, 2), (3000, 3)])
async def test_words_too_long_for_a_caption_follow(
    server: TelegramServer,
    channel: Telegram,
    ann: Person,
    chat: str,
    drawn: Picture,
    bears: int,
    messages: int,
) -> None:
    """The photo first, then the words, in parts if need be; the buttons are on the last."""
    photo = ann.sends_photo(b"bytes")
    reply = Reply("🐻" * bears, BUTTONS, reply_to=str(photo.id), picture=drawn)
    message_id = await channel.send(chat, reply, "1")

    sent = server.messages(ann)
    assert len(sent) == messages
    assert [message.picture for message in sent] == [DRAWN] + [None] * (messages - 1)
    assert "".join(message.text for message in sent) == "🐻" * bears
    assert [message.buttons for message in sent] == [[]] * (messages - 1) + [[["Right"]]]
    assert [message.reply_to for message in sent] == [photo] + [None] * (messages - 1)
    assert message_id == str(sent[-1].id)


async def test_a_picture_that_is_gone(
    server: TelegramServer,
    channel: Telegram,
    ann: Person,
    chat: str,
    drawn: Picture,
    own_home: Path,
) -> None:
    """The words are sent alone."""
    (own_home / drawn.path).unlink()
    await channel.send(chat, Reply("A grizzly", BUTTONS, picture=drawn), "1")

    [message] = server.messages(ann)
    assert (message.picture, message.text, message.buttons) == (None, "A grizzly", [["Right"]])


@pytest.mark.parametrize("data", [b"no photo", photos.jpeg(420, 20)], ids=["broken", "elongated"])
async def test_a_picture_that_telegram_refuses(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, own_home: Path, data: bytes
) -> None:
    """The words are sent alone."""
    await channel.send(chat, Reply("A grizzly", picture=picture(own_home, data)), "1")

    assert [(one.picture, one.text) for one in server.messages(ann)] == [(None, "A grizzly")]


async def test_a_group_that_takes_no_photos(
    server: TelegramServer, channel: Telegram, drawn: Picture
) -> None:
    """There too the words are sent alone."""
    bears = server.group("Bears")
    bears.chat.takes_no_photos = True
    await channel.send(str(bears.chat.id), Reply("A grizzly", picture=drawn), "1")

    assert [(one.picture, one.text) for one in server.messages(bears)] == [(None, "A grizzly")]


async def test_new_words_below_a_picture(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, drawn: Picture
) -> None:
    """An edit without a picture changes words and buttons, and the picture stays."""
    message_id = await channel.send(chat, Reply("A grizzly", BUTTONS, picture=drawn), "1")
    again = await channel.send(chat, Reply("Thank you.", edits=message_id), "2")

    [message] = server.messages(ann)
    assert (message.picture, message.text, message.buttons) == (DRAWN, "Thank you.", [])
    assert again == message_id


async def test_the_same_words_below_a_picture(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, drawn: Picture
) -> None:
    """Telegram refuses an edit without a difference; that is no error here either."""
    message_id = await channel.send(chat, Reply("A grizzly", picture=drawn), "1")

    assert await channel.send(chat, Reply("A grizzly", edits=message_id), "2") == message_id
    assert len(server.messages(ann)) == 1


@pytest.mark.parametrize("with_picture", [True, False], ids=["another one", "the first one"])
async def test_a_picture_takes_its_place(
    server: TelegramServer,
    channel: Telegram,
    ann: Person,
    chat: str,
    own_home: Path,
    drawn: Picture,
    with_picture: bool,
) -> None:
    """An edit with a picture shows that one, in a message of words too."""
    first = Reply("Training: 40 %", picture=drawn if with_picture else None)
    message_id = await channel.send(chat, first, "1")
    other = picture(own_home, OTHER, "reports/1.jpg")
    again = await channel.send(chat, Reply("Done.", BUTTONS, edits=message_id, picture=other), "2")

    [message] = server.messages(ann)
    assert (message.picture, message.text, message.buttons) == (OTHER, "Done.", [["Right"]])
    assert again == message_id


async def test_another_picture_that_telegram_refuses(
    server: TelegramServer,
    channel: Telegram,
    ann: Person,
    chat: str,
    own_home: Path,
    drawn: Picture,
) -> None:
    """Of the edit the words are shown, and the picture before stays."""
    message_id = await channel.send(chat, Reply("A grizzly", picture=drawn), "1")
    broken = picture(own_home, b"no photo", "broken.jpg")
    await channel.send(chat, Reply("Thank you.", edits=message_id, picture=broken), "2")

    assert [(one.picture, one.text) for one in server.messages(ann)] == [(DRAWN, "Thank you.")]


async def test_words_that_became_too_long_for_a_caption(
    server: TelegramServer, channel: Telegram, ann: Person, chat: str, drawn: Picture
) -> None:
    """A new message takes the place of the old one, as no edit can show them."""
    message_id = await channel.send(chat, Reply("A grizzly", picture=drawn), "1")
    again = await channel.send(chat, Reply("x" * 1025, edits=message_id), "2")

    first, second = server.messages(ann)
    assert (first.text, second.text) == ("A grizzly", "x" * 1025)
    assert again == str(second.id)
