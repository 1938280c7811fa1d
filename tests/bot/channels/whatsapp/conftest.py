"""The channel against the loopback Cloud API server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WEBHOOK_PATH, WhatsApp
from bot.intake import Intake
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store.engine import Store
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import Person, WhatsAppServer


@pytest.fixture
async def server() -> AsyncIterator[WhatsAppServer]:
    async with WhatsAppServer() as server:
        yield server


@pytest.fixture
async def bot(server: WhatsAppServer, own_home: Path) -> AsyncIterator[Bot]:
    settings = Settings.model_validate({"port": 0, "messages_per_minute": 20, **server.settings})
    store = Store(settings.database_url)
    await store.open()
    web = WebChat(store, settings, PhotoFiles(settings.home, 10**9))
    bot = Bot(WhatsApp(store, settings), web, store, Intake(store, settings))
    bot.channel.mount(web.app)
    await web.start(bot.intake.save)
    await bot.channel.start(bot.receive)
    server.webhook = f"http://127.0.0.1:{web.port}{WEBHOOK_PATH}"
    yield bot
    await bot.channel.stop()
    await bot.channel.close()
    await web.close()
    await store.close()


@pytest.fixture
def ann(server: WhatsAppServer) -> Person:
    return server.person("Ann")
