"""The database file: how it is opened, and the two kinds of transaction.

A plain `BEGIN` on SQLite takes the write lock only at the first write, and fails at once, whatever
the timeout, when somebody wrote since the transaction's first read. Writing transactions therefore
begin with `BEGIN IMMEDIATE`, and one after another within this process.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store import driver

BUSY_S = 5.0
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")
"""WAL: readers never wait for a writer. NORMAL: a commit survives the process's death, whatever
kills it; only a power cut may take the last ones back. The rest: as they should be by default."""


class Store:
    """The database at `url`, brought to the newest schema by `open`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._path = Path(make_url(url).database or "")
        self._engine = create_async_engine(
            url,
            async_creator=partial(driver.connect, str(self._path)),
            pool_reset_on_return=None,  # transactions end by themselves, see below
        )
        event.listen(self._engine.sync_engine, "connect", _on_connect)
        event.listen(self._engine.sync_engine, "begin", _on_begin)
        self._writers = async_sessionmaker(self._engine, expire_on_commit=False)
        self._readers = async_sessionmaker(
            self._engine.execution_options(reading=True), expire_on_commit=False
        )
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Make the file and its folder where they are missing, and run the migrations."""
        from bot.store.migrations import upgrade  # Alembic is imported only to migrate

        self._path.parent.mkdir(parents=True, exist_ok=True)
        async with self._engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        """Close all connections. Transactions still open are rolled back."""
        await self._engine.dispose()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end, or rolls back if the block raises."""
        async with self._turn:
            session = self._writers()
            try:
                yield session
                await session.commit()
            finally:
                await asyncio.shield(session.close())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that sees the database as it is now and changes nothing."""
        async with self._readers() as session:
            yield session

    async def compact(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it or its log.

        Nobody here writes meanwhile: seconds for a gigabyte. Raises `sqlite3.OperationalError` if
        another process holds it for longer than a connection waits.
        """
        async with self._turn:
            await asyncio.to_thread(_compact, self._path)


def _compact(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_S)) as connection:
        connection.execute("VACUUM")
        # The log holds the old pages until it is written back and cut, which waits for readers.
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("the log can't be cut: somebody reads the database")


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    raw = cast("driver.Connection", connection.connection.driver_connection)
    reading = connection.get_execution_options().get("reading", False)
    raw.begin = "BEGIN" if reading else "BEGIN IMMEDIATE"
