"""`/forgetme` over a whole bot: what is deleted, in which order, and what people are told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from pkgutil import resolve_name as resolve

import pytest

from bot import forgetting as module
from bot.backup import back_up
from bot.conversation.messages import Incoming
from bot.settings import Settings
from tests.bot.company import Bot, answer_with, hash_of, picture, registry, rows, running
from tests.bot.trainer import WAIT_FOR_EVER, stand_in
from tests.bot.versions import MODEL, add_learned

ANN, BOB, ADMIN = "ann", "bob", "admin"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop looks often, so that no test waits for it."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def settings(own_home: Path, tmp_path: Path) -> Settings:
    """No training environment, unless a test makes one."""
    return Settings(
        port=0, admins=f"memory:{ADMIN}", train_python=tmp_path / "environment/bin/python"
    )


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Bot]:
    async with running(settings) as bot:
        yield bot


async def test_it_asks_first(bot: Bot, settings: Settings) -> None:
    """With how much there is; No leaves everything as it is."""
    await bot.photo(ANN, picture(1))
    await bot.says(ANN, "it's a grizzly")

    asked = await bot.says(ANN, "/forgetme")
    assert "your photos (1), what you told me about photos (1)" in asked
    message = bot.channel.messages[-1]
    assert [each.label for each in message.reply.buttons[0]] == ["Yes, forget me", "No"]
    tap = {"external_id": "no", "chat": ANN, "sender": ANN, "message": message.id}
    await bot.channel.deliver(Incoming("memory", kind="tap", action="forget:no", **tap))

    await bot.hears(ANN, "Nothing was deleted.")
    assert len(rows(settings, "SELECT * FROM statement")) == 1


async def test_in_a_group_nobody_is_forgotten(bot: Bot) -> None:
    """Somebody else's tap on such a question would forget them instead."""
    words = {"kind": "text", "text": "/forgetme", "private": False}
    assert "in a chat of our own" in await bot.does(ANN, **words)


async def test_a_version_that_learned_goes_once_another_answers(
    bot: Bot, settings: Settings
) -> None:
    """With nobody else's words to learn from, that is the version before."""
    await bot.photo(ANN, picture(1))
    await bot.says(ANN, "it's a grizzly")
    version = answer_with(settings, hash_of(settings, ANN))
    other = add_learned(registry(settings))

    await bot.forget(ANN)
    told = await bot.hears(ANN, "Nothing of yours is left here")

    assert f"Deleted as well, because they had learned from you: bears {version}." in told
    assert registry(settings).versions(MODEL) == ["shipped-1", other]
    assert bot.app.models.version(MODEL) == "shipped-1"
    admin_hears = await bot.says(ADMIN, f"/promote {MODEL} {version}")
    assert f"Version {version} of bears was deleted: it had learned from photos" in admin_hears


async def test_a_photo_that_somebody_else_sent_too_stays_theirs(
    bot: Bot, settings: Settings
) -> None:
    """With their words on it, and without those of the person who is forgotten."""
    for who in (ANN, BOB):
        await bot.photo(who, picture(1))
    await bot.says(ANN, "it's a grizzly")
    await bot.says(BOB, "it's a black bear")
    shared = hash_of(settings, BOB)
    await bot.photo(ANN, picture(2))

    await bot.forget(ANN)
    await bot.hears(ANN, "Nothing of yours is left here")

    assert rows(settings, "SELECT sha256 FROM photo") == [(shared,)]
    kept = settings.home / f"photos/{shared[:2]}/{shared}.jpg"
    assert list((settings.home / "photos").rglob("*.jpg")) == [kept]
    said = rows(settings, "SELECT class_name FROM training_label WHERE state = 'present'")
    assert said == [("black",)]
    assert rows(settings, "SELECT person_id FROM answer") == [(f"memory:{BOB}",)]


async def test_without_a_training_environment_an_admin_is_told_what_to_do(
    settings: Settings,
) -> None:
    """And it goes on by itself once that is done, in a later life of the bot too."""
    async with running(settings) as bot:
        await bot.says(ADMIN, "/start")
        for who, seed in ((ANN, 1), (BOB, 2)):
            await bot.photo(who, picture(seed))
            await bot.says(who, "it's a grizzly")
        version = answer_with(settings, hash_of(settings, ANN))

        await bot.forget(ANN)
        told = await bot.hears(ANN, "An admin has to let another version answer")
        assert f"bears {version} learned from them" in told
        assert "-m train retrain --model bears" in await bot.hears(ADMIN, "can't train")
        assert registry(settings).current(MODEL) == version

    async with running(settings) as bot:
        await bot.says(ADMIN, "/promote bears shipped-1")
        async with asyncio.timeout(30):
            while not any("Nothing of yours is left" in each for each in bot.channel.edits):
                await asyncio.sleep(0.02)
    assert registry(settings).versions(MODEL) == ["shipped-1"]


