"""docs/privacy.md says what is true: no table, folder or setting is left out or invented."""

import re
from pathlib import Path

import pytest

from bot.backup import DATABASE
from bot.settings import PROJECT, Settings
from bot.store.tables import Base
from tests.bot.company import picture, running

PAGE = (PROJECT / "docs/privacy.md").read_text()
RETENTION = {name for name in Settings.model_fields if name.endswith("_days")}


@pytest.fixture
def settings(own_home: Path) -> Settings:
    """The defaults, on the test's own home and a free port."""
    return Settings(port=0)


def listed(head: str) -> set[str]:
    """What stands in the first column of the table under that head, between backquotes."""
    [table] = re.findall(rf"^\| {head} \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return {name for row in table.splitlines() for name in re.findall("`(.+?)`", row.split("|")[1])}


def test_every_table_is_told() -> None:
    """With what it holds and when that goes."""
    assert listed("table") == set(Base.metadata.tables)


def test_every_retention_setting_is_told() -> None:
    """By its name, with its default."""
    assert listed("setting") == {f"NONESUCH_{name.upper()}" for name in RETENTION}
    for name in RETENTION:
        [row] = re.findall(rf"^\| `NONESUCH_{name.upper()}` \|.*\| (\d+).*\|$", PAGE, re.MULTILINE)
        assert int(row) == Settings.model_fields[name].default


async def test_every_folder_of_a_home_is_told(settings: Settings) -> None:
    """A bot that answered a photo leaves nothing in its home that the page doesn't name."""
    async with running(settings) as bot:
        await bot.photo("ann", picture(1))
        there = {path.name for path in settings.home.iterdir() if path.name[0] != "."}

    told = {name.rstrip("/") for name in listed("below the home")} | {DATABASE}
    assert there - {f"{DATABASE}-wal", f"{DATABASE}-shm"} <= told
    assert {"photos", "received", DATABASE} <= there


async def test_privacy_says_for_how_long(settings: Settings) -> None:
    """In chat, in the days of the settings; 0 is until the person wants it gone."""
    days = settings.model_copy(update={"photo_days": 7, "inbox_days": 14})
    async with running(days) as bot:
        told = await bot.says("ann", "/privacy")

    assert "photos 7 days; figures, answers and words until you say /forgetme" in told
    assert "messages as they came 14 days" in told
