"""WhatsApp, through Meta's Cloud API: what comes in by webhook, what goes out, and its limits.

Nothing can be edited there, so what would change a message is a new one that quotes it. Groups are
left alone.
"""

from aiohttp import web

from bot.channels.base import Receive
from bot.channels.whatsapp.choices import LABEL_UNITS, MOST_CHOICES
from bot.channels.whatsapp.cloud import CloudApi
from bot.channels.whatsapp.courtesy import Courtesy
from bot.channels.whatsapp.files import fetch
from bot.channels.whatsapp.receiving import Receiving
from bot.channels.whatsapp.sending import MAX_TEXT_UNITS, Sending
from bot.channels.whatsapp.updates import NAME
from bot.channels.whatsapp.window import Window
from bot.conversation.messages import Limits, Photo, Reply
from bot.settings import Settings
from bot.store.engine import Store

WEBHOOK_PATH = "/whatsapp"
"""Where Meta posts what people do, below the public address."""


class WhatsApp:
    """The WhatsApp channel: one chat a person, whose id is the person's."""

    name = NAME
    limits = Limits(
        text_units=MAX_TEXT_UNITS, buttons=MOST_CHOICES, button_units=LABEL_UNITS, can_edit=False
    )

    def __init__(self, store: Store, settings: Settings) -> None:
        self._api = CloudApi(settings)
        self._courtesy = Courtesy(self._api)
        window = Window(store)
        self._sending = Sending(self._api, window, settings.home)
        self._receiving = Receiving(store, settings, self._courtesy, window)

    def mount(self, app: web.Application) -> None:
        """Take webhooks on the web chat's server."""
        app.router.add_get(WEBHOOK_PATH, self._receiving.handshake)
        app.router.add_post(WEBHOOK_PATH, self._receiving.webhook)

    async def start(self, receive: Receive) -> None:
        """Take what is posted."""
        self._receiving.start(receive)

    async def stop(self) -> None:
        """Take nothing more: Meta posts it again, for up to seven days."""
        self._receiving.stop()

    async def close(self) -> None:
        """Release connections."""
        await self._courtesy.close()
        await self._api.close()

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The photo's bytes. Raises `BadPhoto` (too large, gone) or `TryAgain`."""
        return await fetch(self._api, photo, max_bytes)

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """Send; returns the message's id, empty when there was only a notice.

        WhatsApp knows no idempotency key: a reply whose sending was cut off by a crash is sent
        again. Raises `TryAgain`, `NotYet` (24 hours after the person's last message) or
        `Undeliverable`.
        """
        return await self._sending.send(chat, reply)

    async def typing(self, chat: str) -> None:
        """Show that an answer is being made, and that the message was read."""
        self._courtesy.typing(chat)
