"""The whole service on WhatsApp: the loop against the loopback Cloud API server.

Real SQLite, the shipped models, a cat that is none of the bears' classes.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.channels.whatsapp import WEBHOOK_PATH
from bot.settings import Settings
from tests.service import Service
from tests.whatsapp_server import (
    APP_SECRET,
    TOKEN,
    VERIFY_TOKEN,
    Message,
    Person,
    WhatsAppServer,
)

CAT = Path(__file__).resolve().parents[1] / "docs/pictures/chelsea.jpg"


@pytest.fixture
async def server() -> AsyncIterator[WhatsAppServer]:
    async with WhatsAppServer() as server:
        yield server


@pytest.fixture
async def app(server: WhatsAppServer, own_home: Path) -> AsyncIterator[App]:
    app = App(Settings.model_validate({"port": 0, **server.settings}))
    await app.start()
    server.webhook = f"http://127.0.0.1:{app.webchat.port}{WEBHOOK_PATH}"
    yield app
    await app.stop()


@pytest.fixture
def ann(server: WhatsAppServer, app: App) -> Person:
    return server.person("Ann")


class Chat:
    """Somebody who waits for the answer to each thing that they do."""

    def __init__(self, server: WhatsAppServer, person: Person) -> None:
        self._server = server
        self._person = person
        self._seen = 0

    async def photo(self, data: bytes) -> Message:
        photo = await self._person.sends_photo(data)
        return await self.answer(quoting=photo)

    async def says(self, words: str, to: Message | None = None) -> Message:
        said = await self._person.says(words, to)
        return await self.answer(quoting=said)

    async def taps(self, label: str, on: Message) -> Message:
        await self._person.taps(label, on)
        return await self.answer(quoting=on)

    async def reacts(self, emoji: str, to: Message) -> Message:
        await self._person.reacts(emoji, to)
        return await self.answer(quoting=to)

    async def answer(self, quoting: Message) -> Message:
        """The bot's next message."""
        sent = self._server.messages
        found = await self._server.until(lambda: sent(self._person)[self._seen :])
        self._seen += 1
        assert found[0].reply_to is quoting
        return found[0]


async def labels(app: App) -> dict[str, str]:
    """What training reads."""
    async with app.store.reading() as session:
        rows = await session.execute(text("SELECT class_name, state FROM training_label"))
        return {row.class_name: row.state for row in rows}


async def test_the_loop(server: WhatsAppServer, app: App, ann: Person) -> None:
    """Photo, answer with buttons, a tap, noted, Undo; the list, words."""
    chat = Chat(server, ann)
    answer = await chat.photo(CAT.read_bytes())
    assert "None of my classes" in answer.text
    assert answer.labels[:3] == ["Right", "Wrong", "Fix labels"]

    noted = await chat.taps("Right", answer)
    assert "You said: right" in noted.text
    assert await labels(app) == dict.fromkeys(("grizzly", "black", "teddy"), "absent")

    undone = await chat.taps("Undo", noted)
    assert undone.text.startswith("Undone: ")
    assert undone.labels == answer.labels
    assert await labels(app) == {}

    fixing = await chat.taps("Fix labels", undone)
    assert fixing.is_list
    chosen = await chat.taps("teddy", fixing)
    assert "✓ teddy" in chosen.labels
    assert "You said: teddy" in (await chat.taps("Done", chosen)).text
    assert (await labels(app))["teddy"] == "present"

    words = await chat.says("no, it's a black bear", to=answer)
    assert "black yes" in words.text
    assert (await labels(app))["black"] == "present"


async def test_a_thumb_and_its_removal(server: WhatsAppServer, app: App, ann: Person) -> None:
    """A reaction is a word, and taking it back takes the word back."""
    chat = Chat(server, ann)
    answer = await chat.photo(CAT.read_bytes())
    assert "Noted" in (await chat.reacts("👍", to=answer)).text
    assert len(await labels(app)) == 3

    assert "Undone" in (await chat.reacts("", to=answer)).text
    assert await labels(app) == {}


async def test_words_are_about_what_stands_last(
    server: WhatsAppServer, app: App, ann: Person
) -> None:
    """A list that was opened below a newer answer is what bare words then are about."""
    chat = Chat(server, ann)
    cat = await chat.photo(CAT.read_bytes())
    coffee = await chat.photo(CAT.with_name("coffee.jpg").read_bytes())
    await chat.taps("Wrong", cat)
    await chat.says("it's a black bear")

    again = await chat.photo(CAT.read_bytes())
    assert "You told me: black" in again.text
    assert "You told me" not in coffee.text


async def test_a_file_that_is_no_photo(server: WhatsAppServer, app: App, ann: Person) -> None:
    """Gets a sentence."""
    answer = await Chat(server, ann).photo(b"no photo at all")

    assert answer.text
    assert answer.labels == []


async def test_a_kill_loses_no_photo(server: WhatsAppServer, own_home: Path) -> None:
    """Taken, killed, started again: answered once, whatever Meta repeats; no secret in the log."""
    settings = {f"NONESUCH_{name.upper()}": value for name, value in server.settings.items()}
    service = Service(own_home, {**settings, "NONESUCH_LOG_LEVEL": "DEBUG"})
    ann = server.person("Ann")
    await service.start()
    server.webhook = await service.address() + WEBHOOK_PATH
    server.down = True  # so that it can't be answered yet
    photo = await ann.sends_photo(CAT.read_bytes())
    await service.kill()

    server.down = False
    await service.start()
    server.webhook = await service.address() + WEBHOOK_PATH
    await server.until(lambda: server.messages(ann), 60)
    body, _ = server.posted[0]
    assert await server.post(body) == 200
    assert await service.stop() == 0

    assert [one.reply_to for one in server.messages(ann)] == [photo]
    log = service.log.read_text()
    assert [secret for secret in (TOKEN, APP_SECRET, VERIFY_TOKEN) if secret in log] == []
