"""From `/retrain`'s row to the message that says what came of it, with a stand-in that trains."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import retraining as module
from bot import training_process
from bot.channels.memory import MemoryChannel
from bot.conversation import texts
from bot.conversation.messages import Picture
from bot.models import Models
from bot.outbox import Outbox
from bot.retraining import Retraining
from bot.settings import Settings
from bot.store import people, training_runs
from bot.store.engine import Store
from bot.store.tables import Person, TrainingRun
from model.backbone import Backbones
from model.registry import Registry
from model.version import load
from tests import photos
from tests.bot.test_twins import seen, speak
from tests.bot.trainer import (
    WAIT_FOR_EVER,
    done,
    gone,
    progress,
    says,
    set_up_under_way,
    stand_in,
)
from tests.bot.versions import add_version

ADMIN = "memory:ann"
PAGE = "memory:1"
CANCEL = ["Cancel"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop looks often, so that no test waits for it."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)


@pytest.fixture(scope="module")
def backbones() -> Backbones:
    return Backbones(threads=1)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Where the interpreter that trains is, or will be."""
    return tmp_path / "environment/bin/python"


@pytest.fixture
def settings(python: Path) -> Settings:
    return Settings(port=0, train_python=python)


@pytest.fixture
async def retraining(
    settings: Settings, store: Store, outbox: Outbox, backbones: Backbones
) -> AsyncIterator[Retraining]:
    models = Models(Registry(settings.registry), backbones)
    retraining = Retraining(settings, store, outbox, models)
    yield retraining
    await retraining.stop()


async def ask(store: Store, model: str = "bears") -> TrainingRun:
    """What `/retrain` does."""
    async with store.writing() as session:
        await people.ensure_person(session, ADMIN, "Ann")
        return await training_runs.request(session, model, PAGE, ADMIN)


async def cancel(store: Store, run: TrainingRun) -> None:
    """What a tap on Cancel does."""
    async with store.writing() as session:
        assert await training_runs.cancel(session, run.id)


async def now(store: Store, run: TrainingRun) -> TrainingRun:
    """The run's row as it stands."""
    async with store.reading() as session:
        return await session.get_one(TrainingRun, run.id)


async def ended(store: Store, run: TrainingRun) -> TrainingRun:
    """The run's row once it has ended."""
    return await until(store, run, lambda row: row.status not in training_runs.ACTIVE)


async def until(
    store: Store, run: TrainingRun, holds: Callable[[TrainingRun], bool]
) -> TrainingRun:
    async with asyncio.timeout(20):
        while not holds(row := await now(store, run)):
            await asyncio.sleep(0.01)
    return row


async def shows(channel: MemoryChannel, text: str, message: int = -1) -> list[str]:
    """The labels below a message, once it says so."""
    async with asyncio.timeout(20):
        while not (channel.messages and text in channel.messages[message].reply.text):
            await asyncio.sleep(0.01)
    return [button.label for row in channel.messages[message].reply.buttons for button in row]


