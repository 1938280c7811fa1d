"""Who a browser is: a random token in a cookie, its hash in the database."""

import time
from collections import deque
from dataclasses import replace

from aiohttp import web

from bot.errors import TooMuch
from bot.settings import Settings
from bot.store import web as rows
from bot.store.engine import Store
from bot.store.web import CHANNEL, Visitor

COOKIE = "nonesuch"
COOKIE_AGE_S = 365 * 24 * 3600
NEW_IN_A_MINUTE = 120
"""New sessions taken in a minute from everybody together: each costs rows that stay."""


class Sessions:
    """Finds and makes the sessions of browsers."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._admins = settings.admin_ids
        self._secure = settings.public_url.startswith("https:")
        self._made: deque[float] = deque(maxlen=NEW_IN_A_MINUTE)

    async def find(self, request: web.Request) -> Visitor | None:
        """Who sent this request; None for a browser that has no session."""
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None
        async with self._store.reading() as session:
            found = await rows.visitor(session, token)
        if found and f"{CHANNEL}:{found.person}" in self._admins:
            return replace(found, is_admin=True)
        return found

    async def visitor(self, request: web.Request) -> Visitor:
        """Who sent this request. Raises 401 for a browser that has no session."""
        found = await self.find(request)
        if not found:
            raise web.HTTPUnauthorized(text="This browser has no chat yet. Load the page again.")
        return found

    async def admin(self, request: web.Request) -> Visitor:
        """The admin who sent this request. Raises 403 for everybody else."""
        found = await self.find(request)
        if not found or not found.is_admin:
            raise web.HTTPForbidden(
                text="This page is for admins. To become one, use the link that "
                "`python -m bot admin-link` prints where the bot runs."
            )
        return found

    async def make(self) -> tuple[Visitor, str]:
        """A new person and their token. Raises `TooMuch` when very many come at once."""
        now_s = time.monotonic()
        if len(self._made) == NEW_IN_A_MINUTE and now_s - self._made[0] < 60:
            raise TooMuch("Many people are arriving just now. Please try again in a minute.")
        self._made.append(now_s)
        async with self._store.writing() as session:
            return await rows.add_session(session)

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Put a token into the browser's cookie."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_AGE_S,
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )
