"""One bot with the shipped models on every platform: loopback servers, and the real web chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.channels.whatsapp import WEBHOOK_PATH
from bot.settings import Settings
from tests.telegram_server import TelegramServer
from tests.whatsapp_server import WhatsAppServer


@dataclass(slots=True)
class World:
    """The bot, and its platforms."""

    app: App
    memory: MemoryChannel
    telegram: TelegramServer
    whatsapp: WhatsAppServer
    people: int = 0

    def number(self) -> int:
        self.people += 1
        return self.people


@asynccontextmanager
async def one_bot(home: Path) -> AsyncIterator[World]:
    """Started on this home; stopped in the end."""
    async with TelegramServer() as telegram, WhatsAppServer() as whatsapp:
        known = {"telegram_token": telegram.token, "telegram_api": telegram.url}
        known |= {"home": home, "port": 0, "album_debounce_s": 0.5, **whatsapp.settings}
        memory = MemoryChannel()
        app = App(Settings.model_validate(known), more=[memory])
        await app.start()
        whatsapp.webhook = f"http://127.0.0.1:{app.webchat.port}{WEBHOOK_PATH}"
        yield World(app, memory, telegram, whatsapp)
        await app.stop()
