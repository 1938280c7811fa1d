"""An admin is asked to retrain when enough corrections wait, once; or it happens by itself."""

import asyncio

import pytest

from bot.channels.memory import MemoryChannel
from bot.nudging import Nudging
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store import training_runs
from bot.store.engine import Store
from bot.store.tables import TrainingRun
from tests.bot.conversation.dialogue import GRIZZLY, Dialogue, FakeModels

SETTINGS = Settings(admins="memory:admin", nudge_after=2)


@pytest.fixture
def chat(store: Store) -> Dialogue:
    return Dialogue(store, SETTINGS)


@pytest.fixture
async def admin(chat: Dialogue) -> Dialogue:
    """An admin's own chat, in which they wrote."""
    admin = chat.elsewhere("admin-chat")
    await admin.say("/help", who="admin")
    return admin


def nudging(store: Store, outbox: Outbox, settings: Settings = SETTINGS) -> Nudging:
    return Nudging(settings, store, outbox, FakeModels())


async def correct(chat: Dialogue, photos: int, words: str = "it's a teddy") -> None:
    for _ in range(photos):
        await chat.photo(GRIZZLY)
        await chat.say(words)


async def runs(store: Store) -> list[TrainingRun]:
    async with store.reading() as session:
        run = await training_runs.latest(session, "bears")
        return [run] if run else []


async def sent(channel: MemoryChannel, outbox: Outbox) -> list[tuple[str, str, list[str]]]:
    """(chat, text, buttons) of each message that was sent."""
    await outbox.stop()  # what was begun is sent
    return [
        (message.chat, message.reply.text, [b.label for row in message.reply.buttons for b in row])
        for message in channel.messages
    ]


ASKED = (
    "admin-chat",
    "People corrected 2 photos of bears since it was last trained. Shall I learn from them now?",
    ["Retrain now"],
)


async def test_an_admin_is_asked_once(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue, admin: Dialogue
) -> None:
    """When two photos were corrected, the admin gets one question, over restarts too."""
    await correct(chat, 2)

    await nudging(store, outbox).look(hour=12)
    await nudging(store, outbox).look(hour=13)

    assert await sent(channel, outbox) == [ASKED]


async def test_the_next_batch_is_asked_about_again(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue, admin: Dialogue
) -> None:
    """One more correction is no batch; two more are."""
    await correct(chat, 2)
    await nudging(store, outbox).look(hour=12)
    await correct(chat, 1)
    await nudging(store, outbox).look(hour=12)
    assert len(await sent(channel, outbox)) == 1

    await correct(chat, 1)
    await nudging(store, outbox).look(hour=12)

    assert await sent(channel, outbox) == [ASKED, ASKED]


@pytest.mark.parametrize("words", ["right", "it's a teddy"])
async def test_what_teaches_nothing_new_is_not_counted(
    store: Store,
    outbox: Outbox,
    channel: MemoryChannel,
    chat: Dialogue,
    admin: Dialogue,
    words: str,
) -> None:
    """Right is no correction, and what was taken back is none any more."""
    await correct(chat, 2, words)
    if words != "right":
        await chat.say("/undo")

    await nudging(store, outbox).look(hour=12)

    assert await sent(channel, outbox) == []


async def test_nobody_is_asked_before_an_admin_wrote(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue
) -> None:
    """Ann is no admin: nothing is sent, and nothing is lost."""
    await correct(chat, 2)
    await nudging(store, outbox).look(hour=12)
    assert await sent(channel, outbox) == []
    await chat.elsewhere("admin-chat").say("/help", who="admin")

    await nudging(store, outbox).look(hour=12)

    assert await sent(channel, outbox) == [ASKED]


async def test_the_button_starts_the_training(
    store: Store, outbox: Outbox, chat: Dialogue, admin: Dialogue
) -> None:
    """An admin's tap makes the run wait, and its progress is told in the same message."""
    await correct(chat, 2)
    await nudging(store, outbox).look(hour=12)
    (run,) = await runs(store)
    message = (await admin.say("/help", who="admin"))[-1]

    assert (await admin.act(message, f"retrain:{run.id}", who="ann")).notice.startswith("Only an")
    assert (await runs(store))[0].status == "asked"
    assert (await admin.act(message, f"retrain:{run.id}", who="admin")).notice == (
        "The training starts."
    )

    (begun,) = await runs(store)
    assert (begun.status, begun.outbox_id) == ("waiting", run.outbox_id)
    assert "under way" in (await admin.act(message, f"retrain:{run.id}", who="admin")).notice


async def test_a_question_is_settled_by_a_later_training(
    store: Store, outbox: Outbox, chat: Dialogue, admin: Dialogue
) -> None:
    """When an admin retrained by hand since, then the old button does nothing."""
    await correct(chat, 2)
    await nudging(store, outbox).look(hour=12)
    (asked,) = await runs(store)
    async with store.writing() as session:
        later = await training_runs.request(session, "bears", "memory:1", "memory:admin")
        await training_runs.update(session, later.id, status="refused")
    message = (await admin.say("/help", who="admin"))[-1]

    told = await admin.act(message, f"retrain:{asked.id}", who="admin")

    assert told.notice == "That is settled already. /retrain trains again."


async def test_it_happens_by_itself_at_the_set_hour(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue, admin: Dialogue
) -> None:
    """With an hour set nobody is asked: at that hour, once, a run waits in the admin's chat."""
    at_three = nudging(store, outbox, SETTINGS.model_copy(update={"retrain_hour": 3}))
    await correct(chat, 2)
    await at_three.look(hour=2)
    assert await runs(store) == []

    await at_three.look(hour=3)
    (run,) = await runs(store)
    await at_three.look(hour=3)

    assert (run.status, run.chat_id) == ("waiting", "memory:admin-chat")
    assert [each.id for each in await runs(store)] == [run.id]
    assert await sent(channel, outbox) == []


async def test_it_looks_by_itself(
    store: Store, outbox: Outbox, chat: Dialogue, admin: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once started it sees what comes; with 0 corrections as the setting it never asks."""
    monkeypatch.setattr("bot.nudging.LOOK_EVERY_S", 0.01)
    await correct(chat, 2)
    never = nudging(store, outbox, SETTINGS.model_copy(update={"nudge_after": 0}))
    await never.start()
    await asyncio.sleep(0.05)
    await never.stop()
    assert await runs(store) == []

    asking = nudging(store, outbox)
    await asking.start()
    async with asyncio.timeout(10):
        while not await runs(store):
            await asyncio.sleep(0.01)
    await asking.stop()
