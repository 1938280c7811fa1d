"""Replies with a picture, as WhatsApp's images."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.conversation.messages import Button, Picture, Reply
from tests import photos
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import TOKEN, Person, WhatsAppServer

BUTTONS = ((Button("right:7", "Right"), Button("wrong:7", "Wrong")),)
MORE = (*BUTTONS, (Button("fix:7", "Fix labels"), Button("undo:1", "Undo")))
DRAWN = photos.jpeg(320, 240)


@pytest.fixture(autouse=True)
async def ann(server: WhatsAppServer, bot: Bot) -> Person:
    """Somebody who has just written."""
    ann = server.person("Ann")
    await ann.says("hello")
    return ann


@pytest.fixture
def drawn(own_home: Path, bot: Bot) -> Picture:
    """A picture whose file is there."""
    (own_home / "drawn.jpg").write_bytes(DRAWN)
    return Picture("drawn.jpg", "Your photo, with a ring", 320, 240)


async def test_the_words_are_its_caption(
    server: WhatsAppServer, bot: Bot, ann: Person, drawn: Picture
) -> None:
    """One message, which quotes what it answers."""
    photo = ann.chat.messages[0]
    sent = await bot.channel.send(ann.id, Reply("Grizzly", (), photo.id, picture=drawn), "1")

    [message] = server.messages(ann)
    assert (message.picture, message.text) == (DRAWN, "Grizzly")
    assert (message.reply_to, message.id) == (photo, sent)


async def test_words_too_long_for_a_caption_follow(
    server: WhatsAppServer, bot: Bot, ann: Person, drawn: Picture
) -> None:
    """Nothing is lost."""
    lines = [f"{number}. Grizzly — sure, 97%" for number in range(1, 101)]
    await bot.channel.send(ann.id, Reply("\n".join(lines), picture=drawn), "1")

    first, last = server.messages(ann)
    assert (first.picture, last.picture) == (DRAWN, None)
    assert f"{first.text}\n{last.text}".splitlines() == lines


async def test_it_stands_above_buttons(
    server: WhatsAppServer, bot: Bot, ann: Person, drawn: Picture
) -> None:
    """In the same message."""
    await bot.channel.send(ann.id, Reply("Grizzly", BUTTONS, picture=drawn), "1")

    [message] = server.messages(ann)
    assert (message.picture, message.text) == (DRAWN, "Grizzly")
    assert message.labels == ["Right", "Wrong"]


async def test_it_goes_before_a_list(
    server: WhatsAppServer, bot: Bot, ann: Person, drawn: Picture
) -> None:
    """Above which there is no room for a picture."""
    sent = await bot.channel.send(ann.id, Reply("Grizzly", MORE, picture=drawn), "1")

    shown, message = server.messages(ann)
    assert (shown.picture, shown.text) == (DRAWN, "")
    assert (message.is_list, message.text, message.id) == (True, "Grizzly", sent)


async def test_a_png_is_sent_as_one(
    own_home: Path, server: WhatsAppServer, bot: Bot, ann: Person
) -> None:
    """A report's picture is one."""
    data = photos.encode(photos.noise(1, 90, 60), "PNG")
    (own_home / "report.png").write_bytes(data)
    picture = Picture("report.png", "The report", 90, 60)

    await bot.channel.send(ann.id, Reply("Promoted", picture=picture), "1")

    [message] = server.messages(ann)
    assert message.picture == data


@pytest.mark.parametrize("why", ["gone", "refused", "too large"])
async def test_without_its_picture_the_words_go_alone(
    own_home: Path, server: WhatsAppServer, bot: Bot, ann: Person, drawn: Picture, why: str
) -> None:
    """Where the file is gone, or WhatsApp does not take it; the token is in no log."""
    server.refuses_uploads = why == "refused"
    if why == "gone":
        (own_home / "drawn.jpg").unlink()
    if why == "too large":
        (own_home / "drawn.jpg").write_bytes(bytes(5 * 1024 * 1024 + 1))

    with capture_logs() as logs:
        await bot.channel.send(ann.id, Reply("Grizzly", BUTTONS, picture=drawn), "1")

    [message] = server.messages(ann)
    assert (message.picture, message.text) == (None, "Grizzly")
    assert [each["event"] for each in logs] == ([] if why == "gone" else ["picture not sent"])
    assert TOKEN not in str(logs)
