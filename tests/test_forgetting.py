"""A person who is forgotten: nothing of theirs is left in the home, byte by byte.

Training is real: the version that answers afterwards learned from what somebody else said.
"""

import asyncio
import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest

from bot import forgetting as module
from bot.forget_command import everybody, forget
from bot.settings import Settings
from bot.store import seen_before
from model.backbone import Backbone
from model.errors import BadData
from tests.bot.company import answer_with, hash_of, picture, registry, rows, running
from tests.bot.versions import MODEL
from train.embed import Cache

ANN, BOB = "person-7391", "bob"
WORDS = "hello from quokkaville"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop looks often, so that no test waits for it."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def settings(own_home: Path) -> Settings:
    """The interpreter of the tests trains."""
    return Settings(port=0, train_python=Path(sys.executable), admins=f"memory:{ANN}")


def left(home: Path, wanted: dict[str, bytes]) -> list[tuple[str, str]]:
    """Which of these are in which file of the home: its name is looked at, too."""
    files = [path for path in home.rglob("*") if path.is_file()]
    content = {str(path.relative_to(home)): path.read_bytes() for path in files}
    return [
        (what, name)
        for name, data in content.items()
        for what, each in wanted.items()
        if each in data or each in name.encode()
    ]


def traces(settings: Settings) -> dict[str, bytes]:
    """All by which Ann and her photo could be found again."""
    photo = hash_of(settings, ANN)
    kept = (settings.home / f"photos/{photo[:2]}/{photo}.jpg").read_bytes()
    [[pseudonym]] = rows(settings, "SELECT pseudonym FROM person WHERE id = ?", f"memory:{ANN}")
    [[vector]] = rows(settings, "SELECT vector FROM embedding WHERE photo_sha256 = ?", photo)
    assert isinstance(vector, bytes)
    return {
        "hash": photo.encode(),
        "hash, raw": bytes.fromhex(photo),
        "kept file's hash, raw": hashlib.sha256(kept).digest(),
        "picture": kept[-200:],
        "embedding": vector[:200],
        "person": ANN.encode(),
        "name": ANN.title().encode(),
        "pseudonym": str(pseudonym).encode(),
        "words": b"quokkaville",
    }


async def test_nothing_of_a_forgotten_person_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the database, its log or its free pages, the photos, the caches, or any version."""
    async with running(settings) as bot:
        await bot.photo(ANN, picture(1))
        await bot.says(ANN, "it's a grizzly")
        await bot.says(ANN, WORDS)
        await bot.says(ANN, "/teach panda")
        for seed in (2, 3):
            await bot.photo(BOB, picture(seed))
            await bot.says(BOB, "nothing")
        wanted = traces(settings)
        photo = wanted["hash"].decode()
        version = answer_with(settings, photo, who=wanted["pseudonym"].decode())
        [[vector]] = rows(settings, "SELECT vector FROM embedding WHERE photo_sha256 = ?", photo)
        cached = {wanted["kept file's hash, raw"]: np.frombuffer(vector, "<f2")}
        Cache(settings.home / "embeddings", Backbone().key).add(cached)
        assert {what for what, _ in left(settings.home, wanted)} == set(wanted)

        await bot.forget(ANN)
        told = await bot.hears(ANN, "Nothing of yours is left here", within_s=240)
        new = bot.app.models.version(MODEL)
        assert f"bears {version}" in told
        assert new not in ("shipped-1", version)
        assert registry(settings).versions(MODEL) == ["shipped-1", new]

        monkeypatch.setattr(module, "FAREWELL_S", -1.0)
        async with asyncio.timeout(60):
            while rows(settings, "SELECT * FROM forgetting"):
                await asyncio.sleep(0.05)
    assert left(settings.home, wanted) == []


async def test_pictures_made_of_a_photo_go_with_it(settings: Settings) -> None:
    """What was drawn on it, by whichever model, and pictures that show it among others' photos."""
    async with running(settings) as bot:
        await bot.photo(BOB, picture(2))
        await bot.photo(ANN, picture(1))
        await bot.says(ANN, "/why grizzly")
        sheet = await bot.app.photos.keep_sheet(picture(3))
        assert sheet is not None
        shown = [int(str(number)) for [number] in rows(settings, "SELECT id FROM answer")]
        async with bot.app.store.writing() as session:
            await seen_before.ask(session, MODEL, f"memory:{BOB}", shown, sheet)
        await bot.says(ANN, "/model heads")
        await bot.photo(ANN, picture(1))
        photo, his = hash_of(settings, ANN), hash_of(settings, BOB)
        kept = settings.home / "photos"
        assert len(list(kept.glob(f"{photo[:2]}/{photo}-*.jpg"))) == 2

        await bot.forget(ANN)
        await bot.hears(ANN, "Nothing of yours is left here")

    assert [path.name for path in kept.rglob("*.jpg")] == [f"{his}.jpg"]


async def test_the_command_line_does_it_without_a_bot(settings: Settings) -> None:
    """`python -m bot forget` on a home on which none runs; who is not known is said to be so."""
    async with running(settings) as bot:
        await bot.photo(ANN, picture(1))
        await bot.says(ANN, WORDS)
        wanted = traces(settings)
        version = answer_with(settings, wanted["hash"].decode())
    [ann] = await everybody(settings)
    assert (ann.id, ann.photos) == (f"memory:{ANN}", 1)

    said: list[str] = []
    await forget(settings, ann.id, said.append)

    assert f"Deleted as well, because they had learned from you: bears {version}." in said[-1]
    assert left(settings.home, wanted) == []
    with pytest.raises(BadData, match="python -m bot people lists"):
        await forget(settings, ann.id, said.append)
