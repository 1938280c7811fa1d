"""What a new version changed for the photos that people spoke of, and who hears of it."""

import pytest

from bot.changes import Change, Changes, Changing
from bot.channels.memory import MemoryChannel, Message
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store import training_runs
from bot.store.engine import Store
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue, FakeModels, answer

TEDDY = answer(teddy=0.9)
SETTINGS = Settings(admins="memory:admin")


@pytest.fixture
def chat(store: Store) -> Dialogue:
    return Dialogue(store, SETTINGS)


@pytest.fixture
def group(chat: Dialogue) -> Dialogue:
    return chat.elsewhere("group", private=False)


def models() -> FakeModels:
    """Version 1 took the place of shipped-1: what was none is a teddy."""
    models = FakeModels()
    models.replayed = {"shipped-1": NONE, "1": TEDDY}
    models.answering["bears"] = "1"
    return models


async def promoted(
    store: Store, outbox: Outbox, channel: MemoryChannel, settings: Settings = SETTINGS
) -> list[Message]:
    """What people get after version 1 was promoted."""
    changing = Changing(settings, store, outbox, models())
    await changing.tell("bears", await changing.compare("bears", "1"))
    await outbox.stop()
    return channel.messages


def test_a_photo_is_right_when_all_that_people_say_of_it_is() -> None:
    """Fixed and broken are counted; what nobody spoke of, and what stays, is neither."""
    said = {
        "fixed": {"teddy": "present", "black": "absent"},
        "broken": {"teddy": "absent"},
        "as it was": {"grizzly": "absent"},
        "half": {"teddy": "present", "grizzly": "present"},
    }
    changes = Changes.among([Change(photo, NONE, TEDDY, labels) for photo, labels in said.items()])

    assert changes.photos == 4
    assert [change.photo_sha256 for change in changes.fixed] == ["fixed"]
    assert [change.photo_sha256 for change in changes.broken] == ["broken"]


async def test_who_corrected_gets_the_photo_back(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue
) -> None:
    """In their chat, in reply to the photo, with before and after: only their newest."""
    await chat.photo(NONE, same="one")
    await chat.say("it's a teddy")
    newest = await chat.photo(NONE, same="two")
    await chat.say("it's a teddy")

    [told] = await promoted(store, outbox, channel)

    assert told.reply.text == (
        "I learned from what you told me. This photo before: none of my classes. Now: teddy (90%)."
    )
    assert (told.chat, told.reply.reply_to) == (chat.chat, newest.reply.reply_to)
    assert told.reply.picture is None  # these photos are not kept


async def test_a_photo_that_is_kept_comes_with_the_message(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue
) -> None:
    """The picture is the photo itself, with its size and what is said of it."""
    chat.photo_path = "photos/aa/one.jpg"
    await chat.photo(NONE)
    await chat.say("it's a teddy")

    [told] = await promoted(store, outbox, channel)

    assert told.reply.picture is not None
    assert told.reply.picture.path == "photos/aa/one.jpg"
    assert (told.reply.picture.width_px, told.reply.picture.height_px) == (640, 480)


@pytest.mark.parametrize("how", ["not fixed", "confirmed", "taken back", "blocked", "setting"])
async def test_nobody_else_is_disturbed(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue, how: str
) -> None:
    """No message about a photo that is not as they said, nor to those who corrected nothing."""
    await chat.photo(TEDDY if how == "confirmed" else NONE)
    words = {"not fixed": "it's a grizzly", "confirmed": "right"}
    await chat.say(words.get(how, "it's a teddy"))
    if how == "taken back":
        await chat.say("/undo")
    if how == "blocked":
        await chat.say("/block memory:ann", who="admin")
    settings = SETTINGS.model_copy(update={"tell_changes": how != "setting"})

    assert await promoted(store, outbox, channel, settings) == []


async def test_groups_are_left_in_peace(
    store: Store, outbox: Outbox, channel: MemoryChannel, group: Dialogue
) -> None:
    """What was corrected where others read along is not brought up again."""
    message = await group.photo(NONE)
    await group.say("it's a teddy", message)

    assert await promoted(store, outbox, channel) == []


