"""The page itself, what it starts with, and its older bubbles."""

import contextlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from aiohttp import web

from bot.channels.base import Commands, Receive
from bot.conversation.catalogue import speaking, spoken, translated
from bot.conversation.messages import Incoming
from bot.errors import TooMuch
from bot.settings import Settings
from bot.store import web as rows
from bot.store.engine import Store
from bot.store.tables import WebMessage
from bot.store.web import CHANNEL, Visitor
from bot.web import labels
from bot.web.bubbles import bubble
from bot.web.labels import STATIC
from bot.web.language import language_hint
from bot.web.sessions import Sessions

REVALIDATE = {"Cache-Control": "no-cache"}
PAGE_OF_HISTORY = 60


class PageApi:
    """GET /, /static/…, /healthz, /api/history; POST /api/open."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        sessions: Sessions,
        receive: Receive,
        commands: Commands,
        admin_commands: Commands,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._receive = receive
        self._max_photo_bytes = settings.max_photo_bytes
        self._commands = commands
        self._for_admins = (*commands, *admin_commands)
        self._files = {path.name: path for path in STATIC.iterdir() if path.suffix != ".html"}

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get("/", self.index)
        router.add_get("/static/{name}", self.static)
        router.add_get("/healthz", self.health)
        router.add_post("/api/open", self.open)
        router.add_get("/api/history", self.history)

    async def index(self, request: web.Request) -> web.Response:
        """The chat page, in the language that its person chose, else in the browser's."""
        with _speaking_with(await self._sessions.find(request)):
            return labels.page("index.html")

    async def static(self, request: web.Request) -> web.FileResponse:
        """What the pages are made of."""
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=REVALIDATE)

    async def health(self, _: web.Request) -> web.Response:
        """Answers as soon as the bot is ready, because only then it listens."""
        return web.json_response({"status": "ready"})

    async def open(self, request: web.Request) -> web.Response:
        """What a page starts with. A browser that is new gets its session and a greeting."""
        visitor, token = await self._sessions.find(request), None
        if visitor is None:
            visitor, token = await self._sessions.make()
        async with self._store.reading() as session:
            revision = await rows.newest_revision(session, visitor.person)
            shown = await rows.history(session, visitor.person, None, PAGE_OF_HISTORY)
        if not shown:
            await self._greet(visitor, language_hint(request))
        commands = self._for_admins if visitor.is_admin else self._commands
        with _speaking_with(visitor):
            suggested = _suggestions(commands)
        response = web.json_response(
            {
                "commands": suggested,
                "max_photo_bytes": self._max_photo_bytes,
                "admin": visitor.is_admin,
                "revision": revision,
                **_page(shown),
            }
        )
        if token:
            self._sessions.give(response, token)
        return response

    async def history(self, request: web.Request) -> web.Response:
        """The bubbles before `?before=`, a bubble's id."""
        person = (await self._sessions.visitor(request)).person
        before = rows.number(request.query.get("before", ""))
        if before is None:
            raise web.HTTPBadRequest(text="Say before which message: ?before=id.")
        async with self._store.reading() as session:
            shown = await rows.history(session, person, before, PAGE_OF_HISTORY)
        return web.json_response(_page(shown))

    async def _greet(self, visitor: Visitor, language: str) -> None:
        start = Incoming(
            channel=CHANNEL,
            external_id=f"hello:{visitor.person}",
            kind="text",
            chat=visitor.person,
            sender=visitor.person,
            message="hello",
            text="/start",
            language=language,
        )
        with contextlib.suppress(TooMuch):  # the page is useful without a greeting
            await self._receive(start)


def _speaking_with(visitor: Visitor | None) -> AbstractContextManager[None]:
    return speaking((visitor and visitor.language) or spoken())


def _suggestions(commands: Commands) -> list[dict[str, str]]:
    return [{"name": name, "about": translated(about)} for name, about in commands]


def _page(shown: Sequence[WebMessage]) -> dict[str, Any]:
    return {"messages": [bubble(row) for row in shown], "more": len(shown) == PAGE_OF_HISTORY}
