"""Live events: what open pages are told, and how they catch up."""

import asyncio
import socket
from uuid import uuid4

import pytest
from sqlalchemy import delete

from bot.conversation.messages import Button, Reply
from bot.store.tables import WebMessage
from bot.web import events as live
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Site


async def test_bubble_arrives_live_and_an_edit_under_the_same_id(site: Site, page: Page) -> None:
    """What the bot says arrives at once; its edit comes as the same bubble, newer."""
    person = await site.person(page)
    async with page.events() as events:
        message = await site.web.send(person, Reply("Looking…", progress=0.5), "1")
        first = await events.next("bubble")
        buttons = ((Button("undo:1", "Undo"),),)
        await site.web.send(person, Reply("A grizzly.", buttons, edits=message), "2")
        second = await events.next("bubble")
    assert (first.data["text"], first.data["progress"]) == ("Looking…", 0.5)
    assert (second.data["text"], second.data["progress"]) == ("A grizzly.", None)
    assert second.data["buttons"] == [[{"action": "undo:1", "label": "Undo"}]]
    assert first.data["id"] == second.data["id"] == message
    assert int(first.revision) < int(second.revision)


async def test_all_tabs_of_a_browser_are_live(site: Site, page: Page, open_page: OpenPage) -> None:
    """What is written in one tab appears in the other."""
    other = await open_page(site, of=page)
    async with page.events() as here, other.events() as there:
        await page.say("hello")
        seen = [(await events.next("bubble")).data["text"] for events in (here, there)]
    assert seen == ["hello", "hello"]


async def test_nobody_else_hears_it(site: Site, page: Page, open_page: OpenPage) -> None:
    """Another browser's stream carries nothing of this chat."""
    other = await open_page(site)
    async with other.events() as events:
        await page.say("secret")
        await site.web.typing(await site.person(page))
        await other.say("mine")
        assert (await events.next()).data["text"] == "mine"


@pytest.mark.parametrize("by", ["header", "query"])
async def test_what_was_missed_is_caught_up_in_order(site: Site, page: Page, by: str) -> None:
    """A page that was away asks for what came after its last event, and gets just that."""
    revisions = [(await page.say(text)).body["revision"] for text in ("a", "b", "c", "d")]
    seen = revisions[1]
    headers = {"Last-Event-ID": str(seen)} if by == "header" else None
    async with page.events(after=0 if headers else seen, headers=headers) as events:
        caught_up = [(await events.next()).data["text"] for _ in range(2)]
    assert caught_up == ["c", "d"]


async def test_more_than_a_page_of_changes_is_caught_up(site: Site, page: Page) -> None:
    """However much was missed, all of it comes."""
    person = await site.person(page)
    for number in range(250):
        await site.web.send(person, Reply(str(number)), str(number))
    async with page.events() as events:
        seen = [(await events.next("bubble")).data["text"] for _ in range(250)]
    assert seen == [str(number) for number in range(250)]


@pytest.mark.parametrize("after", ["-1", "x", "", "1" * 40, "\u0661"])
async def test_nonsense_in_place_of_a_revision_is_refused(page: Page, after: str) -> None:
    """A revision that is no number: 400 and a sentence."""
    status, body, _ = await page.get("/api/events", params={"after": after})
    assert status == 400
    assert b"must be a number" in body


async def test_revisions_are_given_once_whoever_writes_at_the_same_time(
    site: Site, page: Page
) -> None:
    """Many writers at once: every change gets a revision of its own, and none is left out."""
    person = await site.person(page)
    replies = (site.web.send(person, Reply(str(n)), str(n)) for n in range(20))
    await asyncio.gather(*replies, *(page.say(str(n)) for n in range(20)))
    revisions = sorted(message["revision"] for message in await page.messages())
    assert revisions == list(range(1, 41))