async def test_a_version_that_is_gone_is_not_compared(store: Store, outbox: Outbox) -> None:
    """Then nothing is said of changes, and the promotion stands."""
    gone = models()
    gone.damaged = {"shipped-1"}

    changes = await Changing(SETTINGS, store, outbox, gone).compare("bears", "1")

    assert changes == Changes(0, (), ())


async def test_rollback_below_the_card(store: Store, chat: Dialogue) -> None:
    """An admin's tap goes back while that version answers; later it says that it is too late."""
    chat.models.answering["bears"] = "1"
    async with store.writing() as session:
        run = await training_runs.request(session, "bears", "memory:1", "memory:admin")
        await training_runs.update(session, run.id, status="promoted", version="1")
    message = await chat.photo(GRIZZLY)

    refused = (await chat.act(message, f"rollback:{run.id}", who="ann")).notice
    await chat.act(message, f"rollback:{run.id}", who="admin")
    done = chat.messages[-1].text
    late = await chat.act(chat.messages[-1], f"rollback:{run.id}", who="admin")

    assert refused.startswith("Only an admin")
    assert done == "From now on version shipped-1 of bears answers."
    assert late.notice.startswith("Another version answers by now.")


async def test_an_admin_sees_what_became_wrong_and_right(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue
) -> None:
    """The photo with what people say of it, before and after; those that are not kept are not."""
    chat.photo_path = "photos/aa/one.jpg"
    await chat.photo(NONE, same="one")
    await chat.say("nothing")
    await chat.photo(NONE, same="two")
    await chat.say("it's a teddy")
    changing = Changing(SETTINGS, store, outbox, models())

    await changing.show("memory:admin", await changing.compare("bears", "1"))
    await outbox.stop()

    wrong, right = channel.messages
    assert wrong.reply.text == (
        "Became wrong. People say: no black, grizzly or teddy. Before: none of my classes. "
        "Now: teddy (90%)."
    )
    assert right.reply.text.startswith("Became right. People say: teddy. Before: none")
    assert [each.chat for each in (wrong, right)] == ["admin"] * 2
    assert all(each.reply.picture for each in (wrong, right))


async def test_who_was_shown_what_changed_is_not_told_again(
    store: Store, outbox: Outbox, channel: MemoryChannel, chat: Dialogue
) -> None:
    """An admin who corrects and retrains in one chat gets a photo once."""
    await chat.photo(NONE)
    await chat.say("it's a teddy")
    changing = Changing(SETTINGS, store, outbox, models())

    changes = await changing.compare("bears", "1")
    await changing.tell("bears", changes, but=f"memory:{chat.chat}")
    await outbox.stop()

    assert len(changes.fixed) == 1
    assert channel.messages == []


async def test_promote_below_a_refusal(store: Store, chat: Dialogue) -> None:
    """An admin overrules the gate by a tap; a second one changes nothing."""
    async with store.writing() as session:
        run = await training_runs.request(session, "bears", "memory:1", "memory:admin")
        await training_runs.update(session, run.id, status="refused", version="1")
    message = await chat.photo(GRIZZLY)

    refused = (await chat.act(message, f"promote:{run.id}", who="ann")).notice
    await chat.act(message, f"promote:{run.id}", who="admin")
    done = chat.messages[-1].text
    again = await chat.act(chat.messages[-1], f"promote:{run.id}", who="admin")

    assert refused.startswith("Only an admin")
    assert done == "From now on version 1 of bears answers."
    assert again.notice == "That version answers already."


async def test_a_class_that_was_renamed_is_no_change(
    store: Store, outbox: Outbox, chat: Dialogue
) -> None:
    """Both versions are read by the names of now: what was right is right."""
    await chat.photo(GRIZZLY)
    await chat.say("a grizzly")
    await chat.say("/rename grizzly brown", who="admin")
    both = models()
    renamed = answer(classes=("brown", "black", "teddy"), brown=0.97)
    both.replayed = {"shipped-1": GRIZZLY, "1": renamed}

    changes = await Changing(SETTINGS, store, outbox, both).compare("bears", "1")

    assert changes == Changes(1, (), ())
