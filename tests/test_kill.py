"""`kill -9` of the service at any point loses no photo, and answers none twice without need.

A real process, a real SQLite file, and the loopback Telegram server. Only an answer that Telegram
had and the database did not yet know of may come twice: by the database of the dead process this
is checked photo by photo.
"""

import asyncio
import contextlib
import io
import itertools
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.service import Service
from tests.telegram_server import Call, Message, Person, TelegramServer

PEOPLE, PHOTOS_EACH = 5, 4
LATEST_KILL_S = 1.5
"""The answers to all photos take about this long."""

COMMITTED = """
SELECT inbox.chat_id, json_extract(inbox.payload, '$.message')
FROM outbox JOIN inbox ON inbox.id = outbox.inbox_id
WHERE outbox.sent_at IS NOT NULL
"""


Photos = list[tuple[Person, Message]]
Key = tuple[str, str]
"""A photo: chat and message, as the database names them."""


def committed(service: Service) -> set[Key]:
    """The photos that the database of the dead process knows to be answered.

    Read from a copy: whoever opens the original would do the next start's repairs for it.
    """
    if not service.database.exists():
        return set()
    with tempfile.TemporaryDirectory() as folder:
        for file in service.database.parent.glob("nonesuch.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        copy = Path(folder, service.database.name)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            tables = database.execute("SELECT name FROM sqlite_master").fetchall()
            return set(database.execute(COMMITTED)) if ("outbox",) in tables else set()


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def service(server: TelegramServer, own_home: Path) -> AsyncIterator[Service]:
    telegram = {
        "NONESUCH_TELEGRAM_TOKEN": server.token,
        "NONESUCH_TELEGRAM_API": server.url,
    }
    service = Service(own_home, telegram)
    yield service
    await service.kill()
    print(service.log.read_text())  # shown when the test fails  # noqa: T201


@pytest.fixture
def photos(server: TelegramServer) -> Photos:
    """Twenty photos by several people, on their way before the service starts."""
    people = [server.person(f"Person {number}") for number in range(PEOPLE)]
    senders = people * PHOTOS_EACH
    return [(one, one.sends_photo(data)) for one, data in zip(senders, pictures(), strict=False)]


def pictures() -> Iterator[bytes]:
    """JPEG photos without end, of nothing in particular, no two alike."""
    noise = np.random.default_rng(3)
    while True:
        file = io.BytesIO()
        pixels = noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((640, 480)).save(file, "JPEG")
        yield file.getvalue()


def answers(server: TelegramServer, photos: Photos) -> Counter[Key]:
    """How many answers each photo has."""
    counted: Counter[Key] = Counter()
    for person, photo in photos:
        replies = [one for one in server.messages(person) if one.reply_to is photo]
        counted[(f"telegram:{person.id}", str(photo.id))] = len(replies)
    return counted


KillPoint = Callable[[TelegramServer, Service], Awaitable[None]]


def acknowledged(count: int) -> KillPoint:
    """Kill when so many updates are confirmed to Telegram."""

    async def kill(server: TelegramServer, service: Service) -> None:
        await server.until(lambda: server.world.updates.confirmed >= count)
        await service.kill()

    return kill


def answered(count: int) -> KillPoint:
    """Kill when so many messages were sent."""

    async def kill(server: TelegramServer, service: Service) -> None:
        await server.until(lambda: len(server.calls_of("sendMessage")) >= count)
        await service.kill()

    return kill


def before_answered(method: str, count: int = 1) -> KillPoint:
    """Kill when a call has taken effect, for the count-th time, and the service can't know."""

    async def kill(server: TelegramServer, service: Service) -> None:
        killed = asyncio.Event()

        async def on_call(call: Call) -> None:
            if call.method == method and len(server.calls_of(method)) == count:
                await service.kill()
                killed.set()

        server.on_call = on_call
        await asyncio.wait_for(killed.wait(), 30)

    return kill


def at_random(seed: int) -> KillPoint:
    """Kill at a moment drawn by the seed, while photos are taken and answered."""

    async def kill(server: TelegramServer, service: Service) -> None:
        before = len(server.calls_of("getMe"))
        await server.until(lambda: len(server.calls_of("getMe")) > before)
        await asyncio.sleep(random.Random(seed).uniform(0, LATEST_KILL_S))
        await service.kill()

    return kill


async def while_starting(server: TelegramServer, service: Service) -> None:
    """Kill when the database begins to be there, and its tables do not yet."""
    await server.until(service.database.exists)
    await service.kill()


def drained(photos: Photos) -> KillPoint:
    """No kill: stop in peace when all is answered."""

    async def stop(server: TelegramServer, service: Service) -> None:
        await service.address()  # before it serves, a SIGTERM may find no handler yet
        await server.until(lambda: all(answers(server, photos).values()), 60)
        assert await service.stop() == 0

    return stop


async def live(server: TelegramServer, service: Service, photos: Photos, end: KillPoint) -> None:
    """One life of the service, in which nothing is answered twice, nor what was known before."""
    before, known = answers(server, photos), committed(service)
    await service.start()
    await end(server, service)
    server.on_call = None
    gained = answers(server, photos) - before

    assert set(gained.values()) <= {1}
    assert not known & set(gained)
    in_flight = Counter(chat for chat, _ in set(gained) - committed(service))
    assert set(in_flight.values()) <= {1}  # a chat's answers go out one after the other


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param([while_starting], id="while the database is made"),
        pytest.param([before_answered("getUpdates")], id="before an update is known"),
        pytest.param([acknowledged(3)], id="some acknowledged"),
        pytest.param([before_answered("getFile", 10)], id="fetching a photo"),
        pytest.param([before_answered("sendMessage")], id="first answer sent, not committed"),
        pytest.param([before_answered("sendMessage", 7)], id="seventh answer sent, not committed"),
        pytest.param([answered(10)], id="half of them answered"),
        pytest.param([answered(3), answered(9)], id="twice"),
        *(pytest.param([at_random(n), at_random(10 + n)], id=f"at random {n}") for n in (1, 2, 3)),
    ],
)
async def test_no_photo_is_lost(
    server: TelegramServer, service: Service, photos: Photos, kills: list[KillPoint]
) -> None:
    """Every photo is answered, and twice only if its answer was sent but not yet known to be."""
    server.most_updates = 3
    for kill in kills:
        await live(server, service, photos, kill)
    await live(server, service, photos, drained(photos))

    assert set(+answers(server, photos)) == set(answers(server, photos)) == committed(service)


@pytest.mark.parametrize(
    "kill",
    [
        pytest.param(acknowledged(2), id="half of it acknowledged"),
        pytest.param(before_answered("getFile", 3), id="fetching its photos"),
    ],
)
async def test_an_album_stays_one_answer(
    server: TelegramServer, service: Service, kill: KillPoint
) -> None:
    """An album that a crash cut in two is answered by one message about all of its photos."""
    ann = server.person("Ann")
    ann.sends_album(list(itertools.islice(pictures(), 4)))
    server.most_updates = 2
    await service.start()
    await kill(server, service)
    server.on_call = None

    await service.start()
    await server.until(lambda: any("4." in one.text for one in server.messages(ann)), 60)
    assert await service.stop() == 0

    [answer] = server.messages(ann)
    assert all(f"{number}." in answer.text for number in (1, 2, 3, 4))
