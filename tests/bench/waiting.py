"""What a person in the web chat waits for: a tap until it is noted, an album until its answer."""

import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse, ClientSession

from bot.settings import Settings
from model.backbone import Backbone
from tests.bench import bare
from tests.bench.figures import Figure
from tests.bench.photos import never_seen
from tests.bench.process import post_photo, served
from tests.bench.turns import paces

TAPS = 50
ALBUMS, PHOTOS = 5, 10
DEBOUNCE_MS = 1e3 * float(Settings.model_fields["album_debounce_s"].default)

Bubble = dict[str, Any]


async def figures(photos: list[bytes]) -> list[Figure]:
    """Milliseconds from a tap to "noted", and from an album's last photo to its answer."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder, "home")) as browser, chatting(browser) as chat:
            return [await tap_to_noted(chat, photos[0]), await album(chat, photos)]


class Chat:
    """The web chat as its page sees it."""

    def __init__(self, browser: ClientSession, events: ClientResponse) -> None:
        self._browser = browser
        self._events = events.content

    async def sends(self, photo: bytes, **about: Any) -> None:
        """A photo."""
        await post_photo(self._browser, photo, **about)

    async def taps(self, label: str, on: Bubble) -> None:
        """A button."""
        buttons = [button for row in on["buttons"] for button in row]
        action = next(button["action"] for button in buttons if button["label"] == label)
        tap = {"type": "tap", "id": str(uuid4()), "message": on["id"], "action": action}
        async with self._browser.post("/api/messages", json=tap):
            pass

    async def until(self, shown: Callable[[Bubble], bool]) -> Bubble:
        """The next bubble of the bot's that is so."""
        async for line in self._events:
            if line.startswith(b"data: "):
                bubble: Bubble = json.loads(line.removeprefix(b"data: "))
                if bubble.get("author") == "bot" and shown(bubble):
                    return bubble
        raise EOFError("the chat ended")


@asynccontextmanager
async def chatting(browser: ClientSession) -> AsyncIterator[Chat]:
    """A new person's chat, with its live events."""
    async with browser.post("/api/open"):
        pass
    async with browser.get("/api/events?after=0") as events:
        yield Chat(browser, events)


async def tap_to_noted(chat: Chat, photo: bytes) -> Figure:
    """Right is tapped and taken back, again and again."""
    await chat.sends(photo)
    answer = await chat.until(partial(_offers, "Right"))
    taken = []
    for _ in range(TAPS):
        started = time.perf_counter()
        await chat.taps("Right", answer)
        noted = await chat.until(partial(_offers, "Undo"))
        taken.append((time.perf_counter() - started) * 1e3)
        await chat.taps("Undo", noted)
        answer = await chat.until(partial(_offers, "Right"))
    worst = sorted(taken)[int(0.95 * TAPS)]
    how = f"median of {TAPS} over HTTP on this machine, 95 % within {worst:.0f} ms"
    return Figure(
        "a tap until it is noted in the web chat", median(taken), "at most", 50, how, " ms"
    )


async def album(chat: Chat, photos: list[bytes]) -> Figure:
    """Ten photos sent together, until their one answer has all of them."""
    fresh = never_seen(photos)
    taken = []
    for _ in range(ALBUMS):
        group = str(uuid4())
        *before, last = islice(fresh, PHOTOS)
        for photo in before:
            await chat.sends(photo, group=group)
        started = time.perf_counter()
        await chat.sends(last, group=group)
        await chat.until(lambda bubble: f"\n{PHOTOS}. " in bubble["text"])
        taken.append((time.perf_counter() - started) * 1e3)
    ten = photos[:PHOTOS]
    ways = {"bare loop": partial(bare.in_batches, Backbone(), ten, PHOTOS)}
    bare_ms = (await paces(ways, 1, ALBUMS))["bare loop"].ms
    return Figure(
        name="an album of ten, from its last photo to its one answer",
        value=median(taken),
        bound="at most",
        limit=round(DEBOUNCE_MS + bare_ms),
        how=f"median of {ALBUMS}; the debounce of {DEBOUNCE_MS:.0f} ms and the bare loop's ten, "
        f"{bare_ms:.0f} ms",
        unit=" ms",
    )


def _offers(label: str, bubble: Bubble) -> bool:
    return any(button["label"] == label for row in bubble["buttons"] for button in row)