async def test_where_training_fails_an_admin_is_told_why(bot: Bot, settings: Settings) -> None:
    """Nothing is deleted that answers."""
    stand_in(settings.train_python, """echo '{"event": "failed", "error": "no room on disk"}'""")
    await bot.says(ADMIN, "/start")
    for who, seed in ((ANN, 1), (BOB, 2)):
        await bot.photo(who, picture(seed))
        await bot.says(who, "it's a grizzly")
    version = answer_with(settings, hash_of(settings, ANN))

    await bot.forget(ANN)

    told = await bot.hears(ADMIN, "training bears without their photos failed")
    assert "no room on disk. Say /retrain bears when that is mended" in told
    assert registry(settings).current(MODEL) == version


async def test_backups_that_still_hold_something_are_named(
    bot: Bot, settings: Settings, tmp_path: Path
) -> None:
    """Not those from before the person came, and not one that was deleted since."""
    before, holding, deleted = (tmp_path / f"{name}.tar" for name in ("before", "holding", "gone"))
    await asyncio.to_thread(back_up, settings, before)
    await bot.photo(ANN, picture(1))
    for file in (holding, deleted):
        await asyncio.to_thread(back_up, settings, file)  # it may wait for the bot to write
    deleted.unlink()

    await bot.forget(ANN)
    told = await bot.hears(ANN, "Nothing of yours is left here")

    assert "still hold something until they are deleted: holding.tar." in told


async def test_old_answers_of_a_deleted_version_can_still_be_corrected(
    bot: Bot, settings: Settings
) -> None:
    """Another person's answer by that version stays, with all that can be said of it."""
    await bot.photo(ANN, picture(1))
    version = answer_with(settings, hash_of(settings, ANN))
    await bot.app.models.refresh()
    await bot.photo(BOB, picture(2))
    query = "SELECT version FROM answer WHERE person_id = ?"
    assert rows(settings, query, f"memory:{BOB}") == [(version,)]

    await bot.forget(ANN)
    await bot.hears(ANN, "Nothing of yours is left here")

    assert "Noted" in await bot.says(BOB, "it's a grizzly")
    assert "single-label twin says" in await bot.says(BOB, "/compare")
    assert "shipped-1" in await bot.says(ADMIN, "/models")


async def test_the_last_trace_goes_an_hour_later(
    bot: Bot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message that told the person, and the request. Who came back keeps what is new."""
    await bot.photo(ANN, picture(1))
    await bot.photo(BOB, picture(2))
    for who in (ANN, BOB):
        await bot.forget(who)
        await bot.hears(who, "Nothing of yours is left here")
    await bot.says(BOB, "/start")
    assert len(rows(settings, "SELECT * FROM forgetting")) == 2

    monkeypatch.setattr(module, "FAREWELL_S", -1.0)
    async with asyncio.timeout(30):
        while rows(settings, "SELECT * FROM forgetting"):
            await asyncio.sleep(0.02)

    chats = rows(settings, "SELECT chat_id FROM outbox WHERE chat_id > ''")
    assert chats == [(f"memory:{BOB}",)]
    assert rows(settings, "SELECT id FROM person") == [(f"memory:{BOB}",)]


@pytest.mark.parametrize("step", ["bot.photos.PhotoFiles.erase", "bot.store.engine.Store.compact"])
async def test_a_step_that_fails_is_taken_again(
    bot: Bot, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Nothing is left behind because a file, or the database, could not be had at first."""
    owner, name = step.rsplit(".", 1)
    real, failures = resolve(owner), iter((OSError("no"), OSError("no")))
    done = getattr(real, name)

    async def sometimes(self: object, *given: object) -> None:
        for error in failures:
            raise error
        await done(self, *given)

    monkeypatch.setattr(step, sometimes)
    await bot.photo(ANN, picture(1))
    await bot.forget(ANN)
    await bot.hears(ANN, "Nothing of yours is left here")

    assert next(failures, None) is None
    assert list((settings.home / "photos").rglob("*.jpg")) == []
    assert rows(settings, "SELECT * FROM person") == []


async def test_nothing_is_deleted_while_a_training_runs(bot: Bot, settings: Settings) -> None:
    """It may be learning from the very photo; what it makes of that is deleted afterwards."""
    stand_in(settings.train_python, WAIT_FOR_EVER)
    await bot.photo(ANN, picture(1))
    await bot.says(ANN, "it's a grizzly")
    await bot.does(ADMIN, kind="text", text="/retrain")
    await bot.forget(ANN)
    await bot.hears(ANN, "I delete it now")
    await asyncio.sleep(0.3)  # some looks
    assert len(rows(settings, "SELECT * FROM statement")) == 1

    await bot.does(ADMIN, kind="tap", action="cancel:1", message="m", tap_id="t")
    await bot.hears(ANN, "Nothing of yours is left here")
    assert rows(settings, "SELECT * FROM statement") == []
