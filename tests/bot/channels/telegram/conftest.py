"""The channel against the loopback Bot API server, with an inbox that can be told to fail."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Receive
from bot.channels.telegram import Telegram
from bot.settings import Settings
from tests.bot.channels.telegram.inbox import Inbox, Start
from tests.telegram_server import TelegramServer

COMMANDS = [("start", "What I can do"), ("model", "Choose the model that answers")]
ADMIN_COMMANDS = [("retrain", "learn from what people said")]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def start(server: TelegramServer, inbox: Inbox) -> AsyncIterator[Start]:
    """Starts a channel with the inbox (or another `Receive`) and more settings."""
    channels: list[Telegram] = []

    async def start(receive: Receive = inbox.receive, **settings: object) -> Telegram:
        known = {"telegram_token": server.token, "telegram_api": server.url}
        channel = Telegram(Settings.model_validate(known | settings), COMMANDS, ADMIN_COMMANDS)
        channels.append(channel)
        await channel.start(receive)
        return channel

    yield start
    for channel in channels:
        await channel.stop()
        await channel.close()


@pytest.fixture
async def channel(server: TelegramServer, start: Start) -> Telegram:
    """The channel, polling."""
    channel = await start()
    await server.until(lambda: server.is_read)
    return channel
