"""The whole bot starts, drains and stops: a process of its own where it is about signals."""

import asyncio
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import app as module
from bot.app import App, run
from bot.channels.memory import MemoryChannel
from bot.home import owned
from bot.settings import Settings
from bot.store import training_runs
from bot.store.engine import Store
from model.errors import BadData
from tests import photos
from tests.bot.trainer import gone, stand_in
from tests.service import Service
from tests.telegram_server import Message, Person, TelegramServer

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def service(server: TelegramServer, own_home: Path) -> AsyncIterator[Service]:
    """A bot on Telegram in a process of its own, with a log that says all it can."""
    telegram = {
        "NONESUCH_TELEGRAM_TOKEN": server.token,
        "NONESUCH_TELEGRAM_API": server.url,
        "NONESUCH_LOG_LEVEL": "DEBUG",
    }
    service = Service(own_home, telegram)
    yield service
    await service.kill()
    print(service.log.read_text())  # shown when the test fails  # noqa: T201


def answers(server: TelegramServer, sent: list[tuple[Person, Message]]) -> Counter[int]:
    """How many answers each photo has."""
    return Counter(
        {
            photo.id: sum(one.reply_to is photo for one in server.messages(person))
            for person, photo in sent
        }
    )


@pytest.mark.parametrize("how", SIGNALS)
async def test_stopped_in_the_middle_of_a_photo(
    server: TelegramServer, service: Service, how: signal.Signals
) -> None:
    """Exit status 0, and each photo is answered once, now or after the next start."""
    people = [server.person(f"Person {number}") for number in range(3)]
    data = [photos.encode(photos.noise(seed), "JPEG") for seed in range(6)]
    sent = [(one, one.sends_photo(photo)) for one, photo in zip(people * 2, data, strict=True)]
    await service.start()
    await server.until(lambda: server.calls_of("getFile"), 60)
    assert await service.stop(how) == 0

    await service.start()
    await server.until(lambda: all(answers(server, sent).values()), 60)
    assert await service.stop(how) == 0
    assert set(answers(server, sent).values()) == {1}
    assert "Traceback" not in service.log.read_text()
    assert server.token not in service.log.read_text()


async def test_a_background_job_hears_sigint(own_home: Path) -> None:
    """A shell starts a background job with SIGINT ignored; the bot stops by it all the same."""
    service = Service(own_home, {})
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", 'trap "" INT; exec "$0" -m bot run', sys.executable),
        cwd=own_home.parent,
        env=service.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    assert b"The chat: " in await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    await process.communicate()

    assert process.returncode == 0


async def test_a_signal_before_the_start_is_done(own_home: Path) -> None:
    """Ctrl-C at once: it stops as soon as it can, with 0 and without a traceback."""
    service = Service(own_home, {})
    await service.start()
    async with asyncio.timeout(60):
        while not own_home.exists():
            await asyncio.sleep(0.005)

    assert await service.stop(signal.SIGINT) == 0
    assert "Traceback" not in service.log.read_text()


async def test_a_training_ends_with_a_bot_that_dies(
    service: Service, own_home: Path, tmp_path: Path
) -> None:
    """Orphaned by a kill -9 it ends at its next line; the next start tells that it was cut off."""
    pid = tmp_path / "pid"
    endless = 'while :; do echo "{}"; sleep 0.05; done'
    python = stand_in(tmp_path / "python", f"echo $$ > {pid}", endless)
    service.environment["NONESUCH_TRAIN_PYTHON"] = str(python)
    store = Store(f"sqlite+aiosqlite:///{service.database}")
    await store.open()
    async with store.writing() as session:
        await training_runs.request(session, "bears", "telegram:1", "telegram:1")
    await store.close()
    await service.start()
    async with asyncio.timeout(60):
        while not (pid.exists() and pid.read_text()):
            await asyncio.sleep(0.02)
    await service.kill()

    await gone(int(pid.read_text()))
    await service.start()
    async with asyncio.timeout(60):
        while "interrupted" not in service.log.read_text():
            await asyncio.sleep(0.02)


class Stuck(MemoryChannel):
    """A channel that can't be stopped, and fails when it is closed."""

    async def stop(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        raise RuntimeError("closed for ever")


async def test_a_stuck_part_keeps_no_other_from_stopping(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the rest is stopped all the same; the durable things last."""
    monkeypatch.setattr(module, "STOP_S", 0.2)
    app = App(settings, more=[Stuck()])
    await app.start()
    port = app.webchat.port
    with capture_logs() as logs:
        await app.stop()

    stuck = [line["part"] for line in logs if line["event"] == "stop_failed"]
    assert stuck == ["Stuck.stop", "Stuck.close"]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    assert (settings.home / "nonesuch.db").exists()
    assert not (settings.home / "nonesuch.db-wal").exists()  # the last connection was closed


def garbage(home: Path) -> None:
    home.mkdir()
    (home / "nonesuch.db").write_bytes(b"no database at all" * 1000)


def from_the_future(home: Path) -> None:
    home.mkdir()
    with closing(sqlite3.connect(home / "nonesuch.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")


def a_folder_for_the_database(home: Path) -> None:
    (home / "nonesuch.db").mkdir(parents=True)


def a_file_for_a_folder(home: Path) -> None:
    home.mkdir()
    (home / "received").write_text("")


def a_file_for_the_home(home: Path) -> None:
    home.write_text("")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (garbage, "database in .* can't be opened: file is not a database"),
        (from_the_future, "made by a newer version of this program"),
        (a_folder_for_the_database, "database in .* can't be opened"),
        (a_file_for_a_folder, "can't be used: .*received"),
        (a_file_for_the_home, "can't be written: File exists"),
    ],
)
async def test_a_start_that_fails(
    settings: Settings, spoil: Callable[[Path], None], sentence: str
) -> None:
    """One sentence for whoever starts it, and all that did start is stopped."""
    spoil(settings.home)

    with pytest.raises(BadData, match=sentence) as raised:
        await run(settings, never)
    assert "\n" not in str(raised.value)
    assert {task for task in asyncio.all_tasks() if task is not asyncio.current_task()} == set()


async def test_an_unknown_model_is_no_start() -> None:
    """Else whoever mistypes it would be answered by another one."""
    with pytest.raises(BadData, match="NONESUCH_MODEL is 'bars'; there are bears, heads, pascal"):
        await run(Settings(port=0, model="bars"), never)


async def test_a_home_has_one_bot(settings: Settings) -> None:
    """A second one is refused before it touches anything."""
    with owned(settings.home), pytest.raises(BadData, match="Another bot is running"):
        await run(settings, never)
    assert [path.name for path in settings.home.iterdir()] == [".running"]


async def never(_: App) -> None:
    pytest.fail("it must not be ready")


def test_half_of_whatsapp_is_none(settings: Settings) -> None:
    """Without all of its settings the channel stays away, and the log says which are missing."""
    with capture_logs() as logs:
        app = App(settings.model_copy(update={"whatsapp_phone_id": "106540352242922"}))

    assert "whatsapp" not in app.channels
    [line] = [line for line in logs if line["event"] == "whatsapp is off"]
    assert "NONESUCH_WHATSAPP_TOKEN" in line["lacks"]
