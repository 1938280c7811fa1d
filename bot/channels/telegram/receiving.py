"""Updates from Telegram, by long polling or webhook, each saved before Telegram is told so.

At least once: whatever fails between Telegram and the database is delivered again, and the inbox
drops what it has already.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from aiohttp import web
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Receive
from bot.channels.body import read_body
from bot.channels.telegram.courtesy import Courtesy
from bot.channels.telegram.errors import wait_s
from bot.channels.telegram.menu import Menu
from bot.channels.telegram.updates import ALLOWED, to_incoming
from bot.errors import TooMuch

log = structlog.get_logger(__name__)

LONG_POLL_S = 30
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0
MAX_UPDATE_BYTES = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

REFUSED = (
    "Telegram refuses the token. Get the right one from @BotFather, set NONESUCH_TELEGRAM_TOKEN "
    "and start again; the web chat goes on meanwhile."
)
CONFLICT = (
    "Another program reads this bot's messages too. Stop it, or give each a bot of its own; "
    "until then people's messages go to either."
)


class Receiving:
    """Takes updates to `Receive`. With a `webhook_url` Telegram posts them, else we poll."""

    def __init__(
        self,
        bot: Bot,
        courtesy: Courtesy,
        menu: Menu,
        webhook_url: str,
        secret: str,
        all_photos: bool,
    ) -> None:
        self._bot = bot
        self._courtesy = courtesy
        self._menu = menu
        self._webhook_url = webhook_url
        self._secret = secret.encode()
        self._all_photos = all_photos
        self._receive: Receive | None = None
        self._username = ""
        self._offset: int | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, receive: Receive) -> None:
        """Begin, in a task of its own: a Telegram that is down keeps nothing else from starting."""
        self._receive = receive
        self._task = asyncio.create_task(self._run(receive))

    async def stop(self) -> None:
        """Stop at once. An update that is being saved is cut off, and delivered again later."""
        self._receive = None
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, receive: Receive) -> None:
        await _until_done(self._connect)
        while not self._webhook_url:
            await _until_done(partial(self._poll, receive))

    async def _connect(self) -> None:
        me = await self._bot.get_me()
        self._username = me.username or ""
        if self._webhook_url:
            await self._bot.set_webhook(
                self._webhook_url, allowed_updates=ALLOWED, secret_token=self._secret.decode()
            )
        else:
            await self._bot.delete_webhook()
        log.info("telegram connected", bot=f"@{me.username}", webhook=self._webhook_url or None)
        log.warning("in groups, reactions reach the bot only where it is an administrator")
        if not me.can_read_all_group_messages:
            log.warning("in groups, photos reach the bot only with /setprivacy off at @BotFather")
        await self._menu.show()

    async def _poll(self, receive: Receive) -> None:
        """Fetch once and save; only then does the offset move, which confirms to Telegram.

        The offset is left out when there is nothing to confirm, because after a week of silence
        Telegram starts again with any number, a smaller one too.
        """
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=LONG_POLL_S, allowed_updates=ALLOWED
        )
        self._offset = None
        for update in updates:
            await self._take(update, receive)
            self._offset = update.update_id + 1

    async def webhook(self, request: web.Request) -> web.Response:
        """One update posted by Telegram: 200 once it is saved, 503 when it must come again."""
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            raise web.HTTPForbidden
        body = await read_body(request, MAX_UPDATE_BYTES)
        receive = self._receive
        if receive is None or not self._username:
            raise web.HTTPServiceUnavailable
        try:
            update = Update.de_json(json.loads(body), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise web.HTTPBadRequest from None
        try:
            await self._take(update, receive)
        except Exception:
            log.exception("an update could not be saved; Telegram will send it again")
            raise web.HTTPServiceUnavailable from None
        return web.Response()

    async def _take(self, update: Update, receive: Receive) -> None:
        """Save one update. Returns once it is safe, or concerns us not, or its sender is told."""
        if update.callback_query:
            self._courtesy.tapped(update.callback_query.id)
        incoming = to_incoming(update, self._username, self._all_photos)
        if incoming is None:
            return
        self._menu.met(incoming.chat)
        try:
            await receive(incoming)
        except TooMuch as error:
            if incoming.asked:
                self._courtesy.complain(incoming.person, incoming.chat, str(error))


async def _until_done(step: Callable[[], Awaitable[None]]) -> None:
    """Run a step until it succeeds, waiting twice as long after each failure."""
    pause_s = FIRST_WAIT_S
    while True:
        try:
            return await step()
        except InvalidToken:
            log.error(REFUSED)
        except Conflict:
            log.error(CONFLICT)
        except RetryAfter as error:
            pause_s = max(pause_s, wait_s(error))
        except TelegramError as error:
            log.warning("telegram call failed", why=str(error), again_in_s=pause_s)
        except Exception:
            log.exception("an update could not be saved; it will be read again")
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_WAIT_S)
