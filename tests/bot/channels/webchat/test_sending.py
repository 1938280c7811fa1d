"""The channel's own verbs."""

import json
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.webchat import WebChat
from bot.conversation.messages import Button, Photo, Reply
from bot.intake import Intake
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store.engine import Store
from model.errors import BadPhoto, NonesuchError
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import Serve, Site


async def test_reply_sent_again_after_a_crash_is_shown_once(site: Site, page: Page) -> None:
    """The same key gives the same message: nothing is said twice."""
    person = await site.person(page)
    ids = {await site.web.send(person, Reply("A grizzly."), "7") for _ in range(2)}
    assert len(ids) == len(await page.messages()) == 1


async def test_edit_replaces_text_and_buttons_and_keeps_the_rest(site: Site, page: Page) -> None:
    """An edit changes what is said; the quote and the person's reaction stay."""
    person = await site.person(page)
    mine = (await page.say("and this?")).body["id"]
    buttons = ((Button("right:1", "Right"),),)
    message = await site.web.send(person, Reply("A grizzly.", buttons, reply_to=mine), "1")
    await page.send(type="reaction", message=message, emoji="👎")
    same = await site.web.send(person, Reply("A black bear.", edits=message), "2")
    shown = (await page.messages())[-1]
    assert same == message
    assert (shown["text"], shown["buttons"]) == ("A black bear.", [])
    assert (shown["reaction"], shown["quote"]["text"]) == ("👎", "and this?")


@pytest.mark.parametrize("gone", ["12345", "no id"])
async def test_edit_of_what_is_gone_is_no_error(site: Site, page: Page, gone: str) -> None:
    """An edit of a message that is not there (any more) changes nothing."""
    assert await site.web.send(await site.person(page), Reply("x", edits=gone), "1") == gone
    assert await page.messages() == []


async def test_notice_alone_makes_no_bubble(site: Site, page: Page) -> None:
    """A notice without text is shown in passing and not kept."""
    await site.web.send(await site.person(page), Reply("", notice="Noted."), "1")
    assert await page.messages() == []


async def test_long_history_comes_in_pages(site: Site, page: Page) -> None:
    """A long chat opens with its newest messages; the older ones are had page by page."""
    person = await site.person(page)
    for number in range(130):
        await site.web.send(person, Reply(str(number)), str(number))
    opened = await page.open()
    shown, more = opened["messages"], opened["more"]
    while more:
        _, body, _ = await page.get("/api/history", params={"before": shown[0]["id"]})
        earlier = json.loads(body)
        shown, more = earlier["messages"] + shown, earlier["more"]
    assert [message["text"] for message in shown] == [str(number) for number in range(130)]


@pytest.mark.parametrize("before", ["", "x", "-1", "1" * 30])
async def test_nonsense_in_place_of_an_id_is_refused(page: Page, before: str) -> None:
    """Older messages than nothing: 400 and a sentence."""
    assert (await page.get("/api/history", params={"before": before}))[0] == 400


async def test_photo_that_is_gone_or_too_large_is_said_so(site: Site) -> None:
    """`fetch` raises what is fit to be told to the person."""
    sha256 = await site.photos.receive(b"x" * 100)
    for photo, limit, words in (
        (Photo("0" * 64), 1000, "send it again"),
        (Photo("../nonesuch.db"), 1000, "send it again"),
        (Photo(sha256), 99, "too large"),
    ):
        with pytest.raises(BadPhoto, match=words):
            await site.web.fetch(photo, limit)


async def test_port_in_use_is_said_with_its_number_and_its_setting(
    site: Site, serve: Serve
) -> None:
    """Two bots on one port: the second says which port, and which setting changes it."""
    with pytest.raises(NonesuchError, match=f"{site.web.port}.*NONESUCH_PORT"):
        await serve(port=site.web.port)


async def test_address_has_the_port_that_was_found(site: Site, serve: Serve) -> None:
    """With port 0 the address names the port that is served; a public address goes before it."""
    public = await serve(public_url="https://bot.example/")
    assert site.web.address == f"http://127.0.0.1:{site.web.port}"
    assert public.web.address == "https://bot.example"


async def test_other_channels_can_add_their_webhooks(own_home: Path) -> None:
    """A route added before the start is served by the same server, behind the same headers."""

    async def hook(_: web.Request) -> web.Response:
        return web.Response(text="taken")

    settings = Settings(port=0)
    store = Store(settings.database_url)
    await store.open()
    chat = WebChat(store, settings, PhotoFiles(own_home, 10**9))
    chat.app.router.add_post("/hook", hook)
    await chat.start(Intake(store, settings).save)
    page = Page(chat)
    said = await page.post("/hook")
    await page.close()
    await chat.close()
    await store.close()
    assert said.body == {"text": "taken"}
    assert "Content-Security-Policy" in said.headers
