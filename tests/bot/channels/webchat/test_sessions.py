"""Who a browser is."""

import pytest
from sqlalchemy import select

from bot.store.tables import Inbox, WebSession
from bot.web import sessions
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site


async def test_first_open_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    site: Site,
) -> None:
    """The first open gives a cookie that no script reads and no other site's POST carries."""
    page = Page(site.web)
    cookie = (await page.post("/api/open")).headers["Set-Cookie"]
    await page.close()
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # http://127.0.0.1 would not get it back


async def test_cookie_is_secure_behind_https(serve: Serve) -> None:
    """Where people reach the bot by https, the cookie never goes over plain http."""
    site = await serve(public_url="https://bot.example")
    page = Page(site.web)
    cookie = (await page.post("/api/open")).headers["Set-Cookie"]
    await page.close()
    assert "Secure" in cookie


async def test_database_holds_no_token(site: Site, page: Page) -> None:
    """Who reads the database cannot take over a session: it holds the token's hash only."""
    token = next(iter(page.cookies)).value
    async with site.store.reading() as session:
        stored = (await session.scalars(select(WebSession))).one()
    assert token not in {stored.token_sha256, stored.person}
    assert stored.token_sha256 != stored.person


async def test_newcomer_is_greeted_once(site: Site, page: Page) -> None:
    """The first open starts the conversation; a reload does not start it again."""
    await page.open()
    person = await site.person(page)
    async with site.store.reading() as session:
        external_ids = list(await session.scalars(select(Inbox.external_id)))
    assert external_ids == [f"hello:{person}"]


async def test_every_browser_is_another_person(site: Site, open_page: OpenPage) -> None:
    """Two browsers don't see each other's messages."""
    first, second = await open_page(site), await open_page(site)
    await first.say("mine")
    assert [message["text"] for message in await first.messages()] == ["mine"]
    assert await second.messages() == []


@pytest.mark.parametrize("cookie", [None, "made-up", "ü" * 300])
async def test_without_a_session_nothing_is_taken(site: Site, cookie: str | None) -> None:
    """A browser without a session, or with one made up, gets 401 and a sentence."""
    page = Page(site.web)
    headers = {"Cookie": f"nonesuch={cookie}"} if cookie else {}
    said = await page.post("/api/messages", json={}, headers=headers)
    await page.close()
    assert said.status == 401
    assert "Load the page again" in said.body["error"]


async def test_crowd_of_new_browsers_is_asked_to_wait(site: Site) -> None:
    """Sessions cost rows that stay, so only so many are made in a minute."""
    page = Page(site.web)
    statuses = []
    for _ in range(sessions.NEW_IN_A_MINUTE + 1):
        page.cookies.clear()
        opened = await page.post("/api/open")
        statuses.append(opened.status)
    await page.close()
    assert statuses == [200] * sessions.NEW_IN_A_MINUTE + [429]
    assert "try again in a minute" in opened.body["error"]
