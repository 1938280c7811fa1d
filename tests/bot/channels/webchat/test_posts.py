"""What a browser sends, and what becomes of it."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from bot.conversation.messages import Button, Incoming, Reply
from bot.web import posts
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site

BUTTONS = ((Button("right:1", "Right"), Button("wrong:1", "Wrong")),)


async def answer(site: Site, page: Page, text: str = "A grizzly.") -> str:
    """The bot says something with buttons; the message's id."""
    return await site.web.send(await site.person(page), Reply(text, BUTTONS), str(uuid4()))


async def test_words_are_in_the_inbox_when_the_browser_is_told_so(site: Site, page: Page) -> None:
    """A message that was acknowledged is in the inbox, under the id that its bubble has."""
    said = await page.say("  hello\u0000 there ")
    (received,) = await site.received()
    person = await site.person(page)
    assert said.status == 200
    assert received == Incoming(
        channel="webchat",
        external_id=received.external_id,
        kind="text",
        chat=person,
        sender=person,
        message=said.body["id"],
        text="hello there",
    )


async def test_message_sent_again_is_there_once(site: Site, page: Page) -> None:
    """A browser that heard no answer sends again: one bubble, one update."""
    key = str(uuid4())
    first, second = await page.say("hello", id=key), await page.say("hello", id=key)
    assert first.body == second.body
    assert len(await page.messages()) == len(await site.received()) == 1


async def test_same_id_from_another_person_is_another_message(
    site: Site, open_page: OpenPage
) -> None:
    """Nobody can swallow another person's message by using its id first."""
    key = str(uuid4())
    for _ in range(2):
        await (await open_page(site)).say("hello", id=key)
    assert len(await site.received()) == 2


async def test_over_a_limit_nothing_is_kept_and_later_it_is_taken(
    serve: Serve, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the rate a message is refused in the limit's words; sent again later, it is taken."""
    site = await serve(messages_per_minute=2)
    page = await open_page(site)  # the greeting is one
    key = str(uuid4())
    await page.say("one")
    refused = await page.say("two", id=key)
    shown = [message["text"] for message in await page.messages()]
    monkeypatch.setattr("bot.intake.MINUTE_S", 0.0)
    taken = await page.say("two", id=key)
    assert refused.status == 429
    assert "2 messages in a minute" in refused.body["error"]
    assert shown == ["one"]
    assert taken.status == 200
    assert [message["text"] for message in await page.messages()] == ["one", "two"]


async def test_refused_messages_leave_no_rows_behind(serve: Serve, open_page: OpenPage) -> None:
    """Whoever floods the bot does not fill its database, nor confuse an open page."""
    site = await serve(messages_per_minute=1)
    page = await open_page(site)
    for _ in range(5):
        await page.say("flood")
    await site.web.send(await site.person(page), Reply("calm"), "1")
    async with page.events() as events:
        assert (await events.next()).data["text"] == "calm"
    assert [message["text"] for message in await page.messages()] == ["calm"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"type": "dance"}',
        b'{"type": "text", "id": "1", "text": "x"}',
        b'{"type": "text", "id": "%s", "text": " "}' % str(uuid4()).encode(),
        b'{"type": "text", "id": "%s", "text": ["x"]}' % str(uuid4()).encode(),
        b'{"type": "text", "id": "%s", "text": "\\ud800"}' % str(uuid4()).encode(),
        b'{"type": "text", "id": "%s", "text": "x", "chat": "2"}' % str(uuid4()).encode(),
        b'{"type": "tap", "id": "%s", "message": "1; --"}' % str(uuid4()).encode(),
        b'{"type": "text", "id": "%s", "text": "\xff"}' % str(uuid4()).encode(),
        json.dumps({"type": "text", "id": str(uuid4()), "text": "x" * 4097}).encode(),
        b"[" * 50_000,
    ],
)
async def test_nonsense_is_refused_with_a_sentence(site: Site, page: Page, body: bytes) -> None:
    """Whatever is sent in place of a message: 400, a sentence, nothing kept."""
    said = await page.post("/api/messages", data=body)
    assert said.status == 400
    assert said.body["error"]
    assert await site.received() == []


