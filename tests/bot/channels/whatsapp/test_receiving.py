"""The webhook: only what Meta signed is taken, and it is answered 200 only once it is saved."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import TooMuch
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import Person, WhatsAppServer


def item(number: int, **more: Any) -> dict[str, Any]:
    """A text as it is posted."""
    about = {"id": f"wamid.{number}", "timestamp": str(1790000000 + number), "type": "text"}
    return {"from": "4477009001", **about, "text": {"body": f"text {number}"}, **more}


async def test_the_handshake(server: WhatsAppServer, bot: Bot) -> None:
    """Meta's challenge comes back to who knows our word, and to nobody else."""
    assert await server.subscribe() == (200, "4711")
    assert (await server.subscribe("a guess"))[0] == 403
    assert (await server.subscribe("ü\udcff".encode(errors="replace").decode()))[0] == 403


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "\xff"])
async def test_what_is_not_signed_is_refused(
    server: WhatsAppServer, bot: Bot, signature: str
) -> None:
    """And nothing of it is saved."""
    assert await server.post(server.body([item(1)], []), signature) == 403
    assert await bot.saved() == []


async def test_the_signature_is_of_the_raw_bytes(server: WhatsAppServer, bot: Bot) -> None:
    """However the JSON is written, spaces and escapes included."""
    spaced = json.dumps(json.loads(server.body([item(1)], [])), indent=3).replace(
        "text", "te\\u0078t"
    )

    assert await server.post(spaced.encode()) == 200
    assert [one.text for one in await bot.saved()] == ["text 1"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"entry": 7}',
        b'{"entry": [{"changes": [null, {}]}]}',
        b"[" * 9999,
    ],
)
async def test_odd_bodies(server: WhatsAppServer, bot: Bot, body: bytes) -> None:
    """What is signed and no message of ours harms nobody."""
    assert await server.post(body) in {200, 400}
    assert await bot.saved() == []


async def test_a_body_that_is_too_large(server: WhatsAppServer, bot: Bot) -> None:
    """Is not read to its end."""
    assert await server.post(b" " * 5_000_000) == 413


async def test_one_broken_message_loses_no_neighbour(server: WhatsAppServer, bot: Bot) -> None:
    """Items of one body are independent of each other."""
    broken = [None, 7, item(2, timestamp="soon"), item(3, text="no object"), item(4, id="")]
    body = server.body([item(1), *broken, item(5)], ["no contact"])

    assert await server.post(body) == 200
    assert [one.text for one in await bot.saved()] == ["text 1", "text 5"]


async def test_half_a_character(server: WhatsAppServer, bot: Bot) -> None:
    """JSON can hold it, and no database or answer can: it is replaced."""
    half = "\ud83d"
    contact = {"wa_id": "4477009001", "profile": {"name": f"Ann{half}"}}
    body = server.body([item(1, text={"body": f"a bear {half}"})], [contact])

    assert await server.post(body) == 200
    [saved] = await bot.saved()
    assert (saved.text, saved.sender_name) == ("a bear ?", "Ann?")


async def test_a_message_that_cannot_be_saved(server: WhatsAppServer, bot: Bot) -> None:
    """Its neighbours are; the body is posted again, and nothing is then there twice."""
    bot.failures = [OSError("disk full")]
    body = server.body([item(1), item(2)], [])

    assert await server.post(body) == 503
    assert [one.text for one in await bot.saved()] == ["text 2"]
    assert await server.post(body) == 200
    assert [one.text for one in await bot.saved()] == ["text 2", "text 1"]


async def test_duplicates_are_dropped(server: WhatsAppServer, bot: Bot) -> None:
    """A message is there once, however often it is posted."""
    for _ in range(3):
        assert await server.post(server.body([item(1), item(1)], [])) == 200

    assert len(await bot.saved()) == 1


async def test_disorder_within_a_body(server: WhatsAppServer, bot: Bot) -> None:
    """What one body tells is taken in the order in which it was done."""
    await server.post(server.body([item(3), item(1), item(2)], []))

    assert [one.text for one in await bot.saved()] == ["text 1", "text 2", "text 3"]


async def test_a_reaction_that_comes_late(server: WhatsAppServer, bot: Bot) -> None:
    """A thumb whose removal came first is not put back."""

    def reaction(number: int, **emoji: str) -> dict[str, Any]:
        return item(number, type="reaction", reaction={"message_id": "wamid.ours", **emoji})

    await server.post(server.body([reaction(2)], []))
    await server.post(server.body([reaction(1, emoji="👍")], []))
    await server.post(server.body([reaction(3, emoji="👎")], []))

    assert [one.reaction for one in await bot.saved()] == ["", "👎"]


async def test_another_number_of_the_same_app(server: WhatsAppServer, bot: Bot) -> None:
    """What was written to it is not ours."""
    assert await server.post(server.body([item(1)], [], phone_id="999")) == 200
    assert await bot.saved() == []


async def test_after_stop_nothing_is_taken(server: WhatsAppServer, bot: Bot) -> None:
    """Meta keeps it for the next start."""
    await bot.channel.stop()

    assert await server.post(server.body([item(1)], [])) == 503
    assert await bot.saved() == []


async def test_too_much_is_said_and_handled(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Over a limit the sentence goes to the chat, once a minute, and is posted no more."""
    bot.failures = [TooMuch("That was a lot.") for _ in range(3)]
    for _ in range(3):
        await ann.says("spam")
    await server.until(lambda: server.messages(ann))

    assert [one.text for one in server.messages(ann)] == ["That was a lot."]
    assert await bot.saved() == []


async def test_a_message_that_did_not_arrive(server: WhatsAppServer, bot: Bot) -> None:
    """Is known only later, by a callback: it is logged with WhatsApp's reason, and not answered."""
    why = [{"code": 131026, "title": "Message undeliverable"}]
    status = {"id": "wamid.ours", "status": "failed", "timestamp": "1790000000", "errors": why}
    with capture_logs() as logs:
        assert await server.post(server.told([status])) == 200

    assert [(one["message"], one["why"]) for one in logs] == [("wamid.ours", why)]
    assert await bot.saved() == []
