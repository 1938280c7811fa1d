"""The review page in a browser: several photos at a time, by keyboard or by mouse, and undo."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.settings import Settings
from bot.store.engine import Store
from bot.web.admin import make_admin_link
from tests.bot.conversation.dialogue import answer
from tests.browser.axe import assert_accessible
from tests.desk import Desk

OpenPage = Callable[..., Awaitable[Page]]
PHOTOS = 5


@pytest.fixture
async def desk(own_home: Path) -> AsyncIterator[Desk]:
    """Five photos wait; the last one that came is the first: all are as close a call."""
    store = Store(Settings(port=0).database_url)
    await store.open()
    desk = Desk(Settings(port=0), store)
    for number in range(PHOTOS):
        await desk.answered(number, answer(grizzly=0.55))
    await desk.start()
    yield desk
    await desk.stop()
    await store.close()


@pytest.fixture
async def open_page(desk: Desk, browser: Browser) -> AsyncIterator[OpenPage]:
    """The review page as an admin sees it, who became one by the one-time link."""
    wrong: list[str] = []

    async def open_page(**options: object) -> Page:
        context = await browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type] # passed on
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await context.request.post(await make_admin_link(desk.store, desk.web.address))
        await page.goto(f"{desk.web.address}/admin/review")
        return page

    yield open_page
    assert wrong == []


def photo(page: Page, number: int) -> Locator:
    return page.get_by_role("article", name=f"Photo {number}", exact=True)


def sha(number: int) -> str:
    return f"{number:064x}"


async def test_a_card_says_what_was_said_and_why_it_waits(open_page: OpenPage) -> None:
    """The photo, the answer, the reason, and the model's classes with those named ticked."""
    page = await open_page()

    first = photo(page, 1)
    await expect(first.get_by_role("img", name="Photo 1")).to_be_visible()
    shown = await first.get_by_role("img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert shown == 320
    await expect(first).to_contain_text("Grizzly — not quite sure, 55%")
    await expect(first).to_contain_text("It waits because it was a close call: a grizzly, or not.")
    await expect(first.get_by_role("checkbox", name="Grizzly")).to_be_checked()
    await expect(first.get_by_role("checkbox", name="Teddy")).not_to_be_checked()
    await expect(page.get_by_text("5 waiting")).to_be_visible()
    await expect(first).to_be_focused()


async def test_one_after_another_by_keyboard(open_page: OpenPage, desk: Desk) -> None:
    """Enter: right. A digit and Enter: another class. n: none. s: skip. u: undo, one by one."""
    page = await open_page()

    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 photo saved: grizzly.")).to_be_visible()
    await page.keyboard.press("1")
    await page.keyboard.press("3")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 photo saved: teddy.")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.get_by_text("1 photo saved: none of the classes.")).to_be_visible()
    await page.keyboard.press("s")
    await expect(page.get_by_text("1 photo skipped.")).to_be_visible()
    await expect(page.get_by_text("1 waiting")).to_be_visible()

    assert await desk.said() == {
        sha(4): {"grizzly": "present", "black": "absent", "teddy": "absent"},
        sha(3): {"grizzly": "absent", "black": "absent", "teddy": "present"},
        sha(2): {"grizzly": "absent", "black": "absent", "teddy": "absent"},
    }
    for left in (2, 3, 4, 5):
        await page.keyboard.press("u")
        await expect(page.get_by_text(f"{left} waiting")).to_be_visible()
    assert await desk.said() == {}
    await expect(page.get_by_role("button", name="Undo")).to_be_disabled()


async def test_several_at_once_by_keyboard(open_page: OpenPage, desk: Desk) -> None:
    """Shift and arrows, or Space, select; one digit and Enter label all; one u takes all back."""
    page = await open_page()

    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("Space")
    for number, selected in enumerate([True, True, False, True, False], 1):
        box = photo(page, number).get_by_role("checkbox", name="Select")
        await expect(box).to_be_checked(checked=selected)
    await page.keyboard.press("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("3 photos saved: black, grizzly.")).to_be_visible()

    both = {"grizzly": "present", "black": "present", "teddy": "absent"}
    assert await desk.said() == dict.fromkeys((sha(4), sha(3), sha(1)), both)
    await page.keyboard.press("u")
    await expect(page.get_by_text("5 waiting")).to_be_visible()
    assert await desk.said() == {}


async def test_several_at_once_by_mouse(open_page: OpenPage, desk: Desk) -> None:
    """A class ticked on one selected photo is ticked on all; one button saves them."""
    page = await open_page()

    for number in (2, 3):
        await photo(page, number).get_by_label("Select").check()
    await photo(page, 3).get_by_role("checkbox", name="Grizzly").uncheck()
    await page.get_by_role("button", name="Save selected").click()
    await expect(page.get_by_text("2 photos saved: none of the classes.")).to_be_visible()

    assert set(await desk.said()) == {sha(3), sha(2)}


async def test_the_focus_stays_where_it_was(open_page: OpenPage) -> None:
    """After the third photo is judged the one that took its place has the focus."""
    page = await open_page()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")

    await page.keyboard.press("n")

    await expect(page.get_by_text("4 waiting")).to_be_visible()
    await expect(photo(page, 3)).to_be_focused()


async def test_it_works_without_a_script(open_page: OpenPage, desk: Desk) -> None:
    """By its buttons alone."""
    page = await open_page(java_script_enabled=False)

    await photo(page, 1).get_by_role("checkbox", name="Grizzly").uncheck()
    await photo(page, 1).get_by_role("checkbox", name="Black").check()
    await photo(page, 1).get_by_role("button", name="Save").click()
    await expect(page.get_by_text("1 photo saved: black.")).to_be_visible()
    assert (await desk.said())[sha(4)]["black"] == "present"
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("5 waiting")).to_be_visible()


async def test_a_photo_that_another_admin_settled_is_left_alone(
    open_page: OpenPage, desk: Desk
) -> None:
    """A page that is out of date says nothing of photos that no longer wait."""
    page, other = await open_page(), await open_page()
    await page.keyboard.press("n")
    await expect(page.get_by_text("4 waiting")).to_be_visible()

    await other.keyboard.press("Enter")

    await expect(other.get_by_text("4 waiting")).to_be_visible()
    assert (await desk.said())[sha(4)]["grizzly"] == "absent"
    await expect(other.get_by_role("button", name="Undo")).to_be_disabled()


async def test_each_model_has_its_own_queue(open_page: OpenPage) -> None:
    """A link a model; one without a photo says that nothing waits."""
    page = await open_page()

    await page.get_by_role("link", name="pascal").click()

    await expect(page.get_by_text("Nothing waits for review")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_review(open_page: OpenPage, scheme: str) -> None:
    """WCAG 2.2 AA as far as axe can judge it: as it comes, with a card selected, and empty."""
    page = await open_page(color_scheme=scheme)
    await assert_accessible(page)

    await page.keyboard.press("a")
    await assert_accessible(page)

    await page.keyboard.press("n")
    await expect(page.get_by_text("Nothing waits for review")).to_be_visible()
    await assert_accessible(page)
