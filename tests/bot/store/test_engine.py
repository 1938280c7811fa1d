import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.settings import Settings
from bot.store import people
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.tables import Chat, Person, Statement


async def test_twenty_writers_at_once_lose_nothing(store: Store) -> None:
    """Transactions that read first and write what they read all count."""
    async with store.writing() as session:
        session.add(Chat(id="memory:1", model="0", created_at=now()))

    async def add_ones(times: int) -> None:
        for _ in range(times):
            async with store.writing() as session:
                chat = await session.get_one(Chat, "memory:1")
                await asyncio.sleep(0)  # let the others try to come between
                chat.model = str(int(chat.model or 0) + 1)

    await asyncio.gather(*(add_ones(10) for _ in range(20)))

    async with store.reading() as session:
        assert (await session.get_one(Chat, "memory:1")).model == "200"


async def test_writers_take_turns_in_the_order_in_which_they_came(store: Store) -> None:
    """Nobody waits for longer than those before take, however many there are."""
    turns: list[int] = []

    async def write(number: int) -> None:
        async with store.writing() as session:
            await people.ensure_chat(session, f"memory:{number}")
            turns.append(number)

    await asyncio.gather(*(write(number) for number in range(40)))

    assert turns == list(range(40))


async def test_two_stores_on_one_file_wait_for_each_other(store: Store) -> None:
    """Another process's writing transactions (a command line beside the service) lose nothing."""
    other = Store(store.url)

    async def write(one: Store, name: str) -> None:
        for number in range(20):
            async with one.writing() as session:
                await session.scalar(select(func.count()).select_from(Person))
                await people.ensure_person(session, f"{name}:{number}", "")

    await asyncio.gather(write(store, "a"), write(other, "b"))
    await other.close()

    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 40


async def test_a_block_that_raises_changes_nothing(store: Store) -> None:
    """A writing transaction is rolled back when its block raises."""
    with pytest.raises(ZeroDivisionError):
        async with store.writing() as session:
            await people.ensure_chat(session, "memory:1")
            _ = 1 / 0

    async with store.reading() as session:
        assert await session.get(Chat, "memory:1") is None


async def test_a_cancelled_writer_changes_nothing_and_holds_up_nobody(store: Store) -> None:
    """A task that is cancelled inside its transaction leaves the turn to the next."""
    inside = asyncio.Event()

    async def write_for_ever() -> None:
        async with store.writing() as session:
            await people.ensure_chat(session, "memory:1")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with store.writing() as session:
        assert await session.get(Chat, "memory:1") is None


async def test_what_is_read_does_not_change_while_it_is_read(store: Store) -> None:
    """A reading transaction sees one state of the database, while others write."""
    async with store.reading() as reader:
        before = await reader.scalar(select(func.count()).select_from(Chat))
        async with store.writing() as writer:
            await people.ensure_chat(writer, "memory:1")
        assert await reader.scalar(select(func.count()).select_from(Chat)) == before == 0


async def test_rows_stay_readable_after_their_transaction(store: Store) -> None:
    """What a query returned can be used after the commit."""
    async with store.writing() as session:
        person = await people.ensure_person(session, "memory:1", "Ann")

    assert person.name == "Ann"


async def test_foreign_keys_are_checked(store: Store) -> None:
    """No word about a photo that is not stored."""
    with pytest.raises(IntegrityError):
        async with store.writing() as session:
            session.add(
                Statement(
                    photo_sha256="0" * 64, model="bears", person_id="memory:1", chat_id="memory:1",
                    kind="right", source="tap", weight=1.0, said_at=now(),
                )
            )  # fmt: skip


async def test_the_database_is_set_up_to_survive_its_process(store: Store) -> None:
    """WAL with synchronous NORMAL, and patience with other processes."""
    async with store.reading() as session:
        journal = await session.scalar(text("PRAGMA journal_mode"))
        synchronous = await session.scalar(text("PRAGMA synchronous"))
        patience_ms = await session.scalar(text("PRAGMA busy_timeout"))

    assert (journal, synchronous, patience_ms) == ("wal", 1, 5000)


async def test_open_makes_the_folder(settings: Settings) -> None:
    """The first start needs no folder to be there."""
    url = f"sqlite+aiosqlite:///{settings.home / 'not' / 'there' / 'yet.db'}"
    store = Store(url)
    await store.open()
    await store.close()

    assert (settings.home / "not/there/yet.db").exists()
