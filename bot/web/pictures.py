"""Photos, to the people who sent them and to admins; our pictures, to the chat that they are in.

Of a photo, the kept form is served once there is one; until then what was received, only to its
sender, and only if its first bytes are those of a format that browsers show. Nothing that could
hold a script: our pictures are JPEG or PNG.
"""

from aiohttp import web

from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import answers
from bot.store import web as rows
from bot.store.engine import Store
from bot.web.sessions import Sessions
from model.errors import BadPhoto

SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox"}
KEPT = {**SANDBOX, "Cache-Control": "private, max-age=31536000, immutable"}
SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (4, b"ftypavif", "image/avif"),
    (8, b"WEBP", "image/webp"),
)
"""(offset, bytes, type) of the pictures that browsers show."""


def content_type(data: bytes) -> str | None:
    """The type of a picture that browsers show; None for anything else."""
    return next((kind for at, sign, kind in SIGNATURES if data.startswith(sign, at)), None)


class PictureApi:
    """GET /photos/{sha256}, /pictures/{bubble}/{file name}."""

    def __init__(
        self, store: Store, settings: Settings, photos: PhotoFiles, sessions: Sessions
    ) -> None:
        self._store = store
        self._home = settings.home
        self._photos = photos
        self._sessions = sessions

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get("/photos/{sha256:[0-9a-f]{64}}", self.photo)
        router.add_get("/pictures/{bubble:[0-9]{1,18}}/{name}", self.picture)

    async def photo(self, request: web.Request) -> web.StreamResponse:
        """The photo; 404 for whoever may not see it, as if it were not there."""
        visitor, sha256 = await self._sessions.visitor(request), request.match_info["sha256"]
        async with self._store.reading() as session:
            sender = await rows.shows_photo(session, visitor.person, sha256)
            kept = await answers.photo(session, sha256)
        if kept and kept.path and (sender or visitor.is_admin):
            return web.FileResponse(self._home / kept.path, headers=KEPT)
        if sender:
            return await self._received(sha256)
        raise web.HTTPNotFound

    async def picture(self, request: web.Request) -> web.FileResponse:
        """The picture in a bubble of ours; 404 for whoever may not see it, and once it is gone."""
        visitor = await self._sessions.visitor(request)
        async with self._store.reading() as session:
            row = await rows.any_message(session, request.match_info["bubble"])
        shown = row.payload.get("picture") if row else None
        if row is None or not shown or not (visitor.is_admin or row.chat == visitor.person):
            raise web.HTTPNotFound
        path = self._home / shown["path"]
        if path.name != request.match_info["name"]:  # it shows another one by now
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=KEPT)

    async def _received(self, sha256: str) -> web.Response:
        try:
            data = await self._photos.read_received(sha256)
        except BadPhoto:
            raise web.HTTPNotFound from None
        kind = content_type(data)
        if kind is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type=kind, headers=SANDBOX)
