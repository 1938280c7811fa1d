"""WCAG 2.2 AA, as far as a program can judge it: axe-core on each thing that the chat can show.

What axe can't see (keyboard alone, focus in sight) is tried beside it, and in test_messages.py.
"""

import pytest
from PIL import ImageColor
from playwright.async_api import FilePayload, expect

from bot.conversation.messages import Reply
from bot.web.admin import make_admin_link
from tests.browser.axe import assert_accessible
from tests.browser.chat import Chat, picture
from tests.browser.conftest import OpenChat, Served
from tests.browser.test_phone import PHONE

LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}
WORDS, GROUNDS = ("ink", "muted", "accent", "warn"), ("ground", "glow", "ours", "mine")
PALETTE = """(names) => {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
}"""
"""The page's colours by their names in chat.css."""
SCAN: FilePayload = {"name": "scan.tiff", "mimeType": "image/tiff", "buffer": b"II*\0"}
IN_SIGHT = """() => {
  const node = document.activeElement;
  if (node === document.body) return null;  // the browser's own controls have it
  const box = node.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const shows = [node, node.querySelector(".bubble"), node.nextElementSibling].filter(Boolean);
  const outlined = shows.some((one) => getComputedStyle(one).outlineStyle !== "none");
  const named = node.ariaLabel ?? node.textContent.trim();
  return [named, node.contains(seen) || box.width < 2, outlined || node.matches("textarea")];
}"""
"""What has the focus, is it in sight, does it show that it has it (a text field: by its caret)."""


async def send_album(chat: Chat) -> None:
    """Photos with a caption, an answer with buttons, a reply with its quote, a reaction."""
    await chat.choose(picture("a.png"), picture("b.png"))
    await chat.text.fill("my bears")
    await chat.send()
    answer = chat.message("2 photos, a grizzly in each")
    await chat.act(answer, "Thumbs up")
    await chat.act(answer, "Reply")
    await chat.say("yes")
    await expect(chat.message("You said: yes")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_all_that_the_chat_shows(open_chat: OpenChat, look: str) -> None:
    """In the light, in the dark, and on a phone: from the greeting to a photo seen large."""
    chat = await open_chat(**LOOKS[look], reduced_motion="reduce")
    page = chat.page
    await expect(chat.message("Hello!")).to_be_visible()
    await assert_accessible(page)

    await chat.text.press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_count(3)
    await assert_accessible(page)
    await chat.text.clear()

    await chat.message("Hello!").hover()
    await chat.message("Hello!").get_by_role("button", name="Message actions").click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await assert_accessible(page)
    await page.keyboard.press("Escape")

    await send_album(chat)
    await assert_accessible(page)

    await page.get_by_role("button", name="Fix labels").click()
    await page.get_by_role("button", name="black").click()
    await expect(page.get_by_role("button", name="✓ black")).to_be_visible()
    await chat.act(chat.message("You said: yes"), "Reply")
    await chat.choose(picture(), SCAN)
    await expect(page.get_by_text("scan.tiff")).to_be_visible()
    await assert_accessible(page)

    await page.get_by_role("button", name="Photo a.png").click()
    await expect(page.get_by_role("dialog", name="Photo")).to_be_visible()
    await assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(open_chat: OpenChat, scheme: str) -> None:
    """Also where axe can't tell what is behind them: a gradient, a bubble with its time."""
    chat = await open_chat(color_scheme=scheme)
    colours = await chat.page.evaluate(PALETTE, [*WORDS, *GROUNDS])
    weak = [
        f"{words} on {ground}"
        for words in WORDS
        for ground in GROUNDS
        if contrast(colours[words], colours[ground]) < 4.5
    ]
    assert weak == []


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours like "#2a2031", from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [each / 255 for each in ImageColor.getrgb(colour)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    ]
    return sum(each * weight for each, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


async def test_what_goes_wrong(chat: Chat, served: Served) -> None:
    """A message that was not taken, a lost connection, and work that takes long."""
    await expect(chat.message("Hello!")).to_be_visible()
    person = served.bot.received[0].chat
    await served.web.send(person, Reply("Training…", progress=0.25), "run")
    served.bot.refuses = True
    await chat.say("hello")
    await expect(chat.page.get_by_role("button", name="Try again")).to_be_visible()
    await served.stop()
    await expect(chat.page.get_by_text("reconnecting…")).to_be_visible()
    await assert_accessible(chat.page)
    await served.start()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_admin_links_pages(open_chat: OpenChat, served: Served, scheme: str) -> None:
    """The one with the button, and the one that says that the link is over."""
    chat = await open_chat(color_scheme=scheme)
    link = await make_admin_link(served.store, served.web.address)
    await chat.page.goto(link)
    await assert_accessible(chat.page)
    await chat.page.get_by_role("button", name="Become an admin").click()
    await chat.page.goto(link)
    await chat.page.get_by_role("button", name="Become an admin").click()
    await expect(chat.page.get_by_text("This link is over")).to_be_visible()
    await assert_accessible(chat.page)


async def test_the_focus_is_always_in_sight(chat: Chat) -> None:
    """Tab goes through the page and comes back; nothing hides what has the focus."""
    await send_album(chat)
    await chat.choose(picture())
    stops = set()
    for _ in range(20):
        await chat.page.keyboard.press("Tab")
        focus = await chat.page.evaluate(IN_SIGHT)
        if focus:
            name, in_sight, marked = focus
            assert in_sight, name
            assert marked, name
            stops.add(name)
    assert {"Right", "Wrong", "Fix labels", "Add photos", "Message", "Send"} <= stops
