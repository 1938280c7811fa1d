"""The loopback Cloud API holds bots to the real one's rules, and answers breaches as Graph does."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.whatsapp_server import PHONE_ID, TOKEN, Person, WhatsAppServer

AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def server() -> AsyncIterator[WhatsAppServer]:
    async with WhatsAppServer() as server:
        yield server


@pytest.fixture
async def ann(server: WhatsAppServer) -> Person:
    """Somebody who has just written."""
    ann = server.person("Ann")
    ann.keeps = []
    await ann.says("hello")
    return ann


def message(**content: Any) -> dict[str, Any]:
    [kind] = content
    return {"messaging_product": "whatsapp", "type": kind, **content}


def buttons(*titles: str, ids: str = "abcdefghijkl") -> dict[str, Any]:
    replies = [
        {"type": "reply", "reply": {"id": one, "title": title}}
        for one, title in zip(ids, titles, strict=False)
    ]
    action = {"buttons": replies}
    return message(interactive={"type": "button", "body": {"text": "?"}, "action": action})


def rows(*some: dict[str, str], button: str = "Choose", body: str = "?") -> dict[str, Any]:
    action = {"button": button, "sections": [{"rows": list(some)}]}
    return message(interactive={"type": "list", "body": {"text": body}, "action": action})


async def send(
    server: WhatsAppServer, given: dict[str, Any], headers: dict[str, str] = AUTHORISED
) -> tuple[int, Any]:
    """The status, and the error's code or the message's id."""
    url = f"{server.url}/{PHONE_ID}/messages"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, json=given, headers=headers) as response,
    ):
        answer = await response.json()
        code = answer["error"]["code"] if "error" in answer else answer["messages"][0]["id"]
        return response.status, code


@pytest.mark.parametrize(
    "good",
    [
        message(text={"body": "x" * 4096}),
        buttons("Right", "Wrong", "x" * 20),
        rows(*({"id": f"r{n}", "title": "x" * 24, "description": "y" * 72} for n in range(10))),
    ],
)
async def test_what_keeps_the_rules(
    server: WhatsAppServer, ann: Person, good: dict[str, Any]
) -> None:
    """Arrives, up to the limits."""
    status, sent = await send(server, {**good, "recipient": ann.id})

    assert status == 200
    assert [one.id for one in server.messages(ann)] == [sent]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (message(text={"body": "x" * 4097}), 131009),
        (message(text={"body": " "}), 131009),
        (message(text={}), 131008),
        (message(text={"body": "x", "parse_mode": "HTML"}), 100),
        ({"messaging_product": "whatsapp", "type": "text"}, 131008),
        ({"type": "text", "text": {"body": "x"}}, 131008),
        (buttons("a", "b", "c", "d"), 131009),
        (buttons(), 131009),
        (buttons("x" * 21), 131009),
        (buttons("same", "same"), 131009),
        (buttons("one", "two", ids="aa"), 131009),
        (rows(*({"id": f"r{n}", "title": f"{n}"} for n in range(11))), 131009),
        (rows({"id": "r", "title": "x" * 25}), 131009),
        (rows({"id": "r", "title": "x", "description": "y" * 73}), 131009),
        (rows({"id": "r", "title": "x"}, {"id": "r", "title": "y"}), 131009),
        (rows({"id": "r", "title": "x"}, button="x" * 21), 131009),
        (rows({"id": "r", "title": "x"}, body="x" * 1025), 131009),
    ],
)
async def test_what_breaks_them(
    server: WhatsAppServer, ann: Person, bad: dict[str, Any], code: int
) -> None:
    """Is refused with Graph's code, and nobody sees it."""
    assert await send(server, {**bad, "recipient": ann.id}) == (400, code)
    assert server.messages(ann) == []


async def upload(server: WhatsAppServer, data: bytes, mime_type: str) -> tuple[int, Any]:
    """The status, and the error's code or the file's id."""
    form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime_type})
    form.add_field("file", io.BytesIO(data), filename="a", content_type=mime_type)
    url = f"{server.url}/{PHONE_ID}/media"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=form, headers=AUTHORISED) as response,
    ):
        answer = await response.json()
        return response.status, answer.get("id") or answer["error"]["code"]


async def test_an_uploaded_image_can_be_sent(server: WhatsAppServer, ann: Person) -> None:
    """With a caption of 1024, or above buttons; not above a list, nor one that nobody uploaded."""
    status, media = await upload(server, b"image", "image/png")
    assert status == 200
    header = {"type": "image", "image": {"id": media}}
    for good in (
        message(image={"id": media, "caption": "x" * 1024}),
        message(interactive={**buttons("Right")["interactive"], "header": header}),
    ):
        assert (await send(server, {**good, "recipient": ann.id}))[0] == 200
    assert [one.picture for one in server.messages(ann)] == [b"image"] * 2

    listed = rows({"id": "r", "title": "x"})["interactive"]
    for bad in (
        message(image={"id": media, "caption": "x" * 1025}),
        message(image={"id": "4711"}),
        message(interactive={**listed, "header": header}),
    ):
        assert await send(server, {**bad, "recipient": ann.id}) == (400, 131009)


@pytest.mark.parametrize(
    ("data", "mime_type", "code"),
    [(b"x", "image/gif", 100), (bytes(5 * 1024**2 + 1), "image/jpeg", 131052)],
    ids=["a GIF", "too large"],
)
async def test_what_is_no_image_to_send(
    server: WhatsAppServer, data: bytes, mime_type: str, code: int
) -> None:
    """JPEG and PNG of 5 MB are."""
    assert await upload(server, data, mime_type) == (400, code)


async def test_to_whom(server: WhatsAppServer, ann: Person) -> None:
    """By either id; not without the token, nor to strangers, nor the day after."""
    text = message(text={"body": "hello"})
    assert (await send(server, {**text, "to": ann.chat.wa_id}))[0] == 200
    assert await send(server, text) == (400, 131008)
    assert await send(server, {**text, "recipient": ann.id}, headers={}) == (401, 190)
    assert await send(server, {**text, "to": "4477"}) == (400, 131026)
    assert await send(server, {**text, "recipient": server.person("Bob").id}) == (400, 131047)

    ann.chat.written_at = 0.0
    assert await send(server, {**text, "recipient": ann.id}) == (400, 131047)


async def test_a_link_is_good_once_and_with_the_token(server: WhatsAppServer) -> None:
    """A file is had in two steps."""
    stored = server.world.store(b"bytes", "image/jpeg")
    async with aiohttp.ClientSession() as http:

        async def link() -> str:
            url = f"{server.url}/{stored.id}"
            async with http.get(url, headers=AUTHORISED) as response:
                return str((await response.json())["url"])

        async def got(url: str, headers: dict[str, str]) -> int:
            async with http.get(url, headers=headers) as response:
                return response.status

        url = await link()
        assert [await got(url, AUTHORISED), await got(url, AUTHORISED)] == [200, 404]
        assert await got(await link(), {}) == 404
