"""The chat page in a real browser, used by visible text and role only."""

import io
import random
import re
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.service import Service

TAKES_LONG_MS = 20_000
expect.set_options(timeout=TAKES_LONG_MS)


def picture(name: str = "bear.png", size: tuple[int, int] = (320, 240)) -> FilePayload:
    """A drawn photo, another one each time."""
    colours = random.Random(name)
    image = Image.new("RGB", size, colours.choice(["teal", "olive", "maroon", "navy"]))
    for _ in range(20):
        x, y = colours.randrange(size[0]), colours.randrange(size[1])
        ImageDraw.Draw(image).ellipse((x - 30, y - 30, x, y), fill=colours.randrange(1 << 24))
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


class Chat:
    """One page that shows the chat, and what was wrong with it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.text = page.get_by_role("textbox", name="Message")
        self.log = page.get_by_role("log", name="Conversation")
        self.messages = self.log.get_by_role("article")
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", lambda request: self._check(request.url))
        page.on("console", lambda said: self._listen(said.type, said.text))

    async def open(self) -> "Chat":
        await self.page.goto(self.url)
        await expect(self.page.get_by_text("online")).to_be_visible()
        return self

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def choose(self, *files: FilePayload | Path) -> None:
        """Pick photos by the file button."""
        await self.page.get_by_label("Add photos").set_input_files(files)

    async def send(self) -> None:
        await self.page.get_by_role("button", name="Send", exact=True).click()

    def message(self, text: str) -> Locator:
        """The message that contains this text outside of a quote."""
        return self.messages.filter(has=self.page.get_by_role("paragraph").filter(has_text=text))

    async def act(self, message: Locator, action: str) -> None:
        """Choose something in a message's menu."""
        await message.hover()
        await message.get_by_role("button", name="Message actions").click()
        await self.page.get_by_role("menuitem", name=action).click()

    def _check(self, url: str) -> None:
        if not url.startswith((self.url, "blob:")):
            self.wrong.append(f"request to {url}")

    def _listen(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not re.search("Failed to load resource|ERR_", text):
            self.wrong.append(f"console: {text}")


async def new_chat(context: BrowserContext, url: str) -> Chat:
    """The chat in a new tab."""
    context.set_default_timeout(TAKES_LONG_MS)
    return await Chat(await context.new_page(), url).open()


async def become_admin(chat: Chat, service: Service) -> None:
    """Open the one-time link that the command line prints."""
    link = await service.command("admin-link")
    path = re.search(r"/admin/\S+", link)
    assert path, link
    await chat.page.goto(chat.url.rstrip("/") + path.group())
    await chat.page.get_by_role("button").click()
    await expect(chat.page.get_by_text("Admin", exact=True)).to_be_visible()
