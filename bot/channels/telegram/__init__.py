"""Telegram, through python-telegram-bot's client: what comes in, what goes out, and its limits.

Only the client's `Bot` is used, not its `Application`: that one tells Telegram that an update
arrived before anybody has saved it. `receiving` polls or takes webhooks instead.
"""

import logging
import os

import httpx
from aiohttp import web
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.base import Commands, Receive
from bot.channels.telegram.courtesy import Courtesy
from bot.channels.telegram.files import fetch
from bot.channels.telegram.menu import Menu
from bot.channels.telegram.receiving import Receiving
from bot.channels.telegram.sending import MAX_TEXT_UNITS, Sending
from bot.channels.telegram.updates import NAME
from bot.conversation.messages import Limits, Photo, Reply
from bot.settings import Settings

WEBHOOK_PATH = "/telegram"
"""Where Telegram posts updates, below the public address."""
MOST_MESSAGES = 4
"""Into so many a long text is split; what is longer still is cut."""
ANSWER_TIMEOUT_S = 20.0
"""Long, because a message whose answer we gave up on is sent a second time."""


class Telegram:
    """The Telegram channel. `commands` are its menu, with `admin_commands` for admins."""

    name = NAME
    limits = Limits(text_units=MOST_MESSAGES * MAX_TEXT_UNITS, buttons=100, button_units=64)

    def __init__(
        self, settings: Settings, commands: Commands = (), admin_commands: Commands = ()
    ) -> None:
        # Their lines carry the token (httpx: every address; the client: the webhook's secret, at
        # DEBUG). Whatever goes wrong comes to us as an exception all the same.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("telegram").setLevel(logging.CRITICAL)
        # The client's opt-in to durations as timedelta; without it every 429 gives a warning.
        os.environ["PTB_TIMEDELTA"] = "1"
        self._requests = (
            HTTPXRequest(connection_pool_size=1),
            HTTPXRequest(read_timeout=ANSWER_TIMEOUT_S, pool_timeout=ANSWER_TIMEOUT_S),
        )
        self._bot = _bot(settings, *self._requests)
        self._files = httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S)
        self._courtesy = Courtesy(self._bot)
        self._sending = Sending(self._bot, self._courtesy, settings.home)
        secret = settings.telegram_webhook_secret.get_secret_value()
        by_webhook = bool(settings.public_url and secret)
        self._receiving = Receiving(
            self._bot,
            self._courtesy,
            Menu(self._bot, self._courtesy, commands, admin_commands, _admins(settings)),
            webhook_url=settings.public_url.rstrip("/") + WEBHOOK_PATH if by_webhook else "",
            secret=secret,
            all_photos=settings.groups == "all",
        )
        self._by_webhook = by_webhook

    def mount(self, app: web.Application) -> None:
        """Take webhooks on the web chat's server; does nothing when Telegram is polled."""
        if self._by_webhook:
            app.router.add_post(WEBHOOK_PATH, self._receiving.webhook)

    async def start(self, receive: Receive) -> None:
        """Begin to receive, beside the rest of the service, as soon as Telegram can be reached."""
        self._receiving.start(receive)

    async def stop(self) -> None:
        """Stop receiving at once. What is not saved yet, Telegram delivers after the next start."""
        await self._receiving.stop()

    async def close(self) -> None:
        """Release connections."""
        await self._courtesy.close()
        for request in self._requests:
            await request.shutdown()
        await self._files.aclose()

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The photo's bytes. Raises `BadPhoto` (too large, gone) or `TryAgain`."""
        return await fetch(self._bot, self._files, photo, max_bytes)

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """Send or edit; returns the message's id, empty when there was only a notice to show.

        Telegram knows no idempotency key: a reply whose sending was cut off by a crash is sent
        again. Raises `TryAgain` or `Undeliverable`.
        """
        return await self._sending.send(chat, reply)

    async def typing(self, chat: str) -> None:
        """Show that an answer is being made."""
        self._courtesy.typing(chat)


def _admins(settings: Settings) -> list[str]:
    """The ids of those whom the settings make admins, and who can be Telegram's."""
    people = (person.partition(":") for person in sorted(settings.admin_ids))
    return [number for channel, _, number in people if channel == NAME and number.isdecimal()]


def _bot(settings: Settings, updates: HTTPXRequest, rest: HTTPXRequest) -> ExtBot[int]:
    """The client. Its limiter spreads messages out (30 a second, 20 a minute in a group).

    It retries nothing: after a 429 it would halt all chats, while our outbox, told by `TryAgain`,
    lets only the one chat wait.
    """
    api = settings.telegram_api.rstrip("/")
    return ExtBot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=rest,
        get_updates_request=updates,
        rate_limiter=AIORateLimiter(max_retries=0),
    )
