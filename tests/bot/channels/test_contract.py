"""What every channel promises: the same dialogue has the same course, wherever it is held.

One bot on all platforms; the web chat by its own HTTP, Telegram and WhatsApp by their loopback
servers. A new person for each test.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, select, text

from bot.conversation.fit import fit
from bot.conversation.messages import Button, Incoming, Photo, Reply
from bot.store.tables import Inbox, Statement
from model.errors import BadPhoto
from tests.bot.channels.chats import PLATFORMS, Chat
from tests.bot.channels.world import World, one_bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURES = Path(__file__).resolve().parents[3] / "docs/pictures"
CAT, COFFEE = ((PICTURES / name).read_bytes() for name in ("chelsea.jpg", "coffee.jpg"))
ANSWER = ["Right", "Wrong", "Fix labels"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with one_bot(tmp_path_factory.mktemp("contract") / "home") as world:
        yield world


@pytest_asyncio.fixture(params=PLATFORMS, loop_scope="module")
async def chat(world: World, request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    """Somebody's chat. What they say is forgotten afterwards: the next test has the same photo."""
    chat = await PLATFORMS[request.param](world).begin()
    yield chat
    await chat.end()
    async with world.app.store.writing() as session:
        await session.execute(delete(Statement))


async def labels(world: World) -> dict[str, str]:
    """What training reads."""
    async with world.app.store.reading() as session:
        rows = await session.execute(text("SELECT class_name, state FROM training_label"))
        return {row.class_name: row.state for row in rows}


async def heard(world: World, chat: Chat) -> Incoming:
    """The newest update of the chat's channel."""
    newest = select(Inbox.payload).where(Inbox.channel == chat.channel).order_by(Inbox.id.desc())
    async with world.app.store.reading() as session:
        return Incoming.from_json((await session.scalars(newest.limit(1))).one())


async def test_every_channel_is_here(world: World) -> None:
    """Those that the bot can have, and the one in memory."""
    assert set(world.app.channels) == set(PLATFORMS)


async def test_a_photo_is_answered(chat: Chat) -> None:
    """With what the model says, and three buttons before any other."""
    answer = await chat.photo(CAT)

    assert answer.text.startswith("None of my classes.\n")
    assert answer.labels[:3] == ANSWER


async def test_an_album_is_one_answer(chat: Chat) -> None:
    """Numbered; where a platform does not tell what belongs together, each photo has its own."""
    answers = await chat.album(CAT, COFFEE)

    if chat.tells_albums:
        [answer] = answers
        assert [line[:2] for line in answer.text.splitlines()] == ["1.", "2."]
        assert {"All right", "Fix 1", "Fix 2"} <= set(answer.labels)
    else:
        assert [one.text.startswith("None of my classes.") for one in answers] == [True, True]


async def test_labels_below_a_photo(world: World, chat: Chat) -> None:
    """A caption may say what the photo shows; any other caption is no vote."""
    assert "You said" not in (await chat.photo(CAT, "my lovely grizzly")).text
    assert await labels(world) == {}

    assert "You said: teddy" in (await chat.photo(CAT, "/label teddy")).text
    assert (await labels(world))["teddy"] == "present"


async def test_right_and_undo(world: World, chat: Chat) -> None:
    """A tap is said back with Undo; then the answer stands as before, and nothing counts."""
    answer = await chat.photo(CAT)
    noted = await chat.taps("Right", answer)
    assert "You said: right." in noted.text
    assert noted.labels == ["Undo", "Fix labels"]
    assert set((await labels(world)).values()) == {"absent"}

    undone = await chat.taps("Undo", noted)
    assert undone.text.endswith(answer.text)
    assert undone.labels == answer.labels
    assert await labels(world) == {}


async def test_fix_labels(world: World, chat: Chat) -> None:
    """A list of all classes, of which any number is chosen."""
    fixing = await chat.taps("Fix labels", await chat.photo(CAT))
    assert {"grizzly", "black", "teddy", "None", "Done", "New class…", "Cancel"} == set(
        fixing.labels
    )
    one = await chat.taps("teddy", fixing)
    two = await chat.taps("black", one)
    assert {"✓ teddy", "✓ black", "grizzly"} < set(two.labels)

    done = await chat.taps("Done", two)
    assert "You said: black and teddy." in done.text
    assert await labels(world) == {"teddy": "present", "black": "present", "grizzly": "absent"}


async def test_words_count_at_once(world: World, chat: Chat) -> None:
    """A reply in words is noted; the same photo is then answered with it."""
    noted = await chat.says("no, it's a black bear", to=await chat.photo(CAT))
    assert "black yes" in noted.text
    assert "Undo" in noted.labels

    assert "You told me: black." in (await chat.photo(CAT)).text


