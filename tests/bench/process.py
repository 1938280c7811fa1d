"""A bot in a process of its own: how soon it is ready, and how much memory it takes."""

import asyncio
import base64
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psutil
from aiohttp import ClientSession, CookieJar

from tests.bench.figures import Figure
from tests.bench.photos import never_seen
from tests.service import Service

STARTS = 5
PHOTOS = 200
UNLIMITED = {"NONESUCH_PHOTOS_PER_HOUR": "100000", "NONESUCH_MESSAGES_PER_MINUTE": "100000"}


async def figures(photos: list[bytes]) -> list[Figure]:
    """Seconds to the page, on a new home and on a used one, and memory after `PHOTOS` photos."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder, str(number), "home") for number in range(STARTS)]
        first = [await _seconds_to_page(home) for home in homes]
        second = [await _seconds_to_page(home) for home in homes]
        memory_mb, peak_mb = await _memory_mb(homes[0], never_seen(photos))
    return [
        _seconds("python -m bot run, first start: page served after", first),
        _seconds("python -m bot run, second start", second),
        Figure(
            name=f"memory of that process after {PHOTOS} photos",
            value=memory_mb,
            bound="at most",
            limit=400,
            unit=" MB",
            how=f"resident, through the web chat as fast as it takes them; at most {peak_mb:.0f}",
        ),
    ]


def _seconds(name: str, taken: list[float]) -> Figure:
    spread = f"median of {len(taken)}, {min(taken):.2f} to {max(taken):.2f}"
    return Figure(name, median(taken), "at most", 3, spread, " s")


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[ClientSession]:
    """A bot on this home, and a browser's session on its page."""
    home.mkdir(parents=True, exist_ok=True)
    service = Service(home, UNLIMITED)
    await service.start()
    try:
        address, jar = await service.address(), CookieJar(unsafe=True)  # cookies of an IP address
        async with ClientSession(address, cookie_jar=jar, raise_for_status=True) as browser:
            yield browser
    finally:
        await service.stop()


async def _seconds_to_page(home: Path) -> float:
    started = time.perf_counter()
    async with served(home) as browser, browser.get("/"):
        return time.perf_counter() - started


async def _memory_mb(home: Path, photos: Iterator[bytes]) -> tuple[float, float]:
    """Resident memory after many photos: now, and at most. In 10^6 bytes."""
    async with served(home) as browser:
        async with browser.post("/api/open"):
            pass
        await asyncio.gather(*(post_photo(browser, photo) for photo in islice(photos, PHOTOS)))
        while _open_updates(home):
            await asyncio.sleep(0.1)
        [bot] = psutil.Process().children()
        return bot.memory_info().rss / 1e6, _peak_mb(bot.pid)


async def post_photo(browser: ClientSession, photo: bytes, **about: Any) -> None:
    """Send a photo as the page does; `about` as in `bot.web.posts.AboutPhoto`."""
    header = base64.b64encode(json.dumps({"id": str(uuid4()), **about}).encode()).decode()
    async with browser.post("/api/photos", data=photo, headers={"X-Photo": header}):
        pass


def _open_updates(home: Path) -> int:
    with closing(sqlite3.connect(home / "nonesuch.db")) as database:
        [count] = database.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL").fetchone()
        return int(count)


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in lines)
    return int(status["VmHWM"].split()[0]) * 1024 / 1e6
