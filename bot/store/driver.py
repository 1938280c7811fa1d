"""SQLite's driver, with one change of threads for a statement instead of four.

aiosqlite hands the making of a cursor, the statement, the reading of its rows and the closing to
the connection's thread one by one. Each change of threads takes 40 µs, more than most statements,
and a photo's way through the service has some twenty. Here they go together, and `BEGIN` goes with
the transaction's first statement. In return all rows of a result are in memory at once: results
are not streamed.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite

Parameters = Sequence[Any]


async def connect(path: str) -> aiosqlite.Connection:
    """A connection to the database file."""
    connection = Connection(partial(sqlite3.connect, path), iter_chunk_size=1)
    connection._thread.daemon = True  # a process that fails before it closed it must end too
    return await connection


class Connection(aiosqlite.Connection):
    """A connection whose cursors are `Cursor`s."""

    begin = ""
    """Run before the next statement: `BEGIN` in one of its forms, or nothing."""

    def cursor(self) -> "Cursor":  # type: ignore[override] # what SQLAlchemy needs of one
        """A cursor that has done nothing yet."""
        return Cursor(self)

    async def run(self, sql: str, parameters: Parameters) -> tuple[sqlite3.Cursor, list[Any]]:
        """The closed cursor and all rows of a statement."""
        done: tuple[sqlite3.Cursor, list[Any]] = await self._on_thread(self._run, sql, parameters)
        return done

    async def run_many(self, sql: str, parameters: Iterable[Parameters]) -> sqlite3.Cursor:
        """The cursor after a statement that was run with each of the parameters."""
        cursor: sqlite3.Cursor = await self._on_thread(self._run_many, sql, parameters)
        return cursor

    async def _on_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._execute(work, *arguments)  # type: ignore[no-untyped-call] # aiosqlite's

    def _run(self, sql: str, parameters: Parameters) -> tuple[sqlite3.Cursor, list[Any]]:
        self._begin()
        cursor = self._conn.execute(sql, parameters)
        rows = cursor.fetchall() if cursor.description else []
        cursor.close()
        return cursor, rows

    def _run_many(self, sql: str, parameters: Iterable[Parameters]) -> sqlite3.Cursor:
        self._begin()
        return self._conn.executemany(sql, parameters)

    def _begin(self) -> None:
        if self.begin:
            begin, self.begin = self.begin, ""
            self._conn.execute(begin)


class Cursor:
    """What SQLAlchemy needs of an aiosqlite cursor."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._done: sqlite3.Cursor | None = None
        self._rows: list[Any] = []

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run a statement and read all of its rows."""
        self._done, self._rows = await self._connection.run(sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run a statement with each of the parameters."""
        self._done = await self._connection.run_many(sql, parameters)

    async def fetchall(self) -> list[Any]:
        """The rows."""
        return self._rows

    async def close(self) -> None:
        """The statement is closed already."""

    def __getattr__(self, name: str) -> Any:
        """`description`, `rowcount` and `lastrowid` of what was done last."""
        return getattr(self._done, name)
