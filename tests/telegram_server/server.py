"""The loopback Bot API server: HTTP, polling, webhooks, and the switches that tests turn."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from tests.telegram_server.methods import METHODS, checked_webhook
from tests.telegram_server.people import Group, Person
from tests.telegram_server.rules import ApiError, Params, checked_kinds
from tests.telegram_server.world import BOT, Json, Message, World

T = TypeVar("T")
TOKEN = "4242:AAF-loopback_token_that_must_never_be_logged"
WEBHOOK_RETRY_S = 0.05
UPDATE_PARAMS = {"offset", "limit", "timeout", "allowed_updates"}
WEBHOOK_PARAMS = {"url", "secret_token", "allowed_updates", "max_connections"}


@dataclass(frozen=True)
class Call:
    """A call of the bot's, as it was answered."""

    method: str
    params: dict[str, Any]
    ok: bool
    description: str = ""


class TelegramServer:
    """A Bot API server for one bot. `async with TelegramServer() as server:` … `server.url`.

    `on_call` is awaited after a call has taken effect and before it is answered: the instant at
    which a bot that dies does not know what it has done. `down` answers every call with 502;
    `most_updates` is how many one call of `getUpdates` gets.
    """

    def __init__(self, *, privacy_mode: bool = False) -> None:
        self.world = World()
        self.token = TOKEN
        self.url = ""
        self.calls: list[Call] = []
        self.on_call: Callable[[Call], Awaitable[None]] | None = None
        self.down = False
        self.most_updates = 100
        self.privacy_mode = privacy_mode
        self._poll: asyncio.Event | None = None
        self._webhook_url = ""
        self._webhook_secret = ""
        self._webhook: asyncio.Task[None] | None = None
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop_webhook()
        self._end_poll()
        await self._runner.cleanup()

    def person(self, name: str, *, is_bot: bool = False) -> Person:
        """A new person, who has pressed Start in a private chat with the bot."""
        return Person(self.world, name, privacy_mode=self.privacy_mode, is_bot=is_bot)

    def group(self, title: str, *, bot_is_admin: bool = True) -> Group:
        """A new group with the bot in it."""
        return Group(self.world, title, bot_is_admin=bot_is_admin)

    @property
    def is_read(self) -> bool:
        """Whether a bot waits for updates now, so that what people do reaches it."""
        return bool(self._webhook_url) or (self._poll is not None and not self._poll.is_set())

    def messages(self, chat: Person | Group) -> list[Message]:
        """What the bot wrote in a chat, oldest first."""
        return [message for message in chat.chat.messages.values() if message.by_bot]

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def until(self, what: Callable[[], T], within_s: float = 20.0) -> T:
        """Wait until `what()` is true; its value. Raises TimeoutError."""
        deadline = time.monotonic() + within_s
        while not (value := what()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {within_s} s; calls: {self.calls[-5:]}")
            await asyncio.sleep(0.005)
        return value

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        values: dict[str, Any] = {}
        try:
            if self.down:
                raise ApiError(502, "Bad Gateway")
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            values = await _values(request)
            result = await self._result(method, values)
        except ApiError as error:
            self.calls.append(Call(method, values, ok=False, description=error.description))
            return web.json_response(_refusal(error), status=error.code)
        call = Call(method, values, ok=True)
        self.calls.append(call)
        if self.on_call:
            await self.on_call(call)
        return web.json_response({"ok": True, "result": result})

    async def _result(self, method: str, values: dict[str, Any]) -> Any:
        if method in METHODS:
            act, allowed = METHODS[method]
            return act(self.world, Params(values, allowed))
        match method:
            case "getMe":
                return BOT | {"can_read_all_group_messages": not self.privacy_mode}
            case "getUpdates":
                return await self._get_updates(Params(values, UPDATE_PARAMS))
            case "setWebhook":
                return self._set_webhook(Params(values, WEBHOOK_PARAMS))
            case "deleteWebhook":
                self._stop_webhook()
                return True
        raise ApiError(404, "Not Found")

    async def _get_updates(self, params: Params) -> list[Json]:
        """Long polling: a second poller ends the first; updates stay until an offset passes."""
        if self._webhook_url:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._end_poll()
        ended = self._poll = asyncio.Event()
        self._allow(params)
        offset = params.number("offset") or 0
        limit = min(params.number("limit") or 100, self.most_updates)
        deadline = time.monotonic() + (params.number("timeout") or 0)
        while True:
            if ended.is_set():
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            updates = self.world.updates.from_offset(offset, limit)
            if updates or time.monotonic() >= deadline:
                return updates
            await asyncio.sleep(0.005)

    def _end_poll(self) -> None:
        if self._poll:
            self._poll.set()

    def _allow(self, params: Params) -> None:
        kinds = params.parsed("allowed_updates", list)
        if kinds is not None:
            self.world.updates.allowed = checked_kinds(kinds)

    def _set_webhook(self, params: Params) -> bool:
        self._stop_webhook()
        self._webhook_url, self._webhook_secret = checked_webhook(params)
        self._allow(params)
        if self._webhook_url:
            self._end_poll()
            self._webhook = asyncio.create_task(self._post_updates())
        return True

    def _stop_webhook(self) -> None:
        self._webhook_url = ""
        if self._webhook:
            self._webhook.cancel()
            self._webhook = None

    async def _post_updates(self) -> None:
        """Post one update after the other, each again until it is answered with 2xx."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._webhook_secret}
        updates = self.world.updates
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                update = updates.pending[0] if updates.pending else None
                if update and await self._posted(session, update):
                    updates.from_offset(update["update_id"] + 1, 0)
                else:
                    await asyncio.sleep(WEBHOOK_RETRY_S)

    async def _posted(self, session: aiohttp.ClientSession, update: Json) -> bool:
        try:
            async with session.post(self._webhook_url, json=update) as response:
                return response.ok
        except aiohttp.ClientError:
            return False

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            raise web.HTTPUnauthorized
        for stored in self.world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.data)
        raise web.HTTPNotFound


async def _values(request: web.Request) -> dict[str, Any]:
    """The call's parameters, from the address, a form (files as bytes) or a JSON body."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values.update(await request.json())
        return values
    for name, value in (await request.post()).items():
        values[name] = value.file.read() if isinstance(value, web.FileField) else value
    return values


def _refusal(error: ApiError) -> Json:
    refusal: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return refusal | ({"parameters": error.parameters} if error.parameters else {})
