"""Live events to the open pages, as server-sent events.

Bubbles are not carried through memory: a stream that is woken reads from the database what
changed after the last revision it wrote. So catching up after a lost connection and being live are
the same thing, a slow page holds nothing but its socket, and no order can be wrong. Only what is
not stored (typing, notices) waits in a short queue.
"""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from bot.errors import TryAgain
from bot.store import web as rows
from bot.store.engine import Store
from bot.web.bubbles import bubble
from bot.web.sessions import Sessions

PER_CHAT = 4
"""Streams of one person: a browser opens six connections to a host, and two stay free to send."""
IN_ALL = 1000
HEARTBEAT_S = 15
"""A page that hears no beat knows that its connection is dead, which a comment would not tell."""
SLOW_S = 30
"""A page that takes nothing for so long is dropped; it catches up when it comes back."""
RETRY_MS = 1000


class Stream:
    """One open page."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.passing: deque[tuple[str, dict[str, Any]]] = deque(maxlen=16)
        self.over = False

    def say(self, event: str, data: dict[str, Any]) -> None:
        """Queue an event that is not stored."""
        self.passing.append((event, data))
        self.wake.set()

    def end(self) -> None:
        """Close it after what is queued."""
        self.over = True
        self.wake.set()


class Streams:
    """The open pages of all chats."""

    def __init__(self) -> None:
        self._of_chat: dict[str, list[Stream]] = {}
        self._count = 0

    @contextmanager
    def joined(self, chat: str) -> Iterator[Stream]:
        """A stream of this chat; the oldest makes room if there are too many.

        Raises `TryAgain` when the server has too many in all.
        """
        if self._count >= IN_ALL:
            raise TryAgain("Very many chats are open just now. Answers may come late.", 10)
        mine = self._of_chat.setdefault(chat, [])
        if len(mine) >= PER_CHAT:
            oldest = mine.pop(0)
            oldest.say("elsewhere", {})
            oldest.end()
        stream = Stream()
        mine.append(stream)
        self._count += 1
        try:
            yield stream
        finally:
            self._count -= 1
            if stream in mine:
                mine.remove(stream)
            if not mine and self._of_chat.get(chat) is mine:
                del self._of_chat[chat]

    def changed(self, chat: str) -> None:
        """A bubble of this chat changed."""
        for stream in self._of_chat.get(chat, ()):
            stream.wake.set()

    def say(self, chat: str, event: str, data: dict[str, Any]) -> None:
        """Tell the open pages of this chat something that is not stored."""
        for stream in self._of_chat.get(chat, ()):
            stream.say(event, data)

    async def close(self, _: web.Application | None = None) -> None:
        """End all streams, so that the server can stop."""
        for streams in self._of_chat.values():
            for stream in streams:
                stream.end()


class EventApi:
    """GET /api/events."""

    def __init__(self, store: Store, sessions: Sessions, streams: Streams) -> None:
        self._store = store
        self._sessions = sessions
        self._streams = streams

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the route."""
        router.add_get("/api/events", self.events)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Everything in the visitor's chat after `Last-Event-ID`, or after `?after=`."""
        chat = (await self._sessions.visitor(request)).person
        last = _revision(request)
        with self._streams.joined(chat) as stream:
            response = web.StreamResponse(
                headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
            )
            await response.prepare(request)
            try:
                await _write(response, f"retry: {RETRY_MS}\n\n")
                await self._follow(response, stream, chat, last)
            except (ConnectionError, TimeoutError):
                pass  # the page went away, or takes nothing: it asks again after its last event
        return response

    async def _follow(
        self, response: web.StreamResponse, stream: Stream, chat: str, last: int
    ) -> None:
        stream.wake.set()  # catch up first
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await stream.wake.wait()
            except TimeoutError:
                await _write(response, _event("beat", {}))
                continue
            stream.wake.clear()
            while stream.passing:  # first, or "typing" would come after what was typed
                name, data = stream.passing.popleft()
                await _write(response, _event(name, data))
            last = await self._catch_up(response, chat, last)
            if stream.over:
                return

    async def _catch_up(self, response: web.StreamResponse, chat: str, last: int) -> int:
        """Write what changed after `last`; the revision of the last change."""
        while True:
            async with self._store.reading() as session:
                changed = await rows.changes(session, chat, last)
                newest = last if changed else await rows.newest_revision(session, chat)
            if changed:
                last = changed[-1].revision
                events = (_event("bubble", bubble(row), row.revision) for row in changed)
                await _write(response, "".join(events))
            elif newest < last:  # the chat was emptied, or an older database put back
                last = 0
                await _write(response, _event("reset", {}))
            else:
                return last


def _revision(request: web.Request) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    revision = rows.number(given)
    if revision is None:
        raise web.HTTPBadRequest(text="The last revision must be a number.")
    return revision


def _event(name: str, data: dict[str, Any], revision: int | None = None) -> str:
    known = "" if revision is None else f"id: {revision}\n"
    return f"{known}event: {name}\ndata: {json.dumps(data)}\n\n"


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(SLOW_S):
        await response.write(text.encode())
