"""Photos from Telegram's file server."""

from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.conversation.messages import Photo
from bot.errors import TryAgain
from model.errors import BadPhoto
from tests.bot.channels.telegram.inbox import Inbox
from tests.telegram_server import TelegramServer

MIB = 1024 * 1024


async def sent(
    server: TelegramServer, inbox: Inbox, data: bytes, claimed_bytes: int | None = None
) -> Photo:
    """A photo as the channel names it."""
    server.person("Ann").sends_photo(data, claimed_bytes=claimed_bytes)
    await server.until(lambda: inbox.saved)
    photo = inbox.saved[-1].photo
    assert photo is not None
    return photo


async def test_the_bytes(server: TelegramServer, inbox: Inbox, channel: Telegram) -> None:
    """The bytes come as they were sent, also when there are exactly as many as may be."""
    data = bytes(range(256)) * 40
    photo = await sent(server, inbox, data)

    assert await channel.fetch(photo, len(data)) == data


async def test_a_photo_that_says_it_is_too_large(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """A photo that Telegram says is too large is not asked for at all."""
    photo = await sent(server, inbox, bytes(2 * MIB))

    with pytest.raises(BadPhoto, match="larger than 1 MB"):
        await channel.fetch(photo, MIB)
    assert server.calls_of("getFile") == []


async def test_a_photo_that_lies_about_its_size(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Bytes are counted while they come, whatever was claimed."""
    photo = await sent(server, inbox, bytes(2 * MIB), claimed_bytes=10)

    with pytest.raises(BadPhoto, match="larger than 1 MB"):
        await channel.fetch(photo, MIB)


async def test_a_photo_over_telegrams_own_limit(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Past the 20 MB that bots may download the sentence names that limit."""
    photo = await sent(server, inbox, bytes(21 * MIB), claimed_bytes=10)

    with pytest.raises(BadPhoto, match="larger than 20 MB"):
        await channel.fetch(photo, 100 * MIB)


async def test_a_photo_that_is_gone(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """A photo that Telegram has no more is asked for again."""
    with pytest.raises(BadPhoto, match="send it again"):
        await channel.fetch(Photo("no such file"), MIB)


async def test_no_file_of_this_machine_is_read(
    server: TelegramServer,
    inbox: Inbox,
    channel: Telegram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A local file with the name that Telegram gives is left alone."""
    photo = await sent(server, inbox, b"from Telegram")
    monkeypatch.chdir(tmp_path)
    for stored in server.world.files.values():
        local = tmp_path / stored.path
        local.parent.mkdir(exist_ok=True)
        local.write_bytes(b"from this machine")

    assert await channel.fetch(photo, MIB) == b"from Telegram"


async def test_telegram_is_away(server: TelegramServer, inbox: Inbox, channel: Telegram) -> None:
    """While Telegram does not answer, a photo is to be tried again."""
    photo = await sent(server, inbox, b"bytes")
    server.down = True

    with pytest.raises(TryAgain):
        await channel.fetch(photo, MIB)