async def test_endless_message_is_not_read(page: Page) -> None:
    """A body far over a message's length is refused before it fills the memory."""
    said = await page.post("/api/messages", data=b"x" * 1_000_000)
    assert said.status == 413
    assert said.body["error"]


async def test_tap_says_which_button_of_which_message(site: Site, page: Page) -> None:
    """A tap arrives as the button's action on the message that shows it."""
    message = await answer(site, page)
    said = await page.send(type="tap", message=message, action="wrong:1")
    (tap,) = await site.received("tap")
    assert said.status == 200
    assert (tap.message, tap.action) == (message, "wrong:1")
    assert tap.tap_id


@pytest.mark.parametrize("action", ["right:2", "", "promote"])
async def test_button_that_is_not_shown_cannot_be_tapped(
    site: Site, page: Page, action: str
) -> None:
    """Only what a message offers can be tapped: an action made up reaches nobody."""
    said = await page.send(type="tap", message=await answer(site, page), action=action)
    assert said.status == 409
    assert await site.received() == []


async def test_message_of_another_chat_takes_no_tap_reaction_or_reply(
    site: Site, open_page: OpenPage
) -> None:
    """A person can't reach into another's chat, whatever ids they try."""
    page, other = await open_page(site), await open_page(site)
    theirs = await answer(site, other)
    tap = await page.send(type="tap", message=theirs, action="right:1")
    reaction = await page.send(type="reaction", message=theirs, emoji="👍")
    reply = await page.say("no", reply_to=theirs)
    (received,) = await site.received()
    assert (tap.status, reaction.status, reply.status) == (409, 400, 200)
    assert received.reply_to is None
    assert reply.body["quote"] is None


async def test_reaction_is_shown_at_the_message_and_taken_back(site: Site, page: Page) -> None:
    """A reaction is kept with the message that it is on; an empty one takes it back."""
    await page.open()
    message = await answer(site, page)
    shown = []
    for emoji in ("👍", ""):
        await page.send(type="reaction", message=message, emoji=emoji)
        shown.append((await page.messages())[0]["reaction"])
    reactions = await site.received("reaction")
    assert shown == ["👍", ""]
    assert [(one.message, one.reaction) for one in reactions] == [(message, "👍"), (message, "")]


async def test_own_message_takes_no_reaction(page: Page) -> None:
    """A reaction is a word on an answer: on one's own message it would mean nothing."""
    mine = await page.say("hello")
    said = await page.send(type="reaction", message=mine.body["id"], emoji="👍")
    assert said.status == 400


async def test_reply_carries_what_it_quotes(site: Site, page: Page) -> None:
    """A reply names the message it answers, and its bubble keeps the quoted words."""
    message = await answer(site, page, "A grizzly. " + "x" * 500)
    said = await page.say("no, a black bear", reply_to=message)
    (received,) = await site.received()
    assert received.reply_to == message
    assert said.body["quote"]["author"] == "bot"
    assert said.body["quote"]["text"].startswith("A grizzly. ")
    assert len(said.body["quote"]["text"]) == 140


async def test_photo_reaches_whoever_fetches_it_byte_for_byte(site: Site, page: Page) -> None:
    """A photo arrives with its name, caption and album, and `fetch` gives the bytes sent."""
    group = str(uuid4())
    said = await page.photo(b"\xff\xd8 some bytes", name="bär.jpg", text="my bear", group=group)
    (received,) = await site.received("photo")
    assert said.status == 200
    assert received.photo is not None
    assert received.photo.filename == "bär.jpg"
    assert (received.text, received.group) == ("my bear", group)
    assert await site.web.fetch(received.photo, 1000) == b"\xff\xd8 some bytes"


