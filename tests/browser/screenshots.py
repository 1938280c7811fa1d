"""Makes the screenshots in docs/pictures: `.venv-train/bin/python -m tests.browser.screenshots`.

The real service and the free photos of docs/pictures; see docs/pictures/SOURCES.md.
"""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright, expect

from tests.browser.chat import Chat, new_chat
from tests.browser.pictures import kite
from tests.conftest import CHROMIUM_ARGS, candidates
from tests.service import Service

PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
SETTLE_MS = 600
"""For scrolling and fading to end."""


async def main() -> None:
    """Start the service, act as a person would, take the pictures."""
    path = await asyncio.to_thread(lambda: next(candidates()))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "home", {})
        await service.start()
        url = await service.address()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            await none(browser, url)
            await phone(browser, url)
            await fix(browser, url)
            await heads(browser, url)
            await review(browser, service)
        await service.stop()


async def none(browser: Browser, url: str) -> None:
    """A cat is none of the bears, while the twin, forced to choose, names one."""
    chat = await opened(browser, url, viewport={"width": 1000, "height": 720})
    await send(chat, "chelsea.jpg", "None of my classes")
    await chat.say("/compare")
    await expect(chat.message("the single-label twin says")).to_be_visible()
    await shoot(chat, "chat-none.png")


async def phone(browser: Browser, url: str) -> None:
    """The pascal model on a phone: the same cat, and an album."""
    size = {"width": 390, "height": 844}
    chat = await opened(browser, url, viewport=size, device_scale_factor=2, has_touch=True)
    await chat.page.get_by_role("button", name="Use pascal").click()
    await expect(chat.message("From now on pascal")).to_be_visible()
    await send(chat, "chelsea.jpg", "Cat — sure")
    await shoot(chat, "chat-phone.png")


async def fix(browser: Browser, url: str) -> None:
    """Fix labels, in the dark."""
    size = {"width": 1000, "height": 720}
    chat = await opened(browser, url, viewport=size, color_scheme="dark")
    await send(chat, "coffee.jpg", "None of my classes")
    await chat.page.get_by_role("button", name="Fix labels").click()
    await expect(chat.page.get_by_role("button", name="Done")).to_be_visible()
    await shoot(chat, "chat-fix-dark.png")


async def heads(browser: Browser, url: str) -> None:
    """The model that finds a point answers with the photo and a ring."""
    chat = await opened(browser, url, viewport={"width": 1000, "height": 720})
    await chat.say("/model heads")
    await expect(chat.message("From now on heads")).to_be_visible()
    await send(chat, "astronaut.jpg", "the point is")
    await expect(chat.page.get_by_role("img", name="with a ring")).to_be_visible()
    await shoot(chat, "chat-heads.png")


async def review(browser: Browser, service: Service) -> None:
    """An admin's review page: people differ on the cat, the twin takes kites for bears."""
    url = await service.address()
    for words in ("it's a grizzly", "not a grizzly"):
        chat = await opened(browser, url)
        await send(chat, "chelsea.jpg", "None of my classes")
        await chat.say(words)
        await expect(chat.message("Noted")).to_be_visible()
    await chat.choose(*map(kite, range(4)))
    await chat.send()
    await expect(chat.message("1. None of my classes")).to_be_visible()
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    link = re.search(r"/admin/\S+", await service.command("admin-link"))
    await context.request.post(url.rstrip("/") + link.group() if link else url)
    page = await context.new_page()
    await page.goto(url.rstrip("/") + "/admin/review")
    for key in ("ArrowRight", "Shift+ArrowRight"):
        await page.keyboard.press(key)
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=PICTURES / "review.png")


async def opened(browser: Browser, url: str, **options: Any) -> Chat:
    """A new person's chat."""
    chat = await new_chat(await browser.new_context(locale="en-GB", **options), url)
    await expect(chat.message("Hello, I'm nonesuch")).to_be_visible()
    return chat


async def send(chat: Chat, photo: str, answer: str) -> None:
    """Send a photo and wait for its answer."""
    await chat.choose(PICTURES / photo)
    await chat.send()
    await expect(chat.message(answer)).to_be_visible()


async def shoot(chat: Chat, name: str) -> None:
    """Take the picture once nothing moves any more."""
    await chat.page.mouse.move(0, 0)
    await chat.page.wait_for_timeout(SETTLE_MS)
    await chat.page.screenshot(path=PICTURES / name)


if __name__ == "__main__":
    asyncio.run(main())
