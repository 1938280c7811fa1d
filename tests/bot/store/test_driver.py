import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.driver import Connection, connect


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    connection = await connect(str(tmp_path / "some.db"))
    assert isinstance(connection, Connection)
    await connection.cursor().execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT)")
    yield connection
    await connection.close()


async def rows(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    cursor = connection.cursor()
    await cursor.execute(sql)
    return await cursor.fetchall()


async def test_a_cursor_says_what_its_statement_did(connection: Connection) -> None:
    """Rows, their columns, how many were changed, and the id of the last one."""
    connection.begin = "BEGIN"
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO word (text) VALUES (?)", [("one",), ("two",)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO word (text) VALUES (?)", ("three",))
    assert cursor.lastrowid == 3
    assert await cursor.fetchall() == []
    await cursor.execute("SELECT id, text FROM word WHERE id > ?", (1,))
    assert [column[0] for column in cursor.description] == ["id", "text"]
    assert await cursor.fetchall() == [(2, "two"), (3, "three")]


async def test_begin_comes_with_the_next_statement_and_once(
    connection: Connection, tmp_path: Path
) -> None:
    """Until then others may write; what follows is taken back with it."""
    connection.begin = "BEGIN IMMEDIATE"
    with closing(sqlite3.connect(tmp_path / "some.db", timeout=0)) as other:
        other.execute("INSERT INTO word (text) VALUES ('before')")
        other.commit()
        await connection.cursor().execute("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO word (text) VALUES ('meanwhile')")
    await connection.cursor().executemany("INSERT INTO word (text) VALUES (?)", [("taken back",)])
    await connection.rollback()

    assert await rows(connection, "SELECT text FROM word") == [("before",)]


async def test_a_statement_that_fails_leaves_the_connection_usable(connection: Connection) -> None:
    """The error is the driver's own; the next statement runs."""
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await connection.cursor().execute("SELECT * FROM missing")

    assert await rows(connection, "SELECT 1") == [(1,)]