async def test_photo_over_the_limit_is_refused_while_it_comes_in(
    serve: Serve, open_page: OpenPage
) -> None:
    """A photo over the limit is refused in words, even if the browser hides its length."""
    site = await serve(max_photo_mb=0.01)
    page = await open_page(site)

    async def chunks() -> Any:
        for _ in range(20):
            yield b"x" * 1000

    for data in (b"x" * 20_000, chunks()):
        said = await page.photo(data)
        assert said.status == 413
        assert "the most I can take" in said.body["error"]
    assert await site.received() == []


async def test_many_large_photos_at_once_are_asked_to_wait(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Photos coming in may fill only so much memory; more are asked to come again shortly."""
    monkeypatch.setattr(posts, "HELD_PHOTOS", 0)
    said = await page.photo(b"x")
    monkeypatch.undo()
    assert said.status == 503
    assert int(said.headers["Retry-After"]) > 0
    assert (await page.photo(b"x")).status == 200


async def test_full_disk_is_said_so(serve: Serve, open_page: OpenPage) -> None:
    """Over the disk quota a photo is refused in words, and nothing is shown as sent."""
    site = await serve(max_disk_gb=1e-9)
    page = await open_page(site)
    said = await page.photo(b"some photo")
    assert said.status == 429
    assert "disk is full" in said.body["error"]
    assert await page.messages() == []


@pytest.mark.parametrize("header", ["", "%%%", "e30", "bm8ganNvbg==", "W10=", "gICAgA=="])
async def test_photo_without_its_particulars_is_refused(page: Page, header: str) -> None:
    """A photo whose header can't be read: 400 and a sentence."""
    said = await page.post("/api/photos", data=b"x", headers={"X-Photo": header})
    assert said.status == 400
    assert said.body["error"]


async def test_photo_that_breaks_off_is_not_kept(site: Site, page: Page) -> None:
    """An upload that the connection cuts short leaves neither a bubble nor an update."""
    cookie = next(iter(page.cookies)).value
    _, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(
        b"POST /api/photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        b"X-Photo: eyJpZCI6ICI3ZjljMjVkMi0wZTFhLTRhNTctOWI2MS0zYjA4ZTA1ZjE0ZDIifQ==\r\n"
        + f"Cookie: nonesuch={cookie}\r\n\r\nonly this".encode()
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await page.say("after")).status == 200
    assert [message["text"] for message in await page.messages()] == ["after"]


async def test_what_a_crash_left_on_the_way_is_handed_over_at_the_start(
    serve: Serve, open_page: OpenPage
) -> None:
    """What the process stored and died before handing over is handed over at the next start."""
    before = await serve()
    page = await open_page(before)
    await before.web.stop()
    said = await page.say("are you there?")
    after = await serve()
    (received,) = await after.received()
    assert said.status == 503
    assert received.text == "are you there?"


async def test_what_is_refused_at_the_start_does_not_keep_the_chat_from_starting(
    serve: Serve, open_page: OpenPage
) -> None:
    """Over a limit, what a crash left is given up, and the chat starts."""
    before = await serve()
    page = await open_page(before)
    await before.web.stop()
    for text in ("one", "two"):
        await page.say(text)
    after = await serve(messages_per_minute=2)  # the greeting was one
    assert [one.text for one in await after.received()] == ["one"]
    assert await open_page(after)


async def test_the_browsers_languages_come_with_what_people_do(site: Site, page: Page) -> None:
    """A text carries the browser's list, cut off where nobody reads that many languages."""
    said = {"type": "text", "text": "hallo"}

    for languages in ("de-AT, de;q=0.9", "de," * 200):
        headers = {"Accept-Language": languages}
        await page.post("/api/messages", json={**said, "id": str(uuid4())}, headers=headers)

    first, second = await site.received()
    assert first.language == "de-AT, de;q=0.9"
    assert len(second.language) == 100


async def test_the_page_offers_commands_in_the_browsers_language(site: Site, page: Page) -> None:
    """What each does is said as the conversation would say it."""
    opened = await page.post("/api/open", headers={"Accept-Language": "fr"})

    assert opened.body["commands"][0] == {
        "name": "start",
        "about": "ce que je fais, et ce que je connais",
    }
