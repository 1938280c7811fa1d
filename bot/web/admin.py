"""The one-time link that makes a browser's person an admin.

Opening the link shows a page with a button and uses nothing up, because link previews open links
too. The button does. The browser then gets a new cookie, so that a copy of the old one is no
admin's.
"""

from aiohttp import web

from bot.store import people
from bot.store import web as rows
from bot.store.engine import Store
from bot.store.web import CHANNEL
from bot.web import labels
from bot.web.sessions import Sessions

FROM_HERE = {"Referrer-Policy": "same-origin"}
"""With `no-referrer` a form is sent with `Origin: null`, which would tell nothing of its page."""


async def make_admin_link(store: Store, address: str) -> str:
    """A new link, good once and for 15 minutes. `address` is where the web chat is reached."""
    async with store.writing() as session:
        token = await rows.add_admin_link(session)
    return f"{address}/admin/{token}"


class AdminApi:
    """GET and POST /admin/{token}."""

    def __init__(self, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get("/admin/{token}", self.ask)
        router.add_post("/admin/{token}", self.use)

    async def ask(self, _: web.Request) -> web.Response:
        """The page with the button."""
        return labels.page("admin.html", headers=FROM_HERE)

    async def use(self, request: web.Request) -> web.StreamResponse:
        """Make this browser's person an admin and go to the chat."""
        visitor = await self._sessions.find(request)
        if visitor is None:
            visitor, _ = await self._sessions.make()
        key = f"{CHANNEL}:{visitor.person}"
        async with self._store.writing() as session:
            if not await rows.use_admin_link(session, request.match_info["token"], key):
                return labels.page("admin-over.html", status=410)
            await people.ensure_person(session, key, "")
            await people.make_admin(session, key)
            token = await rows.rotate_session(session, visitor.person)
        response = web.HTTPSeeOther("/")
        self._sessions.give(response, token)
        raise response
