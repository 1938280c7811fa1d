"""Makes docs/pictures/admin-*.png: `.venv-train/bin/python -m tests.browser.admin_screens`.

The whole bot with made-up people, words and versions; see docs/pictures/SOURCES.md.
"""

import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import async_playwright

from bot.app import App
from bot.settings import Settings
from bot.store import people
from model.registry import Registry
from tests.bot.company import running
from tests.bot.conversation.dialogue import BEARS, NONE, answer
from tests.bot.store.test_figures import answered, told
from tests.bot.trainer import WAIT_FOR_EVER, progress, stand_in
from tests.bot.versions import add_version
from tests.browser.screenshots import PICTURES
from tests.browser.test_admin_page import new_admin
from tests.conftest import CHROMIUM_ARGS, candidates

FIGURES = [(0.912, 0.970, 0.981), (0.934, 0.981, 0.979), (0.947, 0.985, 0.984)]
SCREENS = {
    "admin-desktop.png": {"viewport": {"width": 1000, "height": 1060}},
    "admin-phone-dark.png": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "color_scheme": "dark",
        "has_touch": True,
    },
}


async def main() -> None:
    """Fill a bot, let a training begin, take the pictures."""
    path = await asyncio.to_thread(lambda: next(candidates()))
    with tempfile.TemporaryDirectory() as folder:
        python = stand_in(Path(folder) / "python", progress("embed", 120, 400), WAIT_FOR_EVER)
        settings = Settings(port=0, home=Path(folder) / "home", train_python=python)
        promote_three(Registry(settings.registry))
        async with running(settings) as bot, async_playwright() as playwright:
            await fill(bot.app)
            browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            for name, options in SCREENS.items():
                page = await new_admin(bot, browser, **options)
                if name == "admin-desktop.png":
                    days = page.get_by_role("region", name="Feedback and answers")
                    await days.screenshot(path=PICTURES / "admin-days.png")
                    await page.get_by_role("button", name="Retrain bears").click()
                await page.get_by_text("120 of 400").wait_for()
                await page.screenshot(path=PICTURES / name)
            await browser.close()


def promote_three(registry: Registry) -> None:
    """Versions 1 to 3, one better than the other."""
    for figures in FIGURES:
        named = dict(zip(("exact", "none_recall", "map"), figures, strict=True))
        version = add_version(registry, figures=named)
        registry.promote("bears", version, who="ann", why="better")


async def fill(app: App) -> None:
    """A month of answers, and what people said of half of them."""
    chance = random.Random(1)
    async with app.store.writing() as session:
        for name in ("Ann", "Bela", "Cem"):
            await people.ensure_person(session, f"telegram:{name.lower()}", name)
        for number in range(250):
            ago = timedelta(days=min(29, int(abs(chance.gauss(0, 11)))))
            day = f"{datetime.now(UTC) - ago:%Y-%m-%d}"
            named = chance.choice([*BEARS, ""])
            said = answer(**{named: 0.9}) if named else NONE
            row = await answered(session, f"photo{number}", said, day=day)
            who = f"telegram:{chance.choice(('ann', 'bela', 'cem'))}"
            seen = chance.choice([named, named, *BEARS, "polar_bear"])
            kind = "right" if seen == named else "is"
            if number % 2 and seen:
                absent = named if seen != named else ""
                await told(session, row, seen, absent, who=who, kind=kind, day=day)


if __name__ == "__main__":
    asyncio.run(main())
