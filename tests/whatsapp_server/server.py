"""The loopback Cloud API server: HTTP, signed webhooks, and the switches that tests turn."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import Callable
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from tests.whatsapp_server import rules
from tests.whatsapp_server.people import Person
from tests.whatsapp_server.rules import ApiError, Json
from tests.whatsapp_server.world import Message, World

T = TypeVar("T")
TOKEN = "EAAG-loopback_token_that_must_never_be_logged"
APP_SECRET = "0123456789abcdef-the-apps-secret"
VERIFY_TOKEN = "a-word-of-our-own"
PHONE_ID = "106540352242922"
VERSION = "v25.0"
RETRY_S = 0.05


class WhatsAppServer:
    """A Cloud API server for one business number. `async with WhatsAppServer() as server:` …

    `webhook` is where the bot takes what people do. `down` answers every call with 503; `slow_link`
    lets media links expire before they are used; `refuses_uploads` takes no file.
    """

    def __init__(self) -> None:
        self.world = World()
        self.url = ""
        self.webhook = ""
        self.down = False
        self.slow_link = False
        self.refuses_uploads = False
        self.sent: list[Json] = []
        """The bodies of all messages that were taken."""
        self.callbacks: list[int] = []
        """What the bot answered when it was told what became of its messages."""
        self.posted: list[tuple[bytes, str]] = []
        """All bodies that were posted to the bot, and their signatures."""
        self._tasks: set[asyncio.Task[None]] = set()
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post(f"/{VERSION}/{PHONE_ID}/messages", self._messages)
        app.router.add_post(f"/{VERSION}/{PHONE_ID}/media", self._upload)
        app.router.add_get(f"/{VERSION}/{{media}}", self._media)
        app.router.add_get("/files/{link}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._origin = f"http://{host}:{port}"
        self.url = f"{self._origin}/{VERSION}"
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()
        await self.stop()

    async def stop(self) -> None:
        """Be reached no more; what people do is still posted."""
        await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """What a bot has to be set to for this server."""
        return {
            "whatsapp_token": TOKEN,
            "whatsapp_phone_id": PHONE_ID,
            "whatsapp_app_secret": APP_SECRET,
            "whatsapp_verify_token": VERIFY_TOKEN,
            "whatsapp_api": self.url,
        }

    def person(self, name: str, *, has_number: bool = True, has_user_id: bool = True) -> Person:
        """Somebody new, who has not written yet."""
        number = self.world.number()
        user_id = f"GB.{13491208655302741000 + number}" if has_user_id else ""
        return Person(self, user_id, f"44770090{number:04d}" if has_number else "", name)

    def messages(self, person: Person) -> list[Message]:
        """What the bot wrote to somebody, oldest first."""
        return [message for message in person.chat.messages if message.by_bot]

    async def until(self, what: Callable[[], T], within_s: float = 20.0) -> T:
        """Wait until `what()` is true; its value. Raises `TimeoutError`."""
        async with asyncio.timeout(within_s):
            while not (found := what()):
                await asyncio.sleep(0.01)
            return found

    def body(self, items: list[Any], contacts: list[Any], phone_id: str = PHONE_ID) -> bytes:
        """What is posted when these messages were sent."""
        return self._body({"contacts": contacts, "messages": items}, phone_id)

    def told(self, statuses: list[Json]) -> bytes:
        """What is posted when this became of the bot's messages."""
        return self._body({"statuses": statuses})

    async def post(self, body: bytes, signature: str | None = None) -> int:
        """Post to the bot's webhook, signed unless a signature is given; the status."""
        right = "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        signature = right if signature is None else signature
        self.posted.append((body, signature))
        headers = {"X-Hub-Signature-256": signature}
        async with self._http.post(
            self.webhook, data=io.BytesIO(body), headers=headers
        ) as response:
            return response.status

    async def post_until_taken(self, body: bytes) -> None:
        """Post, again and again until it is answered 200, as Meta does for seven days."""
        while await self.post(body) != 200:
            await asyncio.sleep(RETRY_S)

    async def subscribe(self, verify_token: str = VERIFY_TOKEN) -> tuple[int, str]:
        """The handshake: the status, and what came back."""
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "4711"}
        async with self._http.get(self.webhook, params=query) as response:
            return response.status, await response.text()

    def _body(self, value: Json, phone_id: str = PHONE_ID) -> bytes:
        about = {"display_phone_number": "15550000000", "phone_number_id": phone_id}
        value = {"messaging_product": "whatsapp", "metadata": about, **value}
        entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    async def _messages(self, request: web.Request) -> web.Response:
        try:
            self._admit(request)
            message = await request.json()
            sent = self.world.take(message)
        except ApiError as error:
            return web.json_response(error.json, status=error.status, headers=error.headers)
        if sent is None:
            return web.json_response({"success": True})
        self.sent.append(message)
        self._begin(sent, message)
        whom = message.get("to") or message["recipient"]
        id_name = "wa_id" if "to" in message else "user_id"
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": whom, id_name: whom}],
                "messages": [{"id": sent.id}],
            }
        )

    async def _upload(self, request: web.Request) -> web.Response:
        try:
            self._admit(request)
            if self.refuses_uploads:
                raise ApiError(500, 131000, "Something went wrong")
            fields = await request.post()
            file = fields.get("file")
            if not isinstance(file, web.FileField):
                raise rules.missing("file")
            data = file.file.read()
            rules.uploaded(dict(fields), data, file.content_type)
        except ApiError as error:
            return web.json_response(error.json, status=error.status)
        return web.json_response({"id": self.world.upload(data)})

    async def _media(self, request: web.Request) -> web.Response:
        try:
            self._admit(request)
            stored = self.world.files.get(request.match_info["media"])
            if stored is None or stored.gone:
                raise ApiError(400, 100, "Object does not exist")
        except ApiError as error:
            return web.json_response(error.json, status=error.status)
        link = f"link{self.world.number()}"
        if not self.slow_link:
            self.world.links[link] = stored.id
        about = {"id": stored.id, "mime_type": stored.mime_type, "file_size": stored.size}
        url = f"{self._origin}/files/{link}"
        return web.json_response({"messaging_product": "whatsapp", "url": url, **about})

    async def _file(self, request: web.Request) -> web.Response:
        file_id = self.world.links.pop(request.match_info["link"], None)
        if file_id is None or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPNotFound
        return web.Response(body=self.world.files[file_id].data)

    def _admit(self, request: web.Request) -> None:
        if self.down:
            raise ApiError(503, 131016, "Service unavailable")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            given = request.headers.get("Authorization", "")
            raise ApiError(401, 190, f"Malformed access token {given}")

    def _begin(self, sent: Message, message: Json) -> None:
        task = asyncio.create_task(self._tell(sent, message.get("to") or message["recipient"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, sent: Message, whom: str) -> None:
        """What became of a message, by the webhook: on its way, then on the phone."""
        for status in "sent", "delivered":
            about = {"id": sent.id, "status": status, "timestamp": "1790000000"}
            if self.webhook:
                body = self.told([{**about, "recipient_id": whom}])
                self.callbacks.append(await self.post(body))
