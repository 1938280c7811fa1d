"""The loopback server answers as Telegram does, so that what passes here can pass there."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests import photos
from tests.telegram_server import TelegramServer, pictures


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


async def call(server: TelegramServer, method: str, **params: object) -> dict[str, Any]:
    """A call by plain HTTP, objects as JSON within a form."""
    form = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{server.token}/{method}", data=form) as response,
    ):
        answer: dict[str, Any] = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer


def keyboard(text: str = "Right", data: str = "right:1", count: int = 1) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]] * count}


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "message text is empty"),
        ({"text": "  \n"}, "message text is empty"),
        ({"text": "🐻" * 2048}, None),
        ({"text": "🐻" * 2048 + "."}, "message is too long"),
        ({"text": "x", "reply_markup": keyboard()}, None),
        ({"text": "x", "reply_markup": keyboard(data="a" * 64)}, None),
        ({"text": "x", "reply_markup": keyboard(data="ä" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(text="")}, "button text is empty"),
        ({"text": "x", "reply_markup": keyboard(count=101)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
        ({"text": "x", "colour": "blue"}, "no parameter colour"),
        ({"text": "x", "chat_id": "1"}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id must be an Integer"),
    ],
)
async def test_what_may_be_sent(
    server: TelegramServer, params: dict[str, Any], description: str | None
) -> None:
    """A message that Telegram would refuse is refused, in Telegram's words."""
    ann = server.person("Ann")

    answer = await call(server, "sendMessage", **{"chat_id": str(ann.id)} | params)

    assert answer["ok"] is (description is None)
    assert (description or "") in answer.get("description", "")
    assert len(server.messages(ann)) == answer["ok"]


async def test_edits(server: TelegramServer) -> None:
    """An edit must change something, of the bot's own message, that is there."""
    ann = server.person("Ann")
    theirs = ann.says("hello")
    sent = await call(server, "sendMessage", chat_id=ann.id, text="A", reply_markup=keyboard())
    edit = {"chat_id": ann.id, "message_id": sent["result"]["message_id"], "text": "A"}

    same = await call(server, "editMessageText", **edit, reply_markup=keyboard())
    without = await call(server, "editMessageText", **edit)
    gone = await call(server, "editMessageText", **edit | {"message_id": 99})
    not_ours = await call(server, "editMessageText", **edit | {"message_id": theirs.id})
    buttons = await call(
        server,
        "editMessageReplyMarkup",
        chat_id=ann.id,
        message_id=edit["message_id"],
        reply_markup=keyboard("Wrong"),
    )

    assert "message is not modified" in same["description"]
    assert without["ok"]
    assert gone["description"] == "Bad Request: message to edit not found"
    assert not_ours["description"] == "Bad Request: message can't be edited"
    assert buttons["ok"]
    assert server.messages(ann)[0].buttons == [["Wrong"]]


