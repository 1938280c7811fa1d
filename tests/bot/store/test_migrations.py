import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from bot.settings import Settings
from bot.store.engine import Store
from bot.store.migrations import config
from model.errors import BadData


async def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    """Alembic finds no difference between the migrated database and `tables.py`."""

    def check(connection: Connection) -> None:
        command.check(config(connection))  # raises if there is one

    async with store.writing() as session:
        await (await session.connection()).run_sync(check)


async def test_opening_again_changes_nothing(store: Store, settings: Settings) -> None:
    """A second start finds the newest schema and leaves it as it is."""
    before = schema(settings.home)

    again = Store(store.url)
    await again.open()
    await again.close()

    assert schema(settings.home) == before
    views = {f"view training_{name}" for name in ("label", "photo", "forgotten")}
    assert {"table inbox", *views} <= before.keys()


async def test_a_view_of_an_older_release_is_replaced(store: Store, settings: Settings) -> None:
    """The views are always those of this release, whatever stood there before."""
    before = schema(settings.home)
    with closing(sqlite3.connect(settings.home / "nonesuch.db")) as old:
        old.execute("DROP VIEW training_photo")
        old.execute("CREATE VIEW training_photo AS SELECT 1 AS old")

    await store.open()

    assert schema(settings.home) == before


async def test_a_database_of_a_newer_program_is_left_as_it_is(
    store: Store, settings: Settings
) -> None:
    """A sentence says what to do, and nothing of it was touched: not the views either."""
    async with store.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await session.execute(text("DROP VIEW training_photo"))
        await session.execute(text("CREATE VIEW training_photo AS SELECT 1 AS newer"))
    before = schema(settings.home)

    with pytest.raises(BadData, match=r"schema 9999, and this one knows .* Upgrade the program"):
        await store.open()

    assert schema(settings.home) == before


def schema(home: Path) -> dict[str, str]:
    """What SQLite says that the file holds."""
    with closing(sqlite3.connect(home / "nonesuch.db")) as file:
        rows = file.execute("SELECT type || ' ' || name, sql FROM sqlite_master").fetchall()
    return dict(rows)
