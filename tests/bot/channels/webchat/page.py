"""The web chat as a page sees it: a browser's cookies, the API, the event stream."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from bot.channels.webchat import WebChat

TAKES_LONG_S = 10.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A response that was read."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    name: str
    data: dict[str, Any]
    revision: str = ""


class Events:
    """An open event stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self._lines = response.content

    async def next(self, name: str = "") -> Event:
        """The next event, or the next of this name."""
        while True:
            event = await self._read()
            if name in {"", event.name}:
                return event

    async def ended(self) -> list[Event]:
        """Read until the server closes the stream."""
        events = []
        while not self._lines.at_eof():
            try:
                events.append(await self._read())
            except EOFError:
                break
        return events

    async def _read(self) -> Event:
        fields: dict[str, str] = {}
        while True:
            line = (await self._lines.readline()).decode()
            if not line:
                raise EOFError
            if line == "\n" and "data" in fields:
                data = json.loads(fields["data"])
                return Event(fields["event"], data, fields.get("id", ""))
            key, _, value = line.rstrip("\n").partition(": ")
            fields[key] = value


class Page:
    """A page that one browser shows."""

    def __init__(self, web: WebChat, cookies: aiohttp.CookieJar | None = None) -> None:
        self.cookies = cookies or aiohttp.CookieJar(unsafe=True)  # as browsers do for 127.0.0.1
        self._http = aiohttp.ClientSession(
            f"http://127.0.0.1:{web.port}",
            cookie_jar=self.cookies,
            timeout=aiohttp.ClientTimeout(TAKES_LONG_S),
        )

    async def close(self) -> None:
        await self._http.close()

    async def get(self, path: str, **options: Any) -> tuple[int, bytes, dict[str, str]]:
        async with self._http.get(path, allow_redirects=False, **options) as response:
            return response.status, await response.read(), dict(response.headers)

    async def headers(self, path: str) -> dict[str, str]:
        """The headers alone: a stream's body has no end."""
        async with self._http.get(path) as response:
            return dict(response.headers)

    async def post(self, path: str, **options: Any) -> Answered:
        async with self._http.post(path, allow_redirects=False, **options) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else {"text": await response.text()}
            return Answered(response.status, body, dict(response.headers))

    async def open(self) -> dict[str, Any]:
        """What the page's script does first."""
        return (await self.post("/api/open")).body

    async def messages(self) -> list[dict[str, Any]]:
        """What the page shows after it is loaded anew."""
        shown: list[dict[str, Any]] = (await self.open())["messages"]
        return shown

    async def say(self, text: str, **more: Any) -> Answered:
        return await self.send(type="text", text=text, **more)

    async def send(self, **sent: Any) -> Answered:
        return await self.post("/api/messages", json={"id": str(uuid4()), **sent})

    async def photo(self, data: Any, **about: Any) -> Answered:
        header = base64.b64encode(json.dumps({"id": str(uuid4()), **about}).encode()).decode()
        return await self.post("/api/photos", data=data, headers={"X-Photo": header})

    @asynccontextmanager
    async def events(
        self, after: int = 0, headers: dict[str, str] | None = None
    ) -> AsyncIterator[Events]:
        """The live stream, from after a revision on."""
        async with self._http.get(f"/api/events?after={after}", headers=headers) as response:
            yield Events(response)