async def test_typing_and_notices_pass_by(site: Site, page: Page) -> None:
    """Typing and notices reach the open pages, and a page opened later knows nothing of them."""
    person = await site.person(page)
    async with page.events() as events:
        await site.web.typing(person)
        await site.web.send(person, Reply("", notice="Noted.", tap_id="7"), "1")
        seen = [await events.next(), await events.next()]
    assert [event.name for event in seen] == ["typing", "notice"]
    assert seen[1].data == {"text": "Noted.", "tap": "7"}
    assert await page.messages() == []


async def test_too_many_tabs_put_the_oldest_to_rest(
    site: Site, page: Page, open_page: OpenPage
) -> None:
    """One tab too many is live; the oldest is told that the chat is open elsewhere, and ends."""
    tabs = [await open_page(site, of=page) for _ in range(live.PER_CHAT)]
    async with page.events() as oldest:
        streams = [tab.events() for tab in tabs]
        opened = [await stream.__aenter__() for stream in streams]
        last_words = await oldest.ended()
        await page.say("hello")
        seen = [(await events.next("bubble")).data["text"] for events in opened]
        for stream in streams:
            await stream.__aexit__(None, None, None)
    assert [event.name for event in last_words] == ["elsewhere"]
    assert seen == ["hello"] * live.PER_CHAT


async def test_too_many_streams_in_all_are_asked_to_come_later(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that serves as many pages as it can says so, and when to come again."""
    monkeypatch.setattr(live, "IN_ALL", 0)
    status, body, headers = await page.get("/api/events")
    assert status == 503
    assert headers["Retry-After"] == "10"
    assert b"Answers may come late" in body


async def test_silence_is_broken_by_beats(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page hears the server beat, so that it can tell a dead connection from a quiet one."""
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    async with page.events() as events:
        assert (await events.next()).name == "beat"


async def test_page_of_a_chat_that_was_emptied_begins_anew(site: Site, page: Page) -> None:
    """After the chat's rows were deleted, an open page is told to start over and misses nothing."""
    person = await site.person(page)
    for text in ("a", "b"):
        await page.say(text)
    async with page.events(after=2) as events:
        async with site.store.writing() as session:
            await session.execute(delete(WebMessage))
        await site.web.send(person, Reply("Forgotten."), str(uuid4()))
        first, second = await events.next(), await events.next()
    assert first.name == "reset"
    assert second.data["text"] == "Forgotten."


async def test_streams_end_when_the_bot_stops(site: Site, page: Page) -> None:
    """Open pages don't keep the bot from stopping: their streams are ended."""
    async with page.events() as events:
        await page.say("hello")
        await events.next("bubble")
        await site.web.stop()
        async with asyncio.timeout(4):  # less than the server waits for what it has begun
            await site.web.close()
        assert await events.ended() == []


async def test_answers_still_arrive_while_the_bot_drains(site: Site, page: Page) -> None:
    """Between `stop` and `close` nothing more is taken, but answers still reach the pages."""
    person = await site.person(page)
    async with page.events() as events:
        await site.web.stop()
        await site.web.send(person, Reply("A grizzly."), "1")
        assert (await events.next("bubble")).data["text"] == "A grizzly."
        assert (await page.say("more")).status == 503


async def test_page_that_takes_nothing_is_dropped_and_catches_up_later(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that stops reading costs the server no memory: it is dropped, and misses nothing."""
    monkeypatch.setattr(live, "SLOW_S", 0.1)
    person, cookie = await site.person(page), next(iter(page.cookies)).value
    with socket.create_connection(("127.0.0.1", site.web.port)) as asleep:
        asleep.setblocking(False)
        asleep.send(
            b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n"
            + f"Cookie: nonesuch={cookie}\r\n\r\n".encode()
        )
        for number in range(200):
            await site.web.send(person, Reply("x" * 100_000), str(number))
        came = b""
        while part := await asyncio.get_running_loop().sock_recv(asleep, 1_000_000):
            came += part
    async with page.events(after=came.count(b"event: bubble")) as events:
        assert int((await events.next("bubble")).revision) <= 200
