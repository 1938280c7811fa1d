"""Web chats on free ports, and pages that show them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.webchat import WebChat
from bot.intake import Intake
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store.engine import Store
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site

COMMANDS = [("start", "what I do, and what I know"), ("model", "Choose the model that answers")]
ADMIN_COMMANDS = [("retrain", "Learn from what people said")]


@pytest.fixture
async def serve(own_home: Path) -> AsyncIterator[Serve]:
    sites: list[Site] = []

    async def serve(**settings: object) -> Site:
        known = Settings.model_validate({"port": 0, **settings})
        store = Store(known.database_url)
        await store.open()
        photos = PhotoFiles(known.home, int(known.max_disk_gb * 1e9))
        chat = WebChat(store, known, photos, COMMANDS, ADMIN_COMMANDS)
        site = Site(chat, store, known, photos, Intake(store, known))
        sites.append(site)
        await site.web.start(site.intake.save)
        return site

    yield serve
    for site in sites:
        await site.web.close()
        await site.store.close()


@pytest.fixture
async def site(serve: Serve) -> Site:
    return await serve()


@pytest.fixture
async def open_page() -> AsyncIterator[OpenPage]:
    pages: list[Page] = []

    async def open_page(site: Site, of: Page | None = None) -> Page:
        """A page in a new browser, or one more tab of the browser that shows `of`."""
        page = Page(site.web, of.cookies if of else None)
        pages.append(page)
        await page.open()
        return page

    yield open_page
    for page in pages:
        await page.close()


@pytest.fixture
async def page(site: Site, open_page: OpenPage) -> Page:
    return await open_page(site)