async def test_words_are_about_what_they_reply_to(world: World, chat: Chat) -> None:
    """And not about what was answered since."""
    first = await chat.photo(CAT)
    await chat.photo(COFFEE)
    await chat.says("it's a teddy", to=first)

    assert "You told me: teddy." in (await chat.photo(CAT)).text
    assert "You told me" not in (await chat.photo(COFFEE)).text


async def test_a_new_class(world: World, chat: Chat) -> None:
    """A class that the model does not know is asked about first."""
    await chat.photo(CAT)
    question = await chat.says("it's a polar bear")
    assert question.labels == ["Yes", "No"]

    assert "polar bear yes" in (await chat.taps("Yes", question)).text
    assert (await labels(world))["polar_bear"] == "present"


async def test_a_thumb_and_its_removal(world: World, chat: Chat) -> None:
    """A reaction is a word, and taken back the word is."""
    answer = await chat.photo(CAT)
    await chat.reacts("👍", to=answer)
    assert len(await labels(world)) == 3

    assert "Undone" in (await chat.reacts("", to=answer)).text
    assert await labels(world) == {}


async def test_wrong_is_asked_back(world: World, chat: Chat) -> None:
    """A thumb down alone says nothing that could be learned."""
    question = await chat.reacts("👎", to=await chat.photo(CAT))

    assert "What is in it?" in question.text
    assert await labels(world) == {}


async def test_what_is_shown_and_not_only_said(chat: Chat) -> None:
    """The part of the photo that spoke for a class comes as a picture, with its words."""
    answer = await chat.photo(CAT)
    why = await chat.says("/why teddy", to=answer)

    assert why.text.startswith("Teddy: ")
    assert why.has_picture


async def test_what_is_told_twice_is_taken_once(world: World, chat: Chat) -> None:
    """A platform that repeats itself gets no second answer."""
    await chat.photo(CAT)
    before = await chat.shown()

    assert not await world.app.intake.save(await heard(world, chat))
    assert (await chat.says("/classes")).text.startswith("bears")
    assert len(await chat.shown()) == len(before) + 1


async def test_commands(chat: Chat) -> None:
    """The same words everywhere; what admins may do, nobody else may."""
    assert "grizzly" in (await chat.says("/classes")).text
    assert "Only an admin" in (await chat.says("/retrain")).text
    assert "/nonsense" in (await chat.says("/nonsense")).text


async def test_a_file_that_is_no_photo(chat: Chat) -> None:
    """A sentence, and no buttons."""
    answer = await chat.photo(b"no photo at all" * 100)

    assert answer.text
    assert answer.labels == []


async def test_others_see_nothing_of_it(world: World, chat: Chat) -> None:
    """Two people at once have each a chat of their own."""
    other = await type(chat)(world).begin()
    before = await other.shown()
    await chat.photo(CAT)

    assert await other.shown() == before
    await other.end()


async def test_a_photo_that_is_too_large_or_gone(world: World, chat: Chat) -> None:
    """Is said to be; the bytes are counted."""
    await chat.photo(CAT)
    photo = (await heard(world, chat)).photo
    channel = world.app.channels[chat.channel]
    assert photo is not None

    with pytest.raises(BadPhoto):
        await channel.fetch(photo, 100)
    with pytest.raises(BadPhoto):
        await channel.fetch(Photo("0123456789"), 10**6)


async def test_whatever_fits_the_limits_can_be_sent(world: World, chat: Chat) -> None:
    """The longest text, with as many and as long buttons as a channel says that it can have."""
    await chat.says("/start")
    channel, to = world.app.channels[chat.channel], (await heard(world, chat)).chat
    buttons = tuple((Button(f"fix:{n}", f"{n} " + "long " * 30),) for n in range(200))
    for some in buttons[:2], buttons:
        reply = fit(Reply("word " * 4000, some), channel.limits)
        assert await channel.send(to, reply, f"key {len(some)}")
    assert len((await chat.shown())[-1].labels) == channel.limits.buttons


async def test_a_change_to_a_message_that_is_gone(world: World, chat: Chat) -> None:
    """Is no error."""
    await chat.says("/start")
    channel, to = world.app.channels[chat.channel], (await heard(world, chat)).chat

    assert await channel.send(to, Reply("changed", edits="999999"), "key")


async def test_typing_never_fails(world: World, chat: Chat) -> None:
    """Nor in a chat that nobody knows."""
    await world.app.channels[chat.channel].typing("4711")
