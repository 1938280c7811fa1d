"""Photos: a link is asked for and used at once, with the token."""

import pytest

from bot.conversation.messages import Photo
from bot.errors import TryAgain
from model.errors import BadPhoto
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import WhatsAppServer


async def test_each_time_a_fresh_link(server: WhatsAppServer, bot: Bot) -> None:
    """A link is good once; a photo can be had again all the same."""
    photo = Photo(server.world.store(b"bytes", "image/jpeg").id)

    assert await bot.channel.fetch(photo, 100) == b"bytes"
    assert await bot.channel.fetch(photo, 100) == b"bytes"
    assert server.world.links == {}


async def test_a_link_that_expired(server: WhatsAppServer, bot: Bot) -> None:
    """Is no reason to give up the photo: the next try gets a new one."""
    photo = Photo(server.world.store(b"bytes", "image/jpeg").id)
    server.slow_link = True
    with pytest.raises(TryAgain):
        await bot.channel.fetch(photo, 100)

    server.slow_link = False
    assert await bot.channel.fetch(photo, 100) == b"bytes"


@pytest.mark.parametrize("claimed_bytes", [None, 5])
async def test_too_large(server: WhatsAppServer, bot: Bot, claimed_bytes: int | None) -> None:
    """By what WhatsApp says of it, or found while reading."""
    photo = Photo(server.world.store(b"x" * 101, "image/jpeg", claimed_bytes).id)

    with pytest.raises(BadPhoto, match="larger than"):
        await bot.channel.fetch(photo, 100)


async def test_gone(server: WhatsAppServer, bot: Bot) -> None:
    """A file that WhatsApp keeps no longer is asked for again, of the person."""
    stored = server.world.store(b"bytes", "image/jpeg")
    stored.gone = True

    with pytest.raises(BadPhoto, match="send it again"):
        await bot.channel.fetch(Photo(stored.id), 100)


async def test_an_outage(server: WhatsAppServer, bot: Bot) -> None:
    """Is waited for."""
    photo = Photo(server.world.store(b"bytes", "image/jpeg").id)
    server.down = True

    with pytest.raises(TryAgain):
        await bot.channel.fetch(photo, 100)
