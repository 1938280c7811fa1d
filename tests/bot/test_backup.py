"""A copy of everything while the bot runs, and the bot that comes to life from it elsewhere."""

import asyncio
import contextlib
import io
import itertools
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.app import App
from bot.backup import back_up, restore
from bot.channels.memory import MemoryChannel
from bot.conversation.messages import Incoming, Photo
from bot.home import owned
from bot.settings import Settings
from bot.store.engine import Store
from model.errors import BadData
from model.registry import Registry
from tests import photos
from tests.bot.versions import MODEL, add_version

CAT = (Path(__file__).resolve().parents[2] / "docs/pictures/chelsea.jpg").read_bytes()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Another home, which is not there yet."""
    return Settings(port=0, home=tmp_path / "elsewhere")


@pytest.fixture
def tar(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "backups/nonesuch.tar"


class Bot:
    """A whole bot on a home, and one person in a chat with it."""

    def __init__(self, settings: Settings) -> None:
        self._channel = MemoryChannel()
        self._app = App(settings, more=[self._channel])
        self._ids = (f"{settings.home.name}-{number}" for number in itertools.count(1))

    async def __aenter__(self) -> "Bot":
        await self._app.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._app.stop()

    async def deliver(self, **what: object) -> None:
        """Something that the person does arrives."""
        new = next(self._ids)
        given = {"external_id": new, "message": new, "chat": "1", "sender": "ann"}
        await self._channel.deliver(Incoming("memory", **given | what))

    async def deliver_photo(self, data: bytes) -> None:
        ref = str(len(self._channel.photos))
        self._channel.photos[ref] = data
        await self.deliver(kind="photo", photo=Photo(ref))

    async def answer(self, count: int) -> str:
        """The text of the bot's message of that number, once it is there."""
        async with asyncio.timeout(60):
            return (await self._channel.until(count))[count - 1].reply.text


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(settings.home / "nonesuch.db")) as database:
        return database.execute(query).fetchall()


LABELS = "SELECT * FROM training_label ORDER BY photo_sha256, class_name"


async def test_a_bot_comes_to_life_elsewhere(
    settings: Settings, elsewhere: Settings, tar: Path
) -> None:
    """Backed up while photos arrive: all photos and words are there, and count in its answers."""
    async with Bot(settings) as bot:
        await bot.deliver_photo(CAT)
        await bot.answer(1)
        await bot.deliver(kind="text", text="no, it's a teddy")
        await bot.answer(2)
        for seed in range(6):
            await bot.deliver_photo(photos.encode(photos.noise(seed), "JPEG"))
        await bot.answer(4)
        size_bytes = await asyncio.to_thread(back_up, settings, tar)
        await bot.answer(8)

    assert size_bytes == tar.stat().st_size
    restore(elsewhere, tar)

    kept = rows(elsewhere, "SELECT path FROM photo WHERE path IS NOT NULL")
    assert len(kept) >= 3
    for (path,) in kept:
        with Image.open(elsewhere.home / str(path)) as image:
            image.load()
    assert rows(elsewhere, LABELS) == rows(settings, LABELS) != []
    async with Bot(elsewhere) as bot:
        await bot.deliver_photo(CAT)
        assert "You told me" in await again(bot)


async def again(bot: Bot) -> str:
    """The answer to the cat, among those to the photos that were waiting in the backup."""
    async with asyncio.timeout(60):
        for count in itertools.count(1):
            text = await bot.answer(count)
            if "told" in text:
                return text
    raise AssertionError


async def test_versions_come_with_it(
    store: Store, settings: Settings, elsewhere: Settings, tar: Path
) -> None:
    """Local versions, which one answers, and the history; nothing half made."""
    registry = Registry(settings.registry)
    for _ in range(2):
        registry.promote(MODEL, add_version(registry), who="ann", why="a test")
    (settings.registry / MODEL / ".3.unfinished").mkdir()
    (settings.registry / MODEL / ".3.unfinished/card.json").write_text("{")
    back_up(settings, tar)
    restore(elsewhere, tar)

    restored = Registry(elsewhere.registry)
    assert restored.current(MODEL) == "2"
    assert restored.card(MODEL, "2").version == "2"
    assert restored.rollback(MODEL, who="ann") == "1"
    assert not list(elsewhere.registry.rglob("*.unfinished"))


async def test_a_file_that_vanishes_meanwhile(
    store: Store, settings: Settings, elsewhere: Settings, tar: Path
) -> None:
    """What was answered may be swept away under the backup's hands: the rest is copied."""
    received = settings.home / "received"
    received.mkdir()
    (received / "aa").write_bytes(b"waits")
    (received / "bb").symlink_to("gone")  # listed, and not there when it is opened
    back_up(settings, tar)
    restore(elsewhere, tar)

    assert files(elsewhere.home / "received") == ["aa"]


