"""The page on a phone, in the dark, and without motion."""

from playwright.async_api import Browser, expect

from bot.conversation.messages import Button, Reply
from tests.browser.chat import Chat, picture
from tests.browser.conftest import OpenChat, Served

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
WIDTHS = """() => [document.documentElement, document.body, document.querySelector("[role=log]")]
  .map((node) => node.scrollWidth - node.clientWidth)"""


async def phone(open_chat: OpenChat) -> Chat:
    chat = await open_chat(**PHONE)
    await chat.choose(picture("wide.png", (900, 200)), picture("tall.png", (200, 900)))
    await chat.text.fill("a" * 200)
    await chat.send()
    await expect(chat.message("2 photos, a grizzly in each")).to_be_visible()
    return chat


async def test_nothing_is_wider_than_a_phone(open_chat: OpenChat, served: Served) -> None:
    """Whatever is said, at 390 pixels there is no scrolling sideways."""
    chat = await phone(open_chat)
    labels = [f"{'very ' * 8}long label {n}" for n in range(6)]
    buttons = (tuple(Button(f"toggle:1:{n}", label) for n, label in enumerate(labels)),)
    await served.web.send(served.bot.received[0].chat, Reply("x" * 300, buttons), "wide")
    await expect(chat.page.get_by_role("button", name="long label 5")).to_be_visible()
    assert await chat.page.evaluate(WIDTHS) == [0, 0, 0]


async def test_fingers_find_what_they_tap(open_chat: OpenChat) -> None:
    """Everything that is tapped often is at least 44 pixels high."""
    chat = await phone(open_chat)
    for name in ("Right", "Fix labels", "Send"):
        box = await chat.page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44


async def test_composer_stays_in_view(open_chat: OpenChat) -> None:
    """However much was said, one can write."""
    chat = await phone(open_chat)
    await expect(chat.text).to_be_in_viewport(ratio=1)
    await expect(chat.message("2 photos, a grizzly in each")).to_be_in_viewport()


async def test_long_press_opens_the_menu(open_chat: OpenChat) -> None:
    """A finger held on a message opens its menu."""
    chat = await phone(open_chat)
    box = await chat.message("2 photos").bounding_box()
    assert box is not None
    touch = await chat.page.context.new_cdp_session(chat.page)
    point = {"x": box["x"] + 40, "y": box["y"] + 15}
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(chat.page.get_by_role("menuitem", name="Thumbs up")).to_be_visible()
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(chat.page.get_by_role("menuitem", name="Thumbs up")).to_be_visible()


async def test_swipe_replies(open_chat: OpenChat) -> None:
    """A message drawn to the side is replied to."""
    chat = await phone(open_chat)
    box = await chat.message("2 photos").bounding_box()
    assert box is not None
    touch = await chat.page.context.new_cdp_session(chat.page)
    y = box["y"] + 15
    await touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 60, "y": y}]}
    )
    for x in range(70, 160, 10):
        point = {"x": x, "y": y}
        await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(chat.page.get_by_role("group", name="Replying to")).to_contain_text("2 photos")


async def test_dark_where_the_system_is(open_chat: OpenChat, browser: Browser) -> None:
    """The page follows the system's colours."""
    ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    light, dark = await open_chat(), await open_chat(color_scheme="dark")
    assert min(await light.page.evaluate(ground)) > 200
    assert max(await dark.page.evaluate(ground)) < 60


async def test_still_where_motion_is_not_wanted(open_chat: OpenChat) -> None:
    """Nothing moves for people who asked their system for that."""
    chat = await open_chat(reduced_motion="reduce")
    assert await chat.page.evaluate("document.getAnimations().length") == 0
