"""The whole service on Telegram: the unmodified client library against the loopback Bot API server.

Real SQLite, the shipped models, a cat that is none of the bears' classes.
"""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from bot.app import App
from bot.settings import Settings
from tests.telegram_server import Message, Person, TelegramServer

CAT = Path(__file__).resolve().parents[1] / "docs/pictures/chelsea.jpg"
COFFEE, ASTRONAUT = CAT.with_name("coffee.jpg"), CAT.with_name("astronaut.jpg")


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def app(server: TelegramServer, own_home: Path) -> AsyncIterator[App]:
    settings = {"telegram_token": server.token, "telegram_api": server.url, "port": 0}
    app = App(Settings.model_validate(settings))
    await app.start()
    yield app
    await app.stop()


@pytest.fixture
def ann(server: TelegramServer, app: App) -> Person:
    return server.person("Ann")


async def answer_to(server: TelegramServer, message: Message, ann: Person) -> Message:
    """The bot's message that quotes this one."""

    def found() -> Message | None:
        return next((one for one in server.messages(ann) if one.reply_to is message), None)

    answer = await server.until(found)
    assert answer is not None
    return answer


async def becomes(server: TelegramServer, message: Message, text: str) -> None:
    """Wait until a message of the bot's says this."""
    await server.until(lambda: text in message.text)


async def test_photo_is_answered_with_buttons(server: TelegramServer, ann: Person) -> None:
    """A photo of none of the classes is answered so, as a reply to it, with three buttons; what
    another model names is said, and has a button too."""
    answer = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    assert "None of my classes" in answer.text
    assert answer.text.endswith("My pascal model would say: cat.")
    assert answer.buttons == [["Right", "Wrong", "Fix labels"], ["Use pascal"]]


async def test_document_is_answered_like_a_photo(server: TelegramServer, ann: Person) -> None:
    """An image sent as a file is answered, too."""
    document = ann.sends_document(CAT.read_bytes(), "cat.jpg", "image/jpeg")
    assert "None of my classes" in (await answer_to(server, document, ann)).text


async def test_album_is_answered_as_one_message(server: TelegramServer, ann: Person) -> None:
    """Two photos sent together get one numbered answer."""
    album = ann.sends_album([CAT.read_bytes(), COFFEE.read_bytes()])
    answer = await answer_to(server, album[0], ann)
    assert answer.text.startswith("1. ")
    assert "\n2. " in answer.text
    assert [one.reply_to for one in server.messages(ann) if one.by_bot].count(album[1]) == 0


async def test_heads_answers_with_the_point_drawn(server: TelegramServer, ann: Person) -> None:
    """The photo comes back with a ring, its words below; of an album each, after the answer."""
    await answer_to(server, ann.says("/model heads"), ann)
    answer = await answer_to(server, ann.sends_photo(ASTRONAUT.read_bytes()), ann)
    assert answer.text.startswith("Heads: the point is ")
    assert answer.picture is not None
    with Image.open(io.BytesIO(answer.picture)) as drawn, Image.open(ASTRONAUT) as photo:
        difference = ImageChops.difference(drawn, photo).convert("L").point(lambda grey: grey > 99)
        assert difference.getbbox() is not None

    album = ann.sends_album([CAT.read_bytes(), COFFEE.read_bytes()])
    await answer_to(server, album[1], ann)
    words, first, second = server.messages(ann)[-3:]
    assert words.text.startswith("1. Heads: ")
    assert (words.picture, first.text, second.text) == (None, "Photo 1", "Photo 2")
    assert (first.reply_to, second.reply_to) == (album[0], album[1])
    assert first.picture
    assert second.picture


async def test_correction_by_buttons_and_undo(server: TelegramServer, ann: Person) -> None:
    """Fix labels, a class, Done: said back in the answer's place; Undo brings the answer back."""
    answer = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    ann.taps("Fix labels", answer)
    await server.until(lambda: ["None", "Done", "New class…"] in answer.buttons)
    ann.taps("teddy", answer)
    await server.until(lambda: any("✓ teddy" in row for row in answer.buttons))
    ann.taps("Done", answer)
    await becomes(server, answer, "You said: teddy")
    ann.taps("Undo", answer)
    await server.until(lambda: answer.buttons[0] == ["Right", "Wrong", "Fix labels"])
    assert "You said" not in answer.text


async def test_correction_in_words_counts_at_once(server: TelegramServer, ann: Person) -> None:
    """A reply in words is noted; the same photo again is answered with it."""
    answer = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    words = ann.replies("no, it's a teddy bear", answer)
    assert "teddy yes" in (await answer_to(server, words, ann)).text
    again = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    assert "You told me" in again.text


async def test_thumb_up_means_right(server: TelegramServer, ann: Person) -> None:
    """A reaction is said back, and taking it back takes the word back."""
    answer = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    before = len(server.messages(ann))
    ann.reacts("👍", to=answer)
    await server.until(lambda: len(server.messages(ann)) > before or "You said" in answer.text)


async def test_compare_names_a_bear(server: TelegramServer, ann: Person) -> None:
    """Asked what a forced choice says of the cat, the twin names a bear."""
    answer = await answer_to(server, ann.sends_photo(CAT.read_bytes()), ann)
    twin = (await answer_to(server, ann.replies("/compare", answer), ann)).text
    assert any(bear in twin for bear in ("black", "grizzly", "teddy"))


async def test_commands_are_listed(server: TelegramServer, app: App) -> None:
    """Telegram's menu gets the commands that everybody may give."""
    await server.until(lambda: server.world.commands)
    names = [command["command"] for command in server.world.commands]
    assert "compare" in names
    assert "retrain" not in names


async def test_only_admins_retrain(server: TelegramServer, ann: Person) -> None:
    """Somebody who is no admin is told so."""
    assert "Only an admin" in (await answer_to(server, ann.says("/retrain"), ann)).text
