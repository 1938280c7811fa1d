"""Makes the screenshots in docs/pictures: `.venv-train/bin/python -m tests.browser.screenshots`.

The real service and the free photos of docs/pictures; see docs/pictures/SOURCES.md.
"""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright, expect

from tests.browser.chat import Chat, become_admin, new_chat
from tests.browser.pictures import kite
from tests.conftest import CHROMIUM_ARGS, candidates
from tests.service import Service

PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
DESK: Any = {"width": 1000, "height": 720}
PHONE: Any = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SETTLE_MS = 600
"""For scrolling and fading to end."""
TRAINS_MS = 240_000


async def main() -> None:
    """Start the service, act as a person would, take the pictures."""
    path = await asyncio.to_thread(lambda: next(candidates()))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "home", {})
        await service.start()
        url = await service.address()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            for picture in (none, correction, album, fix, phone, camera, heads, why):
                await picture(browser, url)
            await review(browser, service)
            await retraining(browser, url, service)
        await service.stop()


async def none(browser: Browser, url: str) -> None:
    """The greeting; a cat is none of the bears, while the twin, forced to choose, names one."""
    chat = await opened(browser, url, viewport=DESK)
    await shoot(chat, "chat-welcome.png")
    await send(chat, "chelsea.jpg", "None of my classes")
    await chat.say("/compare")
    await expect(chat.message("the single-label twin says")).to_be_visible()
    await shoot(chat, "chat-none.png")


async def correction(browser: Browser, url: str) -> None:
    """Said in words, noted with Undo, and taken back."""
    chat = await opened(browser, url, viewport=DESK)
    await send(chat, "coffee.jpg", "None of my classes")
    await chat.say("it's a cup")
    await chat.page.get_by_role("button", name="Yes").click()
    await expect(chat.message("Noted: cup yes")).to_be_visible()
    await send(chat, "coffee.jpg", "You told me")
    await shoot(chat, "chat-correction.png")
    await chat.say("/undo")
    await expect(chat.message("Undone: ")).to_be_visible()
    await shoot(chat, "chat-undo.png")


async def album(browser: Browser, url: str) -> None:
    """Three photos, one numbered answer."""
    chat = await opened(browser, url, viewport=DESK)
    await chat.choose(*(PICTURES / name for name in ("chelsea.jpg", "coffee.jpg", "astronaut.jpg")))
    await chat.send()
    await expect(chat.message("3. ")).to_be_visible()
    await shoot(chat, "chat-album.png")


async def fix(browser: Browser, url: str) -> None:
    """Fix labels, in the dark."""
    chat = await opened(browser, url, viewport=DESK, color_scheme="dark")
    await send(chat, "coffee.jpg", "None of my classes")
    await chat.page.get_by_role("button", name="Fix labels").click()
    await chat.page.get_by_role("button", name="teddy").click()
    await expect(chat.page.get_by_role("button", name="✓ teddy")).to_be_visible()
    await shoot(chat, "chat-fix-dark.png")


async def phone(browser: Browser, url: str) -> None:
    """The pascal model on a phone: the same cat."""
    chat = await opened(browser, url, **PHONE)
    await chat.page.get_by_role("button", name="Use pascal").click()
    await expect(chat.message("From now on pascal")).to_be_visible()
    await send(chat, "chelsea.jpg", "Cat — sure")
    await shoot(chat, "chat-phone.png")


async def camera(browser: Browser, url: str) -> None:
    """A phone at night, in German: a photo is about to be sent, beside the camera's button."""
    chat = await opened(browser, url, locale="de-DE", color_scheme="dark", **PHONE)
    await chat.page.get_by_label("Fotos hinzufügen").set_input_files(PICTURES / "chelsea.jpg")
    await chat.page.get_by_role("textbox").fill("Ist das ein Grizzly?")
    await shoot(chat, "chat-phone-dark.png")


async def heads(browser: Browser, url: str) -> None:
    """The model that finds a point answers with the photo and a ring."""
    chat = await opened(browser, url, viewport=DESK)
    await chat.say("/model heads")
    await expect(chat.message("From now on heads")).to_be_visible()
    await send(chat, "astronaut.jpg", "the point is")
    await expect(chat.page.get_by_role("img", name="with a ring")).to_be_visible()
    await shoot(chat, "chat-heads.png")


async def why(browser: Browser, url: str) -> None:
    """What in the photo spoke for a class, and against it."""
    chat = await opened(browser, url, viewport=DESK)
    await send(chat, "chelsea.jpg", "None of my classes")
    await chat.say("/why teddy")
    await expect(chat.message("Teddy: ").get_by_role("img", name="teddy")).to_be_visible()
    await shoot(chat, "chat-why.png")


async def retraining(browser: Browser, url: str, service: Service) -> None:
    """An admin has the model learn what drawn kites are: how far it is, and what came of it."""
    chat = await opened(browser, url, viewport={"width": 1000, "height": 900})
    await become_admin(chat, service)
    for number in range(8):
        before = await chat.messages.count()
        await chat.choose(kite(number))
        await chat.send()
        await expect(chat.messages).to_have_count(before + 2)
        await chat.say("it's a kite")
        if number == 0:
            await chat.page.get_by_role("button", name="Yes").click()
        await expect(chat.message("Noted: kite yes")).to_have_count(number + 1)
    await chat.say("/retrain")
    bar = chat.page.get_by_role("progressbar")
    await expect(bar).to_be_visible(timeout=TRAINS_MS)
    await expect(bar).not_to_have_attribute("aria-valuenow", "0", timeout=TRAINS_MS)
    await shoot(chat, "chat-retraining.png")
    await expect(chat.message("answers from now on")).to_be_visible(timeout=TRAINS_MS)
    await chat.page.set_viewport_size({"width": 1000, "height": 1500})
    await shoot(chat, "chat-retrained.png")


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
    context = await browser.new_context(**{"locale": "en-GB", **options})
    chat = await new_chat(context, url)
    await expect(chat.page.get_by_role("article")).to_have_count(1)  # the greeting
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