async def test_updates_stay_until_an_offset_passes_them(server: TelegramServer) -> None:
    """Reading confirms nothing; the offset after an update does."""
    ann = server.person("Ann")
    for text in "one", "two", "three":
        ann.says(text)

    first = (await call(server, "getUpdates", limit=2))["result"]
    again = (await call(server, "getUpdates"))["result"]
    rest = (await call(server, "getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    last = (await call(server, "getUpdates", offset=-1))["result"]

    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert [update["message"]["text"] for update in again] == ["one", "two", "three"]
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert last == rest
    assert server.world.updates.confirmed == 2


async def test_reactions_come_only_when_asked_for(server: TelegramServer) -> None:
    """Reactions need allowed_updates and, in a group, a bot that is an administrator."""
    ann, group = server.person("Ann"), server.group("Bear watchers", bot_is_admin=False)
    message = ann.says("hello")
    in_group = ann.says("hello", in_=group)
    ann.reacts("👍", to=message)
    await call(server, "getUpdates", allowed_updates=["message_reaction"])
    ann.reacts("👎", to=message)
    ann.reacts("👎", to=in_group)
    ann.says("not asked for")

    updates = (await call(server, "getUpdates"))["result"]

    assert [[*update][1] for update in updates] == ["message", "message", "message_reaction"]
    assert updates[2]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert updates[2]["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👎"}]


async def test_a_bad_kind_of_update_is_refused(server: TelegramServer) -> None:
    """A misspelt kind in allowed_updates does not pass unnoticed."""
    answer = await call(server, "getUpdates", allowed_updates=["reaction"])

    assert not answer["ok"]


async def test_a_tap_is_answered_once(server: TelegramServer) -> None:
    """A callback query takes one answer, of 200 characters at most."""
    ann = server.person("Ann")
    await call(server, "sendMessage", chat_id=ann.id, text="A", reply_markup=keyboard())
    tap = ann.taps("Right")

    long = await call(server, "answerCallbackQuery", callback_query_id=tap.id, text="x" * 201)
    once = await call(server, "answerCallbackQuery", callback_query_id=tap.id, text="Noted")
    twice = await call(server, "answerCallbackQuery", callback_query_id=tap.id)

    assert "MESSAGE_TOO_LONG" in long["description"]
    assert once["ok"]
    assert tap.answer == "Noted"
    assert "query is too old" in twice["description"]


async def test_one_chat_can_be_busy(server: TelegramServer) -> None:
    """A 429 says how long to wait, in its parameters."""
    ann, bob = server.person("Ann"), server.person("Bob")
    ann.chat.busy_calls, ann.chat.busy_for_s = 1, 3

    busy = await call(server, "sendMessage", chat_id=ann.id, text="A")
    other = await call(server, "sendMessage", chat_id=bob.id, text="B")

    assert (busy["error_code"], busy["parameters"]) == (429, {"retry_after": 3})
    assert other["ok"]


async def test_polling_and_webhook_exclude_each_other(server: TelegramServer) -> None:
    """With a webhook set, polling is a conflict; deleting it makes polling possible again."""
    await call(server, "setWebhook", url="http://127.0.0.1:9/", secret_token="s3cret")
    conflict = await call(server, "getUpdates")
    await call(server, "deleteWebhook")

    assert conflict["error_code"] == 409
    assert (await call(server, "getUpdates"))["ok"]
    assert not (await call(server, "setWebhook", url="ftp://x"))["ok"]
    assert not (await call(server, "setWebhook", url="http://x/", secret_token="no spaces"))["ok"]


async def test_a_wrong_token_or_method(server: TelegramServer) -> None:
    """401 for a token that is none, 404 for a method that is none."""
    assert (await call(server, "sendGreetings"))["error_code"] == 404
    server.token = "4242:another"
    server_url = server.url
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server_url}/bot4242:wrong/getMe") as response,
    ):
        assert response.status == 401


@pytest.mark.parametrize(
    ("command", "description", "ok"),
    [("start", "Begin", True), ("Start", "Begin", False), ("a-b", "x", False), ("a", "", False)],
)
async def test_commands(server: TelegramServer, command: str, description: str, ok: bool) -> None:
    """Commands are lower case letters, digits and underscores, with a description."""
    commands = [{"command": command, "description": description}]

    assert (await call(server, "setMyCommands", commands=commands))["ok"] is ok


async def test_commands_of_one_chat(server: TelegramServer) -> None:
    """They stand beside those that all chats have; the chat must be known, and the scope too."""
    ann = server.person("Ann")
    commands = [{"command": "retrain", "description": "Learn"}]
    wrong = [{"type": "chat", "chat_id": 1}, {"type": "chat"}, {"type": "everywhere"}]

    set_one = await call(
        server, "setMyCommands", commands=commands, scope={"type": "chat", "chat_id": ann.id}
    )
    answers = [
        await call(server, "setMyCommands", commands=commands, scope=scope) for scope in wrong
    ]

    assert set_one["ok"]
    assert server.world.chat_commands == {ann.id: commands}
    assert server.world.commands == []
    assert [answer["ok"] for answer in answers] == [False, False, False]


