"""A web chat with a scripted bot, and pages that show it.

Every test also proves that its pages asked no other origin for anything, broke no rule of the
content security policy, and ran into no error.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.channels.webchat import WebChat
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store.engine import Store
from tests.browser.bot import ScriptedBot
from tests.browser.chat import Chat, new_chat

COMMANDS = [("start", "What I do"), ("model", "Choose the model"), ("models", "All versions")]

OpenChat = Callable[..., Awaitable[Chat]]
"""Opens the chat in a browser of its own, with Playwright's options for a context."""


@dataclass(slots=True)
class Served:
    """A web chat that can be stopped and started again on the same port."""

    settings: Settings
    store: Store
    bot: ScriptedBot = field(init=False)
    web: WebChat = field(init=False)

    async def start(self) -> None:
        photos = PhotoFiles(self.settings.home, 10**9)
        self.web = WebChat(self.store, self.settings, photos, COMMANDS)
        self.bot = ScriptedBot(self.web)
        await self.web.start(self.bot.receive)
        self.settings = self.settings.model_copy(update={"port": self.web.port})

    async def stop(self) -> None:
        await self.web.stop()
        await self.web.close()


@pytest.fixture
async def served(own_home: Path) -> AsyncIterator[Served]:
    settings = Settings(port=0, max_photo_mb=1)
    store = Store(settings.database_url)
    await store.open()
    served = Served(settings, store)
    await served.start()
    yield served
    await served.stop()
    await store.close()


@pytest.fixture
def bot(served: Served) -> ScriptedBot:
    return served.bot


@pytest.fixture
async def open_chat(served: Served, browser: Browser) -> AsyncIterator[OpenChat]:
    chats: list[Chat] = []

    async def open_chat(of: Chat | None = None, **options: object) -> Chat:
        """In a new browser profile, or one more tab beside `of`."""
        context = of.page.context if of else await browser.new_context(**options)  # type: ignore[arg-type] # passed on
        chat = await new_chat(context, served.web.address)
        chats.append(chat)
        return chat

    yield open_chat
    assert [wrong for chat in chats for wrong in chat.wrong] == []


@pytest.fixture
async def chat(open_chat: OpenChat) -> Chat:
    return await open_chat(locale="en-GB")
