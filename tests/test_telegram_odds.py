"""What else people do on Telegram, through the whole service: groups, files, albums, trouble.

As tests/test_telegram_loop.py: the unmodified client against the loopback Bot API server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from tests import photos
from tests.telegram_server import Message, Person, TelegramServer
from tests.telegram_server.people import Group

CAT = (Path(__file__).resolve().parents[1] / "docs/pictures/chelsea.jpg").read_bytes()
Start = Callable[..., Awaitable[App]]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def start(server: TelegramServer, own_home: Path) -> AsyncIterator[Start]:
    """Starts the service; again after it was stopped."""
    apps: list[App] = []

    async def start(**settings: object) -> App:
        known = {"telegram_token": server.token, "telegram_api": server.url, "port": 0}
        app = App(Settings.model_validate({"album_debounce_s": 0.3, **known, **settings}))
        await app.start()
        apps.append(app)
        await server.until(lambda: server.is_read)
        return app

    yield start
    for app in apps:
        await app.stop()


@pytest.fixture
async def app(start: Start) -> App:
    return await start()


@pytest.fixture
def ann(server: TelegramServer) -> Person:
    return server.person("Ann")


async def answers(server: TelegramServer, chat: Person | Group, count: int = 1) -> list[Message]:
    """What the bot wrote in a chat, once it is so much and all that was done is handled."""
    await server.until(lambda: len(server.messages(chat)) >= count)
    return server.messages(chat)


@pytest.mark.usefixtures("app")
async def test_an_album_with_everything(server: TelegramServer, ann: Person) -> None:
    """Three photos, the caption on the second, one corrupt, one late: one answer, numbered."""
    ann.sends_photo(CAT, album="7")
    ann.sends_photo(b"\xff\xd8 corrupt", "is this a grizzly?", album="7")
    [answer] = await answers(server, ann)
    ann.sends_photo(photos.jpeg(), album="7")
    await server.until(lambda: "\n3. " in answer.text)

    lines = answer.text.splitlines()
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. "]
    assert "None of my classes" in lines[0]
    assert "not a photo that I can read" in lines[1]
    assert server.messages(ann) == [answer]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (CAT, "scan", "None of my classes"),
        (photos.animated("GIF"), "bear.pdf", "It moves: I looked at the first frame."),
        (b"%PDF-1.7", "bear.jpg", "This file is not a photo that I can read"),
    ],
)
async def test_a_file_is_what_its_bytes_are(
    server: TelegramServer, ann: Person, data: bytes, name: str, said: str
) -> None:
    """Not what it is called."""
    ann.sends_document(data, name)
    [answer] = await answers(server, ann)
    assert said in answer.text


@pytest.mark.usefixtures("app")
async def test_stickers_and_gifs(server: TelegramServer, ann: Person) -> None:
    """A sticker is answered; of a GIF the first frame is, and the answer says so."""
    ann.sends_sticker(CAT)
    [first] = await answers(server, ann)
    ann.sends_gif(CAT)
    _, second = await answers(server, ann, 2)
    assert "first frame" not in first.text
    assert "It moves: I looked at the first frame." in second.text


@pytest.mark.usefixtures("app")
async def test_a_question_and_a_label_as_captions(server: TelegramServer, ann: Person) -> None:
    """A question is answered first; a label counts; editing the caption later does not."""
    ann.sends_photo(CAT, "is this a grizzly?")
    [first] = await answers(server, ann)
    assert first.text.startswith("No, I don't see a grizzly.")
    labelled = ann.sends_photo(CAT, "/label teddy")
    _, second = await answers(server, ann, 2)
    assert "You said: teddy" in second.text
    ann.edits(labelled, "/label grizzly")
    ann.says("/classes")
    await answers(server, ann, 3)
    assert "You said: teddy" in second.text


@pytest.mark.usefixtures("app")
async def test_in_a_group_only_the_sender_decides(server: TelegramServer, ann: Person) -> None:
    """The photo that names the bot is answered; a bystander's tap changes nothing that others see.

    Who tapped is looked at when they tap, and only they are told.
    """
    bears, ben = server.group("Bear watchers"), server.person("Ben")
    ben.sends_photo(CAT, in_=bears)
    ann.sends_photo(CAT, "@NonesuchTestBot", in_=bears)
    [answer] = await answers(server, bears)
    before = answer.text, answer.buttons
    fix, right = ben.taps("Fix labels", answer), ben.taps("Right", answer)
    await server.until(lambda: fix.answer is not None and right.answer is not None)
    assert str(fix.answer).startswith("Only whoever sent the photo, or an admin, can do that.")
    assert str(right.answer).startswith("I keep it as your opinion")
    assert (answer.text, answer.buttons) == before
    ann.taps("Right", answer)
    await server.until(lambda: "Ann said: right" in answer.text)
    assert server.messages(bears) == [answer]


@pytest.mark.usefixtures("app")
async def test_an_anonymous_admin_may_speak_but_a_tap_is_a_persons(
    server: TelegramServer, ann: Person
) -> None:
    """Telegram names the person who taps, and that is nobody who sent the photo."""
    bears = server.group("Bear watchers")
    ann.sends_photo(CAT, "@NonesuchTestBot", in_=bears, anonymous=True)
    [answer] = await answers(server, bears)
    tap = ann.taps("Fix labels", answer)
    await server.until(lambda: tap.answer is not None)
    assert str(tap.answer).startswith("Only whoever sent the photo")
    message = bears.chat.add(ann.user, text="it's a teddy", reply_to=answer, anonymous=True)
    server.world.updates.add("message", message.to_json())
    *_, noted = await answers(server, bears, 2)
    assert noted.text.startswith("Noted: teddy yes")


@pytest.mark.usefixtures("app")
async def test_a_group_becomes_a_supergroup(server: TelegramServer, ann: Person) -> None:
    """What was chosen there holds on; a reply to the old chat arrives in the new one, once."""
    bears = server.group("Bear watchers")
    ann.says("/model pascal", in_=bears)
    await answers(server, bears)
    old = bears.chat
    ann.says("/classes", in_=bears)  # on its way when the group moves
    new = bears.becomes_supergroup(ann)
    await server.until(lambda: any("pascal, version" in one.text for one in _by_bot(old, new)))
    ann.sends_photo(CAT, "@NonesuchTestBot", in_=bears)
    await server.until(lambda: any("Cat" in one.text for one in server.messages(bears)))
    assert ["pascal, version" in one.text for one in _by_bot(old, new)].count(True) == 1


def _by_bot(*chats: object) -> list[Message]:
    return [one for chat in chats for one in chat.messages.values() if one.by_bot]  # type: ignore[attr-defined] # either chat


@pytest.mark.usefixtures("app")
async def test_trouble_in_one_chat_is_no_trouble_in_another(
    server: TelegramServer, ann: Person
) -> None:
    """One blocked the bot, one is over its rate: a third is answered meanwhile."""
    ben, eve = server.person("Ben"), server.person("Eve")
    ben.blocks_the_bot()
    eve.chat.busy_calls, eve.chat.busy_for_s = 1000, 30
    for person in (ben, eve, ann):
        person.sends_photo(CAT)
    [answer] = await answers(server, ann)
    assert "None of my classes" in answer.text
    assert server.messages(ben) == server.messages(eve) == []


async def test_an_old_button_after_a_restart(
    server: TelegramServer, start: Start, ann: Person
) -> None:
    """Works as before, as all that it needs is in the database."""
    app = await start()
    ann.sends_photo(CAT)
    [answer] = await answers(server, ann)
    await app.stop()
    await start()
    ann.taps("Right", answer)
    await server.until(lambda: "You said: right" in answer.text)


async def test_all_of_it_by_webhook(server: TelegramServer, start: Start, ann: Person) -> None:
    """A photo, its answer and a tap on it, posted by Telegram instead of polled."""
    probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    await start(port=port, public_url=f"http://127.0.0.1:{port}", telegram_webhook_secret="s3cret")
    ann.sends_photo(CAT)
    [answer] = await answers(server, ann)
    ann.taps("Right", answer)
    await server.until(lambda: "You said: right" in answer.text)
    assert server.calls_of("getUpdates") == []
