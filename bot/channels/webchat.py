"""The web chat as a channel: a page of our own, served by aiohttp.

Everything about HTTP is in `bot.web`; here its parts are put together and the channel's own verbs
are: send, type, fetch. The bot's other pages and webhooks are added to `app` before `start`.
"""

from dataclasses import replace

import structlog
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import pictures
from bot.channels.base import Commands, Limits, Receive
from bot.conversation.messages import Incoming, Photo, Reply
from bot.errors import TooMuch, TryAgain
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import web as rows
from bot.store.engine import Store
from bot.store.web import CHANNEL
from bot.web import bubbles, guard
from bot.web.addresses import only_so_much
from bot.web.admin import AdminApi
from bot.web.events import EventApi, Streams
from bot.web.page import PageApi
from bot.web.pictures import PictureApi
from bot.web.posts import PostApi
from bot.web.sessions import Sessions
from model.errors import BadPhoto, NonesuchError

log = structlog.get_logger(__name__)

SHUTDOWN_S = 5.0
"""How long requests that are being answered may take after the streams were closed."""


class WebChat:
    """The channel `webchat`: one chat a browser, its id is its person's."""

    name = CHANNEL
    limits = Limits(text_units=8192, buttons=100, button_units=80)

    def __init__(
        self,
        store: Store,
        settings: Settings,
        photos: PhotoFiles,
        commands: Commands = (),
        admin_commands: Commands = (),
    ) -> None:
        self._store = store
        self._settings = settings
        self._photos = photos
        self._streams = Streams()
        self._to: Receive | None = None
        self.sessions = sessions = Sessions(store, settings)
        self.app = web.Application(
            middlewares=[
                guard.in_their_language,
                guard.errors,
                guard.only_own_host(settings),
                guard.only_own_pages(settings),
                only_so_much(settings),
            ],
            client_max_size=64 * 1024,
        )
        """The web server's application, open for more routes until `start`."""
        self.app.on_response_prepare.append(guard.strict_headers)
        self.app.on_shutdown.append(self._streams.close)
        for api in (
            PageApi(store, settings, sessions, self._receive, commands, admin_commands),
            PostApi(store, settings, photos, sessions, self._streams, self._receive),
            EventApi(store, sessions, self._streams),
            PictureApi(store, settings, photos, sessions),
            AdminApi(store, sessions),
        ):
            api.add_to(self.app.router)
        self._runner: web.AppRunner | None = None

    async def start(self, receive: Receive) -> None:
        """Serve. Raises `NonesuchError` when the address can't be had."""
        self._to = receive
        await self._hand_over_the_rest()
        self._runner = web.AppRunner(
            self.app,
            access_log=None,  # it would hold the token of the admin link
            auto_decompress=False,  # or few bytes could become very many
            shutdown_timeout=SHUTDOWN_S,
        )
        await self._runner.setup()
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise NonesuchError(
                f"The web chat can't listen on {host} port {port}: {error.strerror}. "
                "Stop what uses it, or choose another port with NONESUCH_PORT."
            ) from error

    async def stop(self) -> None:
        """Take nothing more; the open pages still get their answers until `close`."""
        self._to = None

    async def close(self) -> None:
        """End the event streams and stop serving."""
        if self._runner:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port that is served: the setting's, or the free one that was found."""
        if not self._runner or not self._runner.addresses:
            return self._settings.port
        return int(self._runner.addresses[0][1])

    @property
    def address(self) -> str:
        """Where people reach the chat."""
        return self._settings.model_copy(update={"port": self.port}).address

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The bytes received. Raises `BadPhoto` if they are too many or gone."""
        data = await self._photos.read_received(photo.ref)
        if len(data) > max_bytes:
            raise BadPhoto("That file is too large for me. Send a smaller one.")
        return data

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """Show a new bubble, or change one; the same key is shown once."""
        if reply.notice:
            self._streams.say(chat, "notice", {"text": reply.notice, "tap": reply.tap_id})
        if not reply.text:
            return reply.edits or ""
        if reply.picture and not await pictures.is_there(self._settings.home, reply.picture):
            reply = replace(reply, picture=None)
        async with self._store.writing() as session:
            message_id = await self._shown(session, chat, reply, key)
        self._streams.changed(chat)
        return message_id

    @staticmethod
    async def _shown(session: AsyncSession, chat: str, reply: Reply, key: str) -> str:
        if reply.edits is None:
            quoted = await rows.message(session, chat, reply.reply_to)
            payload = bubbles.reply_payload(reply, quoted, None)
            return str((await rows.add_message(session, chat, key, "bot", payload)).id)
        before = await rows.message(session, chat, reply.edits)
        if before:
            payload = bubbles.reply_payload(reply, None, before.payload)
            await rows.change_message(session, before, payload)
        return reply.edits

    async def typing(self, chat: str) -> None:
        """Show the moving dots in the open pages."""
        self._streams.say(chat, "typing", {})

    async def _receive(self, incoming: Incoming) -> bool:
        if self._to is None:
            raise TryAgain("I'm restarting. Your message goes out by itself in a moment.")
        return await self._to(incoming)

    async def _hand_over_the_rest(self) -> None:
        """Hand over what a crash left between its bubble and the inbox."""
        async with self._store.reading() as session:
            left = await rows.not_received(session)
        for row in left:
            try:
                await self._receive(bubbles.incoming(row))
            except TooMuch as error:
                log.warning("message not taken", chat=row.chat, why=str(error))
