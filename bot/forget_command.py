"""`python -m bot forget` and `people`: done by the bot that runs on the home, else here and now."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from bot.backup import DATABASE
from bot.forgetting import LOOK_EVERY_S, Forgetting
from bot.home import LOCK, owned
from bot.models import Models
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import forgetting, people, training_runs
from bot.store.engine import Store
from bot.store.people import Known
from bot.store.tables import Forgetting as Row
from bot.store.tables import Person
from model.backbone import Backbones
from model.errors import BadData
from model.registry import Registry

Say = Callable[[str], None]


async def everybody(settings: Settings) -> list[Known]:
    """All who wrote to the bot of this home. Raises `BadData`."""
    async with _opened(settings) as store, store.reading() as session:
        return await people.everybody(session)


async def forget(settings: Settings, person: str, say: Say) -> None:
    """Forget a person (`telegram:123`), and `say` how it goes on. Raises `BadData`."""
    if _is_running(settings):
        async with _opened(settings) as store:
            say("The bot that runs does it.")
            await _follow(store, await _request(store, person), say)
        return
    with owned(settings.home):
        async with _opened(settings) as store:
            await store.open()
            async with store.reading() as session:
                if await training_runs.active(session) is not None:
                    raise BadData("A training was left unfinished: start the bot once, then again.")
            await _here(settings, store, await _request(store, person), say)


async def _request(store: Store, person: str) -> Row:
    """What `/forgetme` writes. Raises `BadData` for somebody who is not known."""
    async with store.writing() as session:
        row = await forgetting.of_person(session, person)
        known = await session.get(Person, person)
        if row is None and known is not None:
            row = await forgetting.request(session, known, None)
    if row is None:
        raise BadData(f"Nobody is known as {person!r}: python -m bot people lists those who are.")
    return row


async def _here(settings: Settings, store: Store, row: Row, say: Say) -> None:
    """Every step. What has to wait for a person ends it: the bot, or this again, goes on."""
    async with store.writing() as session:
        # No channel is there to tell the person: who runs this is told.
        await forgetting.change(session, row.id, chat_id=None, outbox_id=None)
    models = Models(Registry(settings.registry), Backbones(threads=settings.threads))
    photos = PhotoFiles(settings.home, int(settings.max_disk_gb * 1e9))
    steps = Forgetting(settings, store, Outbox(store, {}), models, photos)
    said = ""
    while (now := await _now(store, row)) and not steps.waits:
        said = _say_new(now, said, say)
        await (steps.vanish(now) if now.status == "done" else steps.go_on(now))
    if now:
        _say_new(now, said, say)


async def _follow(store: Store, row: Row, say: Say) -> None:
    said = ""
    while now := await _now(store, row):
        said = _say_new(now, said, say)
        if now.status == "done":
            return
        await asyncio.sleep(LOOK_EVERY_S)


def _say_new(row: Row, said: str, say: Say) -> str:
    if row.words != said:
        say(row.words)
    return row.words


async def _now(store: Store, row: Row) -> Row | None:
    async with store.reading() as session:
        return await session.get(Row, row.id)


def _is_running(settings: Settings) -> bool:
    try:
        with FileLock(settings.home / LOCK, timeout=0, fallback_to_soft=False):
            return False
    except (Timeout, OSError):
        return True


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    """The home's store. To migrate it is the bot's business, or that of who owns the home."""
    if not (settings.home / DATABASE).exists():
        raise BadData(
            f"There is no bot in {settings.home} yet: start it first. Or is NONESUCH_HOME another "
            "folder?"
        )
    store = Store(settings.database_url)
    try:
        yield store
    except SQLAlchemyError as error:
        raise BadData(f"{settings.home / DATABASE} can't be used: {error}.") from error
    finally:
        await store.close()
