"""What people attach, as a photo to be looked at."""

import pytest

from bot.channels.telegram import Telegram
from bot.conversation.messages import Incoming
from tests.bot.channels.telegram.inbox import Inbox
from tests.telegram_server import TelegramServer


async def only(server: TelegramServer, inbox: Inbox) -> Incoming:
    """The one update that was received."""
    await server.until(lambda: not server.world.updates.pending)
    [incoming] = inbox.saved
    return incoming


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("bear.bin", "image/png"),
        ("bear.HEIC", "application/octet-stream"),
        ("bear.jpg", None),
        ("scan", None),
        ("report.pdf", "application/pdf"),
    ],
)
async def test_any_file_is_looked_at(
    server: TelegramServer, inbox: Inbox, channel: Telegram, name: str, mime: str | None
) -> None:
    """Whatever its name and type say: its bytes are judged, later."""
    server.person("Ann").sends_document(b"bytes", name, mime, caption="look")

    incoming = await only(server, inbox)

    assert (incoming.kind, incoming.text) == ("photo", "look")
    assert incoming.photo is not None
    assert (incoming.photo.filename, incoming.photo.size_bytes) == (name, 5)
    assert not incoming.photo.first_frame
    assert await channel.fetch(incoming.photo, 1000) == b"bytes"


async def test_a_sticker_is_a_photo(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Its file is looked at."""
    server.person("Ann").sends_sticker(b"a picture")

    incoming = await only(server, inbox)

    assert incoming.photo is not None
    assert not incoming.photo.first_frame
    assert await channel.fetch(incoming.photo, 1000) == b"a picture"


@pytest.mark.parametrize("what", ["sticker", "gif"])
async def test_of_what_moves_the_first_frame_is_looked_at(
    server: TelegramServer, inbox: Inbox, channel: Telegram, what: str
) -> None:
    """Telegram has a picture of it, and it is marked as such, so that the answer can say so."""
    ann = server.person("Ann")
    if what == "sticker":
        ann.sends_sticker(moving=b"first frame")
    else:
        ann.sends_gif(b"first frame", "look")

    incoming = await only(server, inbox)

    assert (incoming.kind, incoming.text) == ("photo", "look" if what == "gif" else "")
    assert incoming.photo is not None
    assert incoming.photo.first_frame
    assert await channel.fetch(incoming.photo, 1000) == b"first frame"


@pytest.mark.usefixtures("channel")
async def test_what_cannot_be_looked_at(server: TelegramServer, inbox: Inbox) -> None:
    """A film, or a GIF without a picture of it: a text without words, so that it is answered."""
    ann = server.person("Ann")
    ann.sends_video()
    ann.sends_gif(None, "see this")
    await server.until(lambda: not server.world.updates.pending)

    assert [(incoming.kind, incoming.text) for incoming in inbox.saved] == [("text", "")] * 2
