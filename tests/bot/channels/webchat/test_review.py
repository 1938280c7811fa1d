"""The review page over HTTP: who gets it, and what it takes."""

from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from bot.store.engine import Store
from bot.web.admin import make_admin_link
from tests.bot.channels.webchat.page import Page
from tests.bot.company import picture, running
from tests.bot.conversation.dialogue import BEARS, answer
from tests.desk import Desk

PATH = "/admin/review?model=bears"


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncIterator[Desk]:
    desk = Desk(settings, store)
    await desk.answered(1, answer(grizzly=0.55))
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def page(desk: Desk) -> AsyncIterator[Page]:
    page = Page(desk.web)
    await page.open()
    yield page
    await page.close()


@pytest.fixture
async def admin(desk: Desk, page: Page) -> Page:
    link = await make_admin_link(desk.store, desk.web.address)
    await page.post(link.removeprefix(desk.web.address))
    return page


async def test_the_service_has_it(settings: Settings) -> None:
    """In a whole bot with a real model: two people's quarrel waits in chat, the page is served."""
    settings = settings.model_copy(update={"admins": "memory:admin"})
    async with running(settings) as bot:
        for who, words in {"ann": "it's a grizzly", "bob": "not a grizzly"}.items():
            await bot.photo(who, picture(1))
            await bot.says(who, words)
        shown = await bot.says("admin", "/review")
        page = Page(bot.app.webchat)
        status, _, _ = await page.get(PATH)
        await page.close()

    assert "It waits because people differ on grizzly." in shown
    assert status == 403


async def test_only_admins_review(page: Page, desk: Desk) -> None:
    """Everybody else is told how to become one, and neither sees nor says anything."""
    status, body, _ = await page.get(PATH)
    said = await page.post(PATH, data={"do": "none:1"})

    assert status == said.status == 403
    assert b"python -m bot admin-link" in body
    assert await desk.said() == {}


async def test_another_site_s_form_is_refused(admin: Page, desk: Desk) -> None:
    """A page elsewhere can't judge by the admin's cookie."""
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    said = await admin.post(PATH, data={"do": "none:1"}, headers=headers)

    assert said.status == 403
    assert await desk.said() == {}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "none"},
        {"do": "explode:1"},
        {"do": "none:2"},
        {"do": f"none:{'9' * 5000}"},
        {"do": "save:²", "in-²": "grizzly"},
        {"do": "undo"},
    ],
)
async def test_what_no_button_says_does_nothing(
    admin: Page, desk: Desk, form: dict[str, str]
) -> None:
    """Nothing chosen, no such answer, no such button: the page comes again, and nothing is said."""
    said = await admin.post(PATH, data=form)

    assert said.status == 303
    assert await desk.said() == {}


async def test_a_class_that_is_not_there_is_not_said(admin: Page, desk: Desk) -> None:
    """Only classes that the page offers are taken from a form."""
    await admin.post(PATH, data={"do": "save:1", "in-1": "unicorn"})

    assert await desk.said() == {f"{1:064x}": dict.fromkeys(BEARS, "absent")}


async def test_class_names_are_text(admin: Page, desk: Desk) -> None:
    """A name that looks like HTML is shown, not obeyed."""
    odd = '<b>&"'
    desk.models.known["bears"] = (odd, "teddy")
    await desk.answered(2, answer((odd, "teddy"), **{odd: 0.55}))

    _, body, _ = await admin.get(PATH)

    assert odd not in body.decode()
    assert "&lt;b&gt;&amp;&quot;" in body.decode()


async def test_a_model_that_is_not_there_shows_the_first(admin: Page) -> None:
    """An address typed by hand leads to a page, too."""
    status, body, _ = await admin.get("/admin/review?model=cats&at=x")

    assert status == 200
    assert b"1 waiting" in body
