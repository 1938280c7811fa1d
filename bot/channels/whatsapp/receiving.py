"""The webhook: Meta's handshake, and what people do, saved before Meta is told that it arrived.

At least once: whatever can't be saved is answered 503 and posted again, and the inbox drops what it
has already.
"""

import hashlib
import hmac
import json

import structlog
from aiohttp import web

from bot.channels.base import Receive
from bot.channels.body import read_body
from bot.channels.whatsapp.courtesy import Courtesy
from bot.channels.whatsapp.updates import to_incomings
from bot.channels.whatsapp.window import Window
from bot.conversation.messages import Incoming
from bot.errors import TooMuch
from bot.settings import Settings
from bot.store import whatsapp
from bot.store.engine import Store

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Meta's own limit is 3 MB."""
SIGNATURE_HEADER = "X-Hub-Signature-256"


class Receiving:
    """Takes what is posted to `Receive`, between `start` and `stop`."""

    def __init__(
        self, store: Store, settings: Settings, courtesy: Courtesy, window: Window
    ) -> None:
        self._store = store
        self._courtesy = courtesy
        self._window = window
        self._phone_id = settings.whatsapp_phone_id
        self._app_secret = settings.whatsapp_app_secret.get_secret_value().encode()
        self._verify_token = settings.whatsapp_verify_token.get_secret_value().encode()
        self._receive: Receive | None = None

    def start(self, receive: Receive) -> None:
        """Take what is posted from now on."""
        self._receive = receive

    def stop(self) -> None:
        """Take nothing more."""
        self._receive = None

    async def handshake(self, request: web.Request) -> web.Response:
        """Meta asks once whether the address is ours, and wants its challenge back."""
        token = request.query.get("hub.verify_token", "").encode(errors="surrogateescape")
        known = hmac.compare_digest(token, self._verify_token)
        if not known or request.query.get("hub.mode") != "subscribe":
            raise web.HTTPForbidden
        log.info("whatsapp connected")
        return web.Response(text=request.query.get("hub.challenge", ""))

    async def webhook(self, request: web.Request) -> web.Response:
        """Some of what people did: 200 once it is saved, 503 when it must come again."""
        body = await read_body(request, MAX_BODY_BYTES)
        if not self._is_signed(request, body):
            raise web.HTTPForbidden
        receive = self._receive
        if receive is None:
            raise web.HTTPServiceUnavailable
        try:
            posted = json.loads(body)
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest from None
        saved = [await self._take(each, receive) for each in to_incomings(posted, self._phone_id)]
        if not all(saved):
            raise web.HTTPServiceUnavailable
        return web.Response()

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        """Whether the app's secret signed these very bytes."""
        given = request.headers.get(SIGNATURE_HEADER, "").encode(errors="surrogateescape")
        right = "sha256=" + hmac.new(self._app_secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(given, right.encode())

    async def _take(self, incoming: Incoming, receive: Receive) -> bool:
        """Whether it is safe, or concerns us no more, or its sender is told; never raises."""
        try:
            if await self._is_outdated(incoming):
                return True
            await receive(incoming)
        except TooMuch as error:
            self._courtesy.complain(incoming, str(error))
        except Exception:  # its neighbours are saved, and Meta posts all of them again
            log.exception("a message could not be saved; WhatsApp will send it again")
            return False
        self._courtesy.heard(incoming)
        self._window.heard(incoming)
        return True

    async def _is_outdated(self, incoming: Incoming) -> bool:
        """Whether a later reaction to the same message came first: that one counts."""
        if incoming.kind != "reaction":
            return False
        async with self._store.reading() as session:
            return await whatsapp.reacted_later(session, incoming)