def test_nothing_to_back_up(settings: Settings, tar: Path) -> None:
    """A home that holds no bot: most likely the wrong one."""
    with pytest.raises(BadData, match="Is NONESUCH_HOME right"):
        back_up(settings, tar)
    assert not tar.exists()


def test_a_damaged_database_is_not_backed_up(settings: Settings, tar: Path) -> None:
    """It is said, and the backup from before stays as it is."""
    settings.home.mkdir()
    (settings.home / "nonesuch.db").write_bytes(b"no database at all" * 1000)
    tar.parent.mkdir()
    tar.write_text("from before")

    with pytest.raises(BadData, match="can't be written: file is not a database"):
        back_up(settings, tar)
    assert files(tar.parent) == ["nonesuch.tar"]
    assert tar.read_text() == "from before"


async def test_a_place_that_can_not_be_written(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    """A sentence that names it."""
    (tmp_path / "full").write_text("a file where a folder should be")

    with pytest.raises(BadData, match=r"full/b\.tar can't be written"):
        back_up(settings, tmp_path / "full/b.tar")


async def test_nobody_else_reads_a_backup(store: Store, settings: Settings, tar: Path) -> None:
    """It holds people's photos and words."""
    back_up(settings, tar)

    assert tar.stat().st_mode & 0o077 == 0


async def test_nothing_is_overwritten(store: Store, settings: Settings, tar: Path) -> None:
    """A home that holds anything is left alone."""
    back_up(settings, tar)

    with pytest.raises(BadData, match=r"is not empty: nonesuch\.db"):
        restore(settings, tar)


async def test_not_under_a_running_bot(
    store: Store, settings: Settings, elsewhere: Settings, tar: Path
) -> None:
    """A bot that has just begun may have no database yet."""
    back_up(settings, tar)

    with owned(elsewhere.home), pytest.raises(BadData, match="Another bot is running"):
        restore(elsewhere, tar)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "strange",
    [
        member("/etc/passwd"),
        member("../evil"),
        member("photos/../../evil"),
        member("photos", tarfile.SYMTYPE, "/etc"),
        member("photos/aa/link", tarfile.SYMTYPE, "../../nonesuch.db"),
        member("photos/aa/link", tarfile.LNKTYPE, "nonesuch.db"),
        member("photos/aa/pipe", tarfile.FIFOTYPE),
        member("photos/aa/device", tarfile.CHRTYPE),
        member("photos"),
        member("start.sh"),
        member(".running"),
        member("nonesuch.db/evil"),
        member("nonesuch.db"),
    ],
    ids=lambda info: f"{info.name} {info.type.decode()}",
)
async def test_a_hostile_tar(
    store: Store, settings: Settings, elsewhere: Settings, tar: Path, strange: tarfile.TarInfo
) -> None:
    """Whatever is no file of a backup is refused, with all that comes with it."""
    back_up(settings, tar)
    with tarfile.open(tar, "a") as archive:
        archive.addfile(strange)

    with pytest.raises(BadData, match=str(tar)):
        restore(elsewhere, tar)
    assert files(elsewhere.home) == [".running"]
    assert not (elsewhere.home.parent / "evil").exists()


def cut(by_bytes: int) -> Callable[[Path], None]:
    def shorten(tar: Path) -> None:
        tar.write_bytes(tar.read_bytes()[:-by_bytes])

    return shorten


def without_end(tar: Path) -> None:
    """Cut between two files, where tarfile sees no fault."""
    with tarfile.open(tar) as archive:
        last = archive.getmembers()[-1]
    tar.write_bytes(tar.read_bytes()[: last.offset])


def without_database(tar: Path) -> None:
    with tarfile.open(tar, "w") as archive:
        archive.addfile(member("received/aa"))


def with_garbage_for_database(tar: Path) -> None:
    with tarfile.open(tar, "w") as archive:
        info = member("nonesuch.db")
        info.size = 1000
        archive.addfile(info, io.BytesIO(b"x" * 1000))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(cut(15_000), id="cut in a file"),
        pytest.param(without_end, id="cut between files"),
        pytest.param(without_database, id="no database"),
        pytest.param(with_garbage_for_database, id="garbage for a database"),
        pytest.param(lambda tar: tar.write_text("no tar"), id="no tar"),
        pytest.param(lambda tar: tar.write_bytes(b""), id="empty"),
        pytest.param(lambda tar: tar.unlink(), id="not there"),
    ],
)
async def test_a_spoilt_backup(
    store: Store, settings: Settings, elsewhere: Settings, tar: Path, spoil: Callable[[Path], None]
) -> None:
    """A sentence that names the file, and a home with nothing half done in it."""
    (settings.home / "received").mkdir()
    for name in "ab":
        (settings.home / "received" / name).write_bytes(b"x" * 20_000)
    back_up(settings, tar)
    spoil(tar)

    with pytest.raises(BadData, match=str(tar)):
        restore(elsewhere, tar)
    assert files(elsewhere.home) == [".running"]
