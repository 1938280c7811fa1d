"""The one-time link."""

import pytest
from sqlalchemy import select, update

from bot.store import people
from bot.store.clock import later
from bot.store.tables import AdminLink
from bot.web.admin import make_admin_link
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site


async def link(site: Site) -> str:
    """The path of a new link."""
    address = await make_admin_link(site.store, site.web.address)
    assert address.startswith(f"{site.web.address}/admin/")
    return address.removeprefix(site.web.address)


async def admins(site: Site) -> list[str]:
    async with site.store.reading() as session:
        return [person.id for person in await people.admins(session)]


async def test_looking_at_the_link_uses_nothing_up(site: Site, page: Page) -> None:
    """A link preview, or a second look, leaves the link as it was: only the button uses it."""
    path = await link(site)
    for _ in range(2):
        status, body, _ = await page.get(path)
        assert status == 200
        assert b"Become an admin" in body
    assert await admins(site) == []
    assert (await page.post(path)).status == 303
    assert await admins(site) == [f"webchat:{await site.person(page)}"]


async def test_admin_keeps_chat_and_gets_a_new_cookie(site: Site, page: Page) -> None:
    """The chat goes on as it was; a copy of the old cookie is nobody's any more."""
    await page.say("before")
    old = next(iter(page.cookies)).value
    used = await page.post(await link(site))
    opened = await page.open()
    stranger = Page(site.web)
    status, _, _ = await stranger.get(
        "/api/history?before=9", headers={"Cookie": f"nonesuch={old}"}
    )
    await stranger.close()
    assert used.headers["Location"] == "/"
    assert opened["admin"] is True
    assert [message["text"] for message in opened["messages"]] == ["before"]
    assert status == 401


async def test_only_an_admin_is_offered_the_admins_commands(site: Site, page: Page) -> None:
    """What is suggested after "/" is what the person may do."""
    before = [command["name"] for command in (await page.open())["commands"]]
    await page.post(await link(site))
    after = [command["name"] for command in (await page.open())["commands"]]
    assert before == ["start", "model"]
    assert after == ["start", "model", "retrain"]


async def test_link_opened_in_a_new_browser_works(site: Site) -> None:
    """Whoever opens the link first, before the chat, becomes admin too."""
    page = Page(site.web)
    await page.post(await link(site))
    assert (await page.open())["admin"] is True
    await page.close()


async def test_link_works_once(site: Site, page: Page, open_page: OpenPage) -> None:
    """The second to press the button is told how to get another link, and becomes nothing."""
    path = await link(site)
    await page.post(path)
    other = await open_page(site)
    late = await other.post(path)
    assert late.status == 410
    assert "python -m bot admin-link" in late.body["text"]
    assert (await other.open())["admin"] is False


async def test_link_is_over_after_a_quarter_of_an_hour(site: Site, page: Page) -> None:
    """A link that lay around is worth nothing."""
    path = await link(site)
    async with site.store.writing() as session:
        await session.execute(update(AdminLink).values(expires_at=later(-1)))
    assert (await page.post(path)).status == 410
    assert await admins(site) == []


async def test_links_that_are_over_are_swept_out(site: Site) -> None:
    """Old links don't pile up."""
    await link(site)
    async with site.store.writing() as session:
        await session.execute(update(AdminLink).values(expires_at=later(-1)))
    await link(site)
    async with site.store.reading() as session:
        assert len(list(await session.scalars(select(AdminLink)))) == 1


@pytest.mark.parametrize("token", ["guessed", "%00", "x" * 3000])
async def test_made_up_link_is_worth_nothing(page: Page, token: str) -> None:
    """A guess gets the same answer as a link that is over."""
    assert (await page.post(f"/admin/{token}")).status == 410


async def test_database_holds_no_link(site: Site) -> None:
    """Who reads the database can't use the link: it holds the token's hash only."""
    token = (await link(site)).rpartition("/")[2]
    async with site.store.reading() as session:
        stored = (await session.scalars(select(AdminLink))).one()
    assert token != stored.token_sha256


async def test_admin_by_settings(serve: Serve, open_page: OpenPage) -> None:
    """Who is named in NONESUCH_ADMINS is an admin without a link."""
    site = await serve()
    page = await open_page(site)
    known = await serve(admins=f"telegram:1, webchat:{await site.person(page)}")
    tab = Page(known.web, page.cookies)
    assert (await tab.open())["admin"] is True
    await tab.close()
