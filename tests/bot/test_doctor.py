"""A line for each thing that is wrong, with what to do; nothing is changed by looking."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.__main__ import app
from bot.doctor import examine
from bot.settings import Settings
from bot.store.engine import Store
from model.registry import Registry
from tests.bot.trainer import set_up_under_way, stand_in
from tests.bot.versions import MODEL, add_version, damage


def wrong(settings: Settings) -> list[str]:
    """What is found to be wrong."""
    return [finding.words for finding in examine(settings) if not finding.ok]


def fine(settings: Settings) -> str:
    """All that is well, line by line."""
    return "\n".join(finding.words for finding in examine(settings) if finding.ok)


def everything(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def test_before_the_first_start_all_is_well(settings: Settings) -> None:
    """What the first start makes is not missed."""
    assert wrong(settings) == []
    assert "made at the first start" in fine(settings)
    assert "Model bears: shipped-1 answers, 3 classes" in fine(settings)
    assert not settings.home.exists()


async def test_a_running_bot_is_well(store: Store, settings: Settings) -> None:
    """Its database is whole, and how much waits in it is told."""
    assert wrong(settings) == []
    assert "Database: whole; 0 updates not answered yet" in fine(settings)


async def test_looking_changes_nothing(settings: Settings) -> None:
    """Not a file comes or goes, nor does a byte in one change; least of all in a database."""
    store = Store(settings.database_url)
    await store.open()
    await store.close()
    before = everything(settings.home)
    assert wrong(settings) == []

    assert everything(settings.home) == before


def test_a_wrong_home(settings: Settings) -> None:
    """A file, or what can't be written."""
    settings.home.write_text("a file where the folder should be")

    assert any("Set NONESUCH_HOME" in words for words in wrong(settings))


def test_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before photos are refused for want of room."""

    class Usage(NamedTuple):
        free: int

    settings.home.mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free=100_000_000))

    (words,) = wrong(settings)
    assert "0.1 GB free: make room" in words


async def test_a_database_of_a_newer_program(store: Store, settings: Settings) -> None:
    """It is whole, and this program can't use it."""
    async with store.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    (words,) = wrong(settings)
    assert "schema 9999" in words
    assert "Upgrade the program" in words


def garbage(database: Path) -> None:
    database.write_bytes(b"no database at all" * 1000)


def empty(database: Path) -> None:
    database.touch()


def torn(database: Path) -> None:
    """A database with garbage in its middle."""
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE inbox (done_at TEXT)")
        connection.executemany("INSERT INTO inbox VALUES (?)", [("x" * 2000,)] * 50)
    connection.close()
    content = bytearray(database.read_bytes())
    content[4096 * 4 : 4096 * 6] = b"\xff" * 4096 * 2
    database.write_bytes(content)


@pytest.mark.parametrize("spoil", [garbage, empty, torn])
def test_a_damaged_database(settings: Settings, spoil: Callable[[Path], None]) -> None:
    """What is wrong with it, and how to come back."""
    settings.home.mkdir()
    spoil(settings.home / "nonesuch.db")

    (words,) = wrong(settings)
    assert words.startswith("Database: ")
    assert "python -m bot restore FILE" in words


def test_a_damaged_version(settings: Settings) -> None:
    """It was promoted, and can't answer."""
    registry = Registry(settings.registry)
    registry.promote(MODEL, add_version(registry), who="ann", why="a test")
    damage(registry, "1")

    (words,) = wrong(settings)
    assert words.startswith("Model bears: ")
    assert "checksum" in words


def test_a_model_that_nobody_promoted_yet(settings: Settings) -> None:
    """No fault, but what to do for it to answer."""
    add_version(Registry(settings.registry), "birds")

    assert wrong(settings) == []
    assert "python -m model promote birds VERSION" in fine(settings)


def test_an_unknown_model() -> None:
    """With those that there are."""
    (words,) = wrong(Settings(model="bars"))

    assert words == "NONESUCH_MODEL is 'bars'; there are bears, heads, pascal"


def test_an_interpreter_that_is_not_there(tmp_path: Path) -> None:
    """Whoever sets one means it to be there; the default may be set up or not."""
    (words,) = wrong(Settings(train_python=tmp_path / "python"))

    assert "NONESUCH_TRAIN_PYTHON" in words


def test_training_that_is_there_or_being_set_up(tmp_path: Path) -> None:
    """Which interpreter, or how far."""
    python = stand_in(tmp_path / "environment/bin/python")
    assert f"Training: {python}" in fine(Settings(train_python=python))

    with set_up_under_way(python, "installing torch (2 of 4)"):
        assert "installing torch (2 of 4)" in fine(Settings(train_python=python))


def test_a_webhook_without_an_address() -> None:
    """The secret alone does nothing."""
    telegram = {"telegram_token": "12:abc", "telegram_webhook_secret": "def"}
    (words,) = wrong(Settings.model_validate(telegram))

    assert "NONESUCH_PUBLIC_URL" in words


WHATSAPP = {
    "whatsapp_token": "EAAG",
    "whatsapp_phone_id": "106540352242922",
    "whatsapp_app_secret": "abc",
    "whatsapp_verify_token": "def",
    "public_url": "https://bot.example.org",
}


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ("whatsapp_app_secret", "NONESUCH_WHATSAPP_APP_SECRET"),
        ("whatsapp_phone_id", "NONESUCH_WHATSAPP_PHONE_ID"),
        ("public_url", "NONESUCH_PUBLIC_URL"),
    ],
)
def test_half_of_whatsapp(left_out: str, missing: str) -> None:
    """Some of its settings are there: which one is missing."""
    given = {name: value for name, value in WHATSAPP.items() if name != left_out}
    (words,) = wrong(Settings.model_validate(given))

    assert words.startswith("WhatsApp: ")
    assert missing in words


def test_whatsapp_that_is_set_up(settings: Settings) -> None:
    """Says the address that Meta is to be told; without any of its settings it is just off."""
    webhook = "its webhook is https://bot.example.org/whatsapp"

    assert webhook in fine(Settings.model_validate(WHATSAPP))
    assert "WhatsApp: off" in fine(settings)


@pytest.mark.parametrize(("model", "status"), [("bears", 0), ("bars", 1)])
def test_the_exit_status_says_whether_something_is_wrong(
    model: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a script; for a person there is a line a finding."""
    monkeypatch.setenv("NONESUCH_MODEL", model)
    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == status
    assert all(line.startswith(("ok    ", "WRONG ")) for line in done.output.splitlines())
    assert ("WRONG" in done.output) == bool(status)