async def test_a_promotion(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """One message, from the first word to the figures of the version that answers."""
    problems = ["people contradict each other"]
    stand_in(python, progress("embed", 120, 400), progress("fit"), done(problems=problems))
    run = await ask(store)
    await retraining.start()
    row = await ended(store, run)

    assert (row.status, row.version, row.why) == ("promoted", "1", "more photos right")
    assert row.ended_at
    assert await shows(channel, "Version 1 of bears answers from now on: more photos right") == [
        "Rollback"
    ]
    (message,) = channel.messages
    assert "90% of the photos" in message.reply.text
    assert "Note: people contradict each other." in message.reply.text
    assert message.chat == "1"


async def test_a_promotion_says_what_changed(
    retraining: Retraining,
    settings: Settings,
    store: Store,
    channel: MemoryChannel,
    python: Path,
    backbones: Backbones,
) -> None:
    """Counts of the photos that people spoke of: fixed and broken by the new version."""
    registry = Registry(settings.registry)
    shipped = load(registry.path("bears", "shipped-1"), backbones)
    registry.promote("bears", add_version(registry), who="ann", why="a test")
    async with store.writing() as session:
        await speak(session, seen("one", 1.0, backbone=shipped.backbone.key))
    stand_in(python, done())
    run = await ask(store)
    await retraining.start()

    assert (await ended(store, run)).status == "promoted"
    await shows(
        channel,
        "Of 1 photo that people spoke of, 0 became right and 0 became wrong.",
    )


async def test_a_refusal(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """The version is kept; how to let it answer all the same is said."""
    stand_in(python, done(promoted=False, why="no photo is answered better"))
    run = await ask(store)
    await retraining.start()

    assert (await ended(store, run)).status == "refused"
    await shows(channel, "/promote bears 1 overrules this.")


@pytest.mark.parametrize("promoted", [True, False])
async def test_the_outcome_comes_with_the_reports_picture(
    retraining: Retraining,
    settings: Settings,
    store: Store,
    channel: MemoryChannel,
    python: Path,
    promoted: bool,
) -> None:
    """Promoted or refused; with its size, and words for whoever can't see it."""
    report = settings.home / "registry/bears/1/report.png"
    report.parent.mkdir(parents=True)
    report.write_bytes(photos.encode(photos.noise(1, 90, 60), "PNG"))
    stand_in(python, done(promoted=promoted, picture=str(report)))
    run = await ask(store)
    await retraining.start()
    await ended(store, run)
    await shows(channel, "Version 1 of bears")

    picture = channel.messages[0].reply.picture
    assert picture == Picture("registry/bears/1/report.png", texts.REPORT_PICTURE, 90, 60)


@pytest.mark.parametrize("path", ["", "/nowhere/report.png", "registry", str(__file__)])
async def test_without_the_picture_the_words_go_alone(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path, path: str
) -> None:
    """Where there is none, or it lies outside of the home, or is no picture."""
    stand_in(python, done(picture=path))
    await retraining_ends(retraining, store, channel)

    assert channel.messages[0].reply.picture is None


async def retraining_ends(
    retraining: Retraining, store: Store, channel: MemoryChannel
) -> TrainingRun:
    run = await ask(store)
    await retraining.start()
    row = await ended(store, run)
    await shows(channel, "answers from now on", 0)
    return row


async def test_whose_words_the_photos_contradict_is_said_in_private(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """By name, to the admin alone; who asked in a group, and has no chat of their own, hears none.

    Somebody who was forgotten meanwhile is nobody.
    """
    async with store.writing() as session:
        bob = await people.ensure_person(session, "memory:bob", "Bob")
    doubted = [
        {"said_by": bob.pseudonym, "said": 30, "doubted": 27},
        {"said_by": "gone", "said": 9, "doubted": 1},
    ]
    stand_in(python, done(doubted=doubted))
    await retraining_ends(retraining, store, channel)
    assert len(channel.messages) == 1

    async with store.writing() as session:
        await people.ensure_chat(session, ADMIN)
    await ended(store, await ask(store))
    await shows(channel, "contradict what these people said")

    private = channel.messages[-1]
    assert private.chat == "ann"
    assert private.reply.text.splitlines()[1:] == ["· Bob (memory:bob): 27 of 30 photos"]
    assert all("Bob" not in each.reply.text for each in channel.messages if each.chat != "ann")


async def test_progress_can_be_watched_and_cancelled(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path, tmp_path: Path
) -> None:
    """A step is told with a button that ends the training, by SIGTERM."""
    stopped = f"trap 'touch {tmp_path}/stopped; exit 130' TERM"
    stand_in(python, stopped, progress("embed", 120, 400), WAIT_FOR_EVER)
    run = await ask(store)
    await retraining.start()
    assert await shows(channel, "Training: looking at photos, 120 of 400 …") == CANCEL
    assert (await now(store, run)).status == "running"
    await cancel(store, run)

    assert (await ended(store, run)).status == "cancelled"
    assert await shows(channel, "The training was cancelled") == []
    assert (tmp_path / "stopped").exists()


async def test_cancelled_too_late(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """A version that was promoted before the training heard of it is not denied."""
    promotes = f"promotes() {{ {done()}; exit 0; }}; trap promotes TERM"
    stand_in(python, promotes, progress("compare"), WAIT_FOR_EVER)
    run = await ask(store)
    await retraining.start()
    await shows(channel, "comparing")
    await cancel(store, run)

    assert (await ended(store, run)).status == "promoted"
    await shows(channel, "Version 1 of bears answers from now on")


async def test_steps_are_told_seldom(
    retraining: Retraining,
    store: Store,
    channel: MemoryChannel,
    python: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new step at once, the rest of it now and then: platforms have their limits."""
    monkeypatch.setattr(module, "TELL_EVERY_S", 3600.0)
    looking = [progress("embed", number, 500) for number in range(500)]
    stand_in(python, *looking, progress("fit"), done())
    run = await ask(store)
    await retraining.start()
    await ended(store, run)
    await shows(channel, "answers from now on")

    told = [channel.messages[0].reply.text, *channel.edits]
    assert sum("looking at photos" in text for text in told) <= 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (says("failed", error="There is nothing to learn."), "There is nothing to learn."),
        ("exit 3", "with exit status 3"),
        ("kill -9 $$", "by signal 9"),
    ],
)
async def test_a_failure(
    retraining: Retraining,
    store: Store,
    channel: MemoryChannel,
    python: Path,
    line: str,
    words: str,
) -> None:
    """Why, and that nothing has changed for who sends photos."""
    stand_in(python, progress("fit"), line)
    run = await ask(store)
    await retraining.start()

    assert (await ended(store, run)).status == "failed"
    assert await shows(channel, "The training failed: ") == []
    await shows(channel, words)
    await shows(channel, "The version that answered goes on answering.")


async def test_an_interpreter_that_can_not_be_started(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """The run fails with a sentence, and a mended interpreter serves the next one."""
    stand_in(python).write_text("#!/no/such/interpreter\n")
    run = await ask(store)
    await retraining.start()
    assert (await ended(store, run)).status == "failed"
    await shows(channel, "can't be started")

    stand_in(python, done())
    assert (await ended(store, await ask(store))).status == "promoted"


async def test_two_runs_in_a_row(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """Each has a message of its own, and the second one waits for the first."""
    stand_in(python, progress("fit"), done())
    first, second = await ask(store), await ask(store, "pascal")
    await retraining.start()
    first, second = await ended(store, first), await ended(store, second)

    await shows(channel, "Version 1 of bears answers", 0)
    await shows(channel, "Version 1 of pascal answers", 1)
    assert len(channel.messages) == 2
    assert str(first.ended_at) < str(second.ended_at)


async def test_it_waits_for_the_set_up(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """While the environment is being made its progress is told; then training starts by itself."""
    with set_up_under_way(python, "installing torch (2 of 4)") as doing:
        run = await ask(store)
        await retraining.start()
        assert await shows(channel, "being set up: installing torch (2 of 4)") == CANCEL
        doing.write_text("nonesuch (4 of 4)\n")
        await shows(channel, "being set up: nonesuch (4 of 4)")
        assert (await now(store, run)).status == "waiting"

        stand_in(python, done())
        doing.unlink()
    assert (await ended(store, run)).status == "promoted"
    assert len(channel.messages) == 1


async def test_a_waiting_run_can_be_cancelled(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """Before anything was started."""
    with set_up_under_way(python, "installing torch (2 of 4)"):
        run = await ask(store)
        await retraining.start()
        await shows(channel, "being set up")
        await cancel(store, run)

        assert (await ended(store, run)).status == "cancelled"
    await shows(channel, "The training was cancelled")


async def test_where_nothing_can_train(
    retraining: Retraining, store: Store, channel: MemoryChannel, settings: Settings
) -> None:
    """As in a container: the command to type elsewhere is named."""
    run = await ask(store)
    await retraining.start()

    assert (await ended(store, run)).status == "failed"
    await shows(channel, f"\n{training_process.by_hand(settings, 'bears')}\n")


async def test_the_bot_stops_in_the_middle(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path, tmp_path: Path
) -> None:
    """The training ends with it, its row and its message say so."""
    pid = tmp_path / "pid"
    stand_in(python, f"echo $$ > {pid}", progress("fit"), WAIT_FOR_EVER)
    run = await ask(store)
    await retraining.start()
    await shows(channel, "learning")
    await retraining.stop()

    await gone(int(pid.read_text()))
    assert (await now(store, run)).status == "interrupted"
    assert await shows(channel, "I was stopped while bears was being trained") == []


async def test_what_a_dead_bot_left(
    retraining: Retraining, outbox: Outbox, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """A run that nobody follows any more is over; its message says so, and the next one starts."""
    stand_in(python, done())
    left = await ask(store)
    message = await outbox.post(PAGE, module.Reply("Training: learning …"))
    async with store.writing() as session:
        await training_runs.update(session, left.id, status="running", outbox_id=message)
    waiting = await ask(store)
    await retraining.start()

    assert (await ended(store, left)).status == "interrupted"
    assert await shows(channel, "/retrain bears does it again", 0) == []
    assert (await ended(store, waiting)).status == "promoted"


async def test_what_a_dead_bot_was_cancelling(
    retraining: Retraining, store: Store, channel: MemoryChannel
) -> None:
    """It is cancelled now."""
    run = await ask(store)
    await cancel(store, run)
    await retraining.start()

    assert (await ended(store, run)).status == "cancelled"
    await shows(channel, "The training was cancelled")


async def test_trouble_with_the_message_ends_the_training(
    retraining: Retraining,
    outbox: Outbox,
    store: Store,
    channel: MemoryChannel,
    python: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A training that can't be followed is not left alone, and not started again and again."""
    pid = tmp_path / "pid"
    stand_in(python, f"echo $$ >> {pid}", progress("fit"), WAIT_FOR_EVER)
    edit = outbox.edit

    async def refuses(outbox_id: int, reply: module.Reply) -> None:
        if "learning" in reply.text:
            raise OSError("the disk is full")
        await edit(outbox_id, reply)

    monkeypatch.setattr(outbox, "edit", refuses)
    run = await ask(store)
    await retraining.start()

    assert (await ended(store, run)).status == "interrupted"
    (started,) = pid.read_text().split()
    await gone(int(started))


async def test_it_is_told_in_the_language_of_whoever_asked(
    retraining: Retraining, store: Store, channel: MemoryChannel, python: Path
) -> None:
    """From the first word to the last, and on the button."""
    stand_in(python, progress("compare"), WAIT_FOR_EVER)
    run = await ask(store)
    async with store.writing() as session:
        (await session.get_one(Person, ADMIN)).language = "de"
    await retraining.start()

    assert await shows(channel, "Training: vergleicht mit der Version") == ["Abbrechen"]
    await cancel(store, run)
    assert await shows(channel, "Das Training wurde abgebrochen") == []
