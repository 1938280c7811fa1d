"""Pictures that come with what the bot says."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.conversation.messages import Picture
from tests import photos
from tests.browser.bot import ScriptedBot
from tests.browser.chat import Chat

ABOUT = "Your photo, with a ring around the point"


@pytest.fixture
def drawn(own_home: Path) -> Picture:
    """Three times as high as it is wide, so that it would not fit as it is."""
    (own_home / "drawn.jpg").write_bytes(photos.jpeg(200, 600))
    return Picture("drawn.jpg", ABOUT, 200, 600)


async def test_a_picture_is_shown_with_its_words(
    chat: Chat, bot: ScriptedBot, drawn: Picture
) -> None:
    """Whole, named for whoever can't see it, there again after a reload, and seen large."""
    await chat.say("hello")
    await bot.say("The point is here.", picture=drawn)
    await expect(chat.message("The point is here.").get_by_role("img", name=ABOUT)).to_be_visible()
    await chat.page.reload()
    picture = chat.message("The point is here.").get_by_role("img", name=ABOUT)
    await expect(picture).to_have_js_property("naturalHeight", 600)
    assert await picture.evaluate("(img) => getComputedStyle(img).objectFit") == "contain"
    await chat.page.get_by_role("button", name=ABOUT).click()
    large = chat.page.get_by_role("dialog", name="Photo").get_by_role("img", name=ABOUT)
    await expect(large).to_be_visible()


async def test_a_picture_that_is_no_longer_kept_is_said(
    chat: Chat, bot: ScriptedBot, drawn: Picture, own_home: Path
) -> None:
    """In its place, beside the words, which stay."""
    await chat.say("hello")
    await bot.say("The point is here.", picture=drawn)
    await expect(chat.page.get_by_role("img", name=ABOUT)).to_be_visible()
    (own_home / "drawn.jpg").unlink()
    await chat.page.context.route("**/pictures/**", lambda route: route.continue_())  # no cache
    await chat.page.reload()
    await expect(chat.message("The point is here.")).to_contain_text("no longer kept")
