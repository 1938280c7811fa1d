"""What every channel promises: the same dialogue has the same course, wherever it is held.

One bot on all platforms; the web chat by its own HTTP, Telegram and WhatsApp by their loopback
servers. A new person for each test.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, select, text

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.channels.whatsapp import WEBHOOK_PATH
from bot.conversation.fit import fit
from bot.conversation.messages import Button, Incoming, Photo, Reply
from bot.settings import Settings
from bot.store.tables import Inbox, Statement
from model.errors import BadPhoto
from tests.bot.channels.chats import PLATFORMS, Chat, World
from tests.telegram_server import TelegramServer
from tests.whatsapp_server import WhatsAppServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CAT = (Path(__file__).resolve().parents[3] / "docs/pictures/chelsea.jpg").read_bytes()
ANSWER = ["Right", "Wrong", "Fix labels"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with TelegramServer() as telegram, WhatsAppServer() as whatsapp:
        known = {"telegram_token": telegram.token, "telegram_api": telegram.url}
        home = tmp_path_factory.mktemp("contract") / "home"
        memory = MemoryChannel()
        app = App(
            Settings.model_validate({"home": home, "port": 0, **known, **whatsapp.settings}),
            more=[memory],
        )
        await app.start()
        whatsapp.webhook = f"http://127.0.0.1:{app.webchat.port}{WEBHOOK_PATH}"
        yield World(app, memory, telegram, whatsapp)
        await app.stop()


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
