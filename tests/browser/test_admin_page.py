"""The admin page in a real browser, with the whole bot behind it, used by visible text and role.

Training is a stand-in that says what a training would say, see `tests/bot/trainer.py`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.settings import Settings
from bot.web.admin import make_admin_link
from tests.bot.company import Bot, picture, registry, running
from tests.bot.trainer import WAIT_FOR_EVER, done, progress, stand_in
from tests.bot.versions import add_version
from tests.browser.axe import assert_accessible
from tests.browser.chat import TAKES_LONG_MS

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
REPORT = f"""<!doctype html>
<html lang="en"><title>bears 1</title><style>h1 {{ color: #123456 }}</style>
<h1>bears 1</h1><img alt="A bear" src="{PIXEL}"><p id="said">Nothing ran.</p>
<script>document.getElementById("said").textContent = "It ran."</script>
</html>
"""


@pytest.fixture
def settings(own_home: Path, tmp_path: Path) -> Settings:
    return Settings(port=0, train_python=tmp_path / "python")


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Bot]:
    """A bot whose bears have a version 1 that was never promoted, with a report."""
    add_version(registry(settings), figures={"exact": 0.9, "map": 0.95})
    (registry(settings).path("bears", "1") / "report.html").write_text(REPORT)
    async with running(settings) as bot:
        yield bot


async def new_admin(bot: Bot, browser: Browser, **options: object) -> Page:
    """A new browser whose person has just become admin, on the admin page."""
    context: BrowserContext = await browser.new_context(**options)  # type: ignore[arg-type] # passed on
    context.set_default_timeout(TAKES_LONG_MS)
    page = await context.new_page()
    await page.goto(await make_admin_link(bot.app.store, bot.app.webchat.address))
    await page.get_by_role("button", name="Become an admin").click()
    await page.goto(f"{bot.app.webchat.address}/admin")
    return page


@pytest.fixture
async def admin(bot: Bot, browser: Browser) -> AsyncIterator[Page]:
    page = await new_admin(bot, browser)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    yield page
    assert [each for each in wrong if "Blocked script execution" not in each] == []


async def test_a_training_is_watched(admin: Page, settings: Settings, tmp_path: Path) -> None:
    """How it goes and what came of it appear by themselves; the admin's chat tells it too."""
    go_on = tmp_path / "go-on"
    waits = f"while [ ! -e {go_on} ]; do sleep 0.05; done"
    refused = done(promoted=False, why="no more photos are answered right")
    stand_in(settings.train_python, progress("embed", 120, 400), waits, refused)
    await admin.get_by_role("link", name="Chat").click()
    await admin.get_by_role("link", name="Admin").click()

    await admin.get_by_role("button", name="Retrain bears").click()
    await expect(admin.get_by_role("status")).to_have_text("The training starts.")
    await expect(admin.get_by_text("looking at photos, 120 of 400")).to_be_visible()
    await expect(admin.get_by_role("progressbar", name="Training")).to_have_attribute(
        "value", "0.300"
    )

    go_on.touch()
    trainings = admin.get_by_role("table", name="The last trainings")
    await expect(admin.get_by_text("No training is under way.")).to_be_visible()
    await expect(admin.get_by_role("status")).to_have_count(0)  # the page loaded itself anew
    await trainings.get_by_text("no more photos are answered right", exact=True).click()
    await expect(trainings.get_by_text("/promote bears 1 overrules this.")).to_be_visible()
    await admin.get_by_role("link", name="Chat").click()
    await expect(admin.get_by_text("/promote bears 1 overrules this.")).to_be_visible()


async def test_a_training_is_cancelled_by_keyboard(admin: Page, settings: Settings) -> None:
    """The button keeps its focus while the page keeps itself up to date."""
    lines = [f"{progress('embed', step, 9)}; sleep 1.2" for step in range(1, 4)]
    stand_in(settings.train_python, *lines, WAIT_FOR_EVER)
    await admin.get_by_role("button", name="Retrain bears").click()
    await admin.get_by_role("button", name="Cancel training").focus()
    await expect(admin.get_by_text("looking at photos, 3 of 9")).to_be_visible()

    await admin.keyboard.press("Enter")

    await expect(admin.get_by_role("status")).to_have_text("The training stops.")
    trainings = admin.get_by_role("table", name="The last trainings")
    await expect(trainings.get_by_text("cancelled", exact=True)).to_be_visible()


async def test_versions(admin: Page) -> None:
    """The report is read, the version promoted, and taken back after asking back."""
    versions = admin.get_by_role("table", name="Versions of bears")
    await versions.get_by_role("link", name="report of bears 1").click()
    await expect(admin.get_by_role("heading", name="bears 1")).to_have_css(
        "color", "rgb(18, 52, 86)"
    )
    drawn = await admin.get_by_role("img", name="A bear").evaluate("image => image.naturalWidth")
    assert drawn == 1
    await expect(admin.get_by_text("Nothing ran.")).to_be_visible()
    await admin.go_back()

    await versions.get_by_role("button", name="Promote bears 1").click()
    said = admin.get_by_role("status")
    await expect(said).to_have_text("From now on version 1 of bears answers.")
    await expect(admin.get_by_role("img", name="Versions of bears.")).to_be_visible()

    sure = admin.get_by_role("button", name="Yes, let shipped-1 answer")
    await expect(sure).to_be_hidden()
    await admin.get_by_text("Roll bears back …").click()
    await sure.click()
    await expect(said).to_have_text("From now on version shipped-1 of bears answers.")


async def test_people_without_javascript(bot: Bot, browser: Browser) -> None:
    """Who wrote is there with their words, is blocked and let back: forms and links are enough."""
    await bot.photo("ann", picture(1))
    await bot.says("ann", "it's a teddy")
    page = await new_admin(bot, browser, java_script_enabled=False)
    people = page.get_by_role("table", name="who was here last")
    await expect(people.get_by_role("row", name="Ann memory:ann")).to_contain_text("100%")
    days = page.get_by_role("img", name="Feedback per day.")
    await expect(days).to_have_accessible_description("Right: 0. Corrections: 1.")

    await people.get_by_role("button", name="Block Ann").click()
    await expect(page.get_by_role("status")).to_contain_text("Ann is blocked")
    await people.get_by_role("button", name="Unblock Ann").click()
    await expect(page.get_by_role("status")).to_contain_text("not blocked any more")


@pytest.mark.parametrize("width", [320, 1100])
async def test_the_page_is_as_wide_as_the_screen(bot: Bot, browser: Browser, width: int) -> None:
    """Wide tables scroll by themselves, on the smallest phone too."""
    size = {"width": width, "height": 640}
    page = await new_admin(bot, browser, viewport=size)

    assert await page.evaluate("document.documentElement.scrollWidth") == width
    headings = await page.get_by_role("heading").evaluate_all("all => all.map(one => one.tagName)")
    assert headings == ["H1", "H2", "H2", *["H3"] * 3, "H2", "H2", "H2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(bot: Bot, browser: Browser, scheme: str) -> None:
    """WCAG 2.2 AA as far as axe can judge it, with all that can be unfolded shown."""
    page = await new_admin(bot, browser, color_scheme=scheme)
    for summary in await page.locator("summary").all():
        await summary.click()

    await assert_accessible(page)