async def test_a_photo_goes_out_and_comes_back(server: TelegramServer) -> None:
    """A photo sent as a multipart upload can be fetched by its file id and path."""
    ann = server.person("Ann")
    form = aiohttp.FormData({"chat_id": str(ann.id), "caption": "a heat map"})
    picture = photos.jpeg(320, 240)
    form.add_field("photo", picture, filename="map.jpg")
    async with aiohttp.ClientSession() as session:
        url = f"{server.url}/bot{server.token}/sendPhoto"
        async with session.post(url, data=form) as response:
            sent = (await response.json())["result"]
        file = await call(server, "getFile", file_id=sent["photo"][0]["file_id"])
        path = file["result"]["file_path"]
        async with session.get(f"{server.url}/file/bot{server.token}/{path}") as response:
            assert await response.read() == picture
    assert (sent["photo"][0]["width"], sent["caption"]) == (320, "a heat map")
    assert server.messages(ann)[0].picture == picture


async def upload(server: TelegramServer, method: str, file: bytes, **params: str) -> str:
    """Call a method with a file; what Telegram says against it."""
    form = aiohttp.FormData(params)
    form.add_field("photo", file, filename="picture.jpg")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{server.token}/{method}", data=form) as response,
    ):
        return str((await response.json()).get("description", "")).removeprefix("Bad Request: ")


@pytest.mark.parametrize(
    ("picture", "caption", "description"),
    [
        (photos.jpeg(), "🐻" * 512, ""),
        (photos.jpeg(), "🐻" * 512 + ".", "message caption is too long"),
        (photos.jpeg(20, 1), "", ""),
        (photos.jpeg(21, 1), "", "PHOTO_INVALID_DIMENSIONS"),
        (photos.encode(Image.new("1", (5001, 5000)), "PNG"), "", "PHOTO_INVALID_DIMENSIONS"),
        (b"no photo", "", "IMAGE_PROCESS_FAILED"),
        (b"", "", "file must be non-empty"),
    ],
)
async def test_which_photos_may_be_sent(
    server: TelegramServer, picture: bytes, caption: str, description: str
) -> None:
    """A photo that Telegram would refuse is refused, and so are too many words below it."""
    ann = str(server.person("Ann").id)
    said = await upload(server, "sendPhoto", picture, chat_id=ann, caption=caption)
    assert said == description


async def test_a_photo_may_be_too_big(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bytes; ten million of them are more than a test needs."""
    monkeypatch.setattr(pictures, "MAX_PHOTO_BYTES", 100)
    said = await upload(server, "sendPhoto", photos.jpeg(), chat_id=str(server.person("Ann").id))
    assert said == "file is too big for a photo"


async def test_a_group_may_take_no_photos(server: TelegramServer) -> None:
    """Then words can still be sent."""
    bears = server.group("Bears")
    bears.chat.takes_no_photos = True
    said = await upload(server, "sendPhoto", photos.jpeg(), chat_id=str(bears.chat.id))
    assert said == "not enough rights to send photos to the chat"
    assert (await call(server, "sendMessage", chat_id=bears.chat.id, text="words"))["ok"]


async def test_words_below_a_photo_have_a_method_of_their_own(server: TelegramServer) -> None:
    """And a photo can join a message of words; from then on its words are a caption."""
    ann = server.person("Ann")
    await call(server, "sendMessage", chat_id=ann.id, text="Words")
    [message] = server.messages(ann)
    edited = {"chat_id": str(ann.id), "message_id": str(message.id)}
    media = json.dumps({"type": "photo", "media": "attach://photo", "caption": "Below"})

    early = await call(server, "editMessageCaption", caption="New", **edited)
    assert "no caption in the message to edit" in early["description"]
    assert await upload(server, "editMessageMedia", photos.jpeg(), media=media, **edited) == ""
    assert (message.text, message.picture) == ("Below", photos.jpeg())
    late = await call(server, "editMessageText", text="New", **edited)
    assert "no text in the message to edit" in late["description"]
    assert (await call(server, "editMessageCaption", caption="New", **edited))["ok"]
    assert message.text == "New"


async def test_privacy_mode(server: TelegramServer) -> None:
    """In privacy mode a bot sees of a group only commands and replies to itself."""
    server.privacy_mode = True
    ann, group = server.person("Ann"), server.group("Bear watchers")
    await call(server, "sendMessage", chat_id=group.chat.id, text="A grizzly")
    ann.says("hello", in_=group)
    ann.says("/help", in_=group)
    ann.replies("no", to=server.messages(group)[0])

    updates = (await call(server, "getUpdates"))["result"]

    assert [update["message"]["text"] for update in updates] == ["/help", "no"]
