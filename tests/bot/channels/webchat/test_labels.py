"""The words on the pages, in the browser's language."""

import json
import re
from html import unescape

import pytest

from bot.conversation.lexicon import LANGUAGES
from bot.store import people
from bot.web.admin import make_admin_link
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import Site

SEND = {"en": "Send", "de": "Senden", "es": "Enviar", "fr": "Envoyer", "hi": "भेजिए"}


async def html(page: Page, path: str, language: str) -> str:
    _, body, headers = await page.get(path, headers={"Accept-Language": language})
    assert "Accept-Language" in headers["Vary"]
    return body.decode()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_comes_in_the_browsers_language(page: Page, language: str) -> None:
    """With what its script says besides; nothing is left in braces."""
    shown = await html(page, "/", language)
    spoken = json.loads(unescape(re.findall(r'data-spoken="(.*?)"', shown)[0]))

    assert f'<html lang="{language}"' in shown
    assert f'aria-label="{SEND[language]}"' in shown
    assert "{{" not in shown
    assert bool(spoken) == (language != "en")


async def test_a_language_that_nobody_speaks_is_english(page: Page) -> None:
    """As in the conversation."""
    assert await html(page, "/", "nl") == await html(page, "/", "en")


async def test_the_language_that_a_person_chose_goes_first(site: Site, page: Page) -> None:
    """The page then speaks as the conversation does, and so do its commands."""
    person = f"webchat:{await site.person(page)}"
    async with site.store.writing() as session:
        (await people.ensure_person(session, person, "")).language = "fr"

    assert '<html lang="fr"' in await html(page, "/", "en")
    opened = await page.post("/api/open", headers={"Accept-Language": "en"})
    assert opened.body["commands"][0]["about"].startswith("ce que je fais")


async def test_the_admin_link_asks_in_the_browsers_language(site: Site, page: Page) -> None:
    """Also once it is over."""
    link = await make_admin_link(site.store, "")
    assert "Admin werden?" in await html(page, link, "de")
    await page.post(link)
    over = await page.post(link, headers={"Accept-Language": "de"})
    assert "Dieser Link gilt nicht mehr" in over.body["text"]


async def test_a_refusal_is_said_in_the_browsers_language(page: Page) -> None:
    """What went wrong is no time for a foreign language."""
    tap = {
        "type": "tap",
        "id": "7f9c25d2-0e1a-4a57-9b61-3b08e05f14d2",
        "message": "1",
        "action": "right:1",
    }
    said = await page.post("/api/messages", json=tap, headers={"Accept-Language": "es"})

    assert (said.status, said.body["error"]) == (409, "Ese botón ya no está.")
