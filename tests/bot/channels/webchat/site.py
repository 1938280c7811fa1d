"""A running web chat with the real store and the real intake."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.channels.webchat import WebChat
from bot.conversation.messages import Incoming
from bot.intake import Intake
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import web
from bot.store.engine import Store
from bot.store.tables import Inbox
from tests.bot.channels.webchat.page import Page


@dataclass(slots=True)
class Site:
    """The parts, and what tests ask of them."""

    web: WebChat
    store: Store
    settings: Settings
    photos: PhotoFiles
    intake: Intake

    async def received(self, kind: str = "") -> list[Incoming]:
        """What the inbox holds, in the order of arrival; the greeting left out."""
        async with self.store.reading() as session:
            payloads = await session.scalars(select(Inbox.payload).order_by(Inbox.id))
        all_of_them = [Incoming.from_json(payload) for payload in payloads]
        return [
            one
            for one in all_of_them
            if not one.external_id.startswith("hello:") and kind in {"", one.kind}
        ]

    async def person(self, page: Page) -> str:
        """Who this page's browser is, which is also the id of its chat."""
        token = next(iter(page.cookies)).value
        async with self.store.reading() as session:
            found = await web.visitor(session, token)
        assert found
        return found.person


Serve = Callable[..., Coroutine[Any, Any, Site]]
"""Starts a web chat with these settings."""
OpenPage = Callable[..., Coroutine[Any, Any, Page]]
"""Opens a page of a site, in a browser of its own."""
