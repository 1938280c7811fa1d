"""Held against pywa, an independent client of the Cloud API, in an environment of its own.

It reads what people send here as we read it, and sends what we send: so neither the channel nor
the loopback server has a WhatsApp of its own imagining.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp.updates import to_incomings
from bot.conversation import texts
from bot.conversation.messages import Button, Incoming, Reply
from tests import peers
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import APP_SECRET, PHONE_ID, TOKEN, Person, WhatsAppServer

PEER = Path(peers.__file__).parent / "pywa_peer.py"
BUTTONS = ((Button("right:7", "Right"), Button("wrong:7", "Wrong")), (Button("fix:7", "Fix"),))
CHOICES = (*BUTTONS, (Button("none:7", "None"),))


@pytest.fixture(scope="module")
def python() -> str:
    return str(peers.environment("pywa") / "python")


async def answered(python: str, *arguments: str, lines: list[dict[str, Any]]) -> list[Any]:
    """What the peer says to these lines."""
    process = await asyncio.create_subprocess_exec(
        *(python, str(PEER), *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate("\n".join(map(json.dumps, lines)).encode())
    assert process.returncode == 0
    return [json.loads(line) for line in printed.splitlines()]


def as_read(incoming: Incoming) -> dict[str, Any]:
    """An incoming in the peer's words."""
    about = {"id": incoming.external_id, "sender": incoming.sender}
    if incoming.kind == "tap":
        return {**about, "action": incoming.action, "tapped": incoming.message}
    reacted = [incoming.message, incoming.reaction] if incoming.kind == "reaction" else None
    return {
        **about,
        "name": incoming.sender_name,
        "text": incoming.text,
        "photo": incoming.photo.ref if incoming.photo else None,
        "reply_to": incoming.reply_to,
        "reaction": reacted,
    }


async def test_it_reads_what_we_read(
    server: WhatsAppServer, bot: Bot, ann: Person, python: str
) -> None:
    """Words, a photo, a reply, taps on a button and in a list, a reaction and its removal."""
    await ann.says("hello")
    await ann.sends_photo(b"bytes", "what is this?")
    for buttons in BUTTONS, CHOICES:
        await bot.channel.send(ann.id, Reply("Grizzly", buttons), "1")
        await ann.taps("Wrong")
    answer = server.messages(ann)[-1]
    await ann.says("it's a black bear", to=answer)
    await ann.reacts("👍", to=answer)
    await ann.reacts("", to=answer)

    posted = [each for each in server.posted if b'"messages"' in each[0]]
    ours = [one for body, _ in posted for one in to_incomings(json.loads(body), PHONE_ID)]
    lines = [{"body": body.decode(), "signature": signature} for body, signature in posted]
    theirs = await answered(python, "read", APP_SECRET, lines=lines)

    assert len(ours) == 7
    assert theirs == [as_read(one) for one in ours]


async def test_it_refuses_what_we_refuse(server: WhatsAppServer, bot: Bot, python: str) -> None:
    """A signature is made in the same way."""
    body = server.body([], [])
    lines = [{"body": body.decode(), "signature": "sha256=" + "0" * 64}]

    assert await answered(python, "read", APP_SECRET, lines=lines) == [{"refused": True}]


async def test_it_sends_what_we_send(
    server: WhatsAppServer, bot: Bot, ann: Person, python: str
) -> None:
    """A text, buttons and a list, in reply to a photo, are the same JSON by pywa and by us."""
    photo = await ann.sends_photo(b"bytes")
    replies = [Reply("Hello", reply_to=photo.id)]
    replies += [Reply("Grizzly", buttons, photo.id) for buttons in (BUTTONS, CHOICES)]
    lines = [
        {
            "to": ann.id,
            "text": reply.text,
            "quote": reply.reply_to,
            "buttons": [[b.action, b.label] for row in reply.buttons for b in row],
            "choose": texts.CHOOSE,
        }
        for reply in replies
    ]
    sent = await answered(python, "send", server.url, PHONE_ID, TOKEN, lines=lines)
    theirs, server.sent = server.sent, []
    for reply in replies:
        await bot.channel.send(ann.id, reply, "1")
    for message in theirs:  # a lone section needs no title, but pywa wants one
        for section in message.get("interactive", {}).get("action", {}).get("sections", ()):
            assert section.pop("title") == "Classes"

    assert [one["id"] for one in sent] == [one.id for one in server.messages(ann)[:3]]
    assert theirs == server.sent
