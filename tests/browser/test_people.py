"""Different people at one chat page: several at once, other languages, phones, home screens."""

import json

from playwright.async_api import expect

from tests.browser.chat import Chat, picture
from tests.browser.conftest import OpenChat, Served
from tests.browser.test_phone import PHONE

SIZE = """(src) => new Promise((done) => {
  const image = new Image();
  image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`);
  image.src = src;
})"""
"""The side lengths of a picture, "192x192"."""


async def test_several_people_at_once(open_chat: OpenChat) -> None:
    """Two browsers side by side: each gets its own answers, and keeps its own history."""
    ann, ben = await open_chat(locale="en-GB"), await open_chat(locale="en-GB")
    await ann.say("I am Ann")
    await ben.choose(picture("bens.png"))
    await ben.send()
    await expect(ben.message("Grizzly — sure, 97 %")).to_be_visible()
    await expect(ann.message("You said: I am Ann")).to_be_visible()
    for chat in (ann, ben):
        await chat.page.reload()
        await expect(chat.messages).to_have_count(3)
    await expect(ann.message("You said: I am Ann")).to_be_visible()
    await expect(ben.page.get_by_role("button", name="Photo bens.png")).to_be_visible()
    await expect(ann.page.get_by_role("button", name="Photo bens.png")).to_have_count(0)
    await expect(ben.message("I am Ann")).to_have_count(0)


async def test_the_page_speaks_the_browsers_language(open_chat: OpenChat) -> None:
    """Its labels, and what its script says: a German finds everything by German names."""
    chat = await open_chat(locale="de-DE")
    page = chat.page
    await page.get_by_role("textbox", name="Nachricht").fill("hallo")
    await page.get_by_role("button", name="Senden", exact=True).click()
    mine = page.get_by_role("article", name="Du, ").last
    await expect(mine.get_by_role("img", name="Beantwortet")).to_be_visible()
    await page.get_by_label("Fotos hinzufügen").set_input_files(picture("bär.png"))
    await expect(page.get_by_role("button", name="bär.png entfernen")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_attribute(
        "placeholder", "Bildunterschrift hinzufügen"
    )


async def test_a_phone_takes_a_photo(open_chat: OpenChat) -> None:
    """Beside the photos that are there, a touch screen offers its camera; the picture is sent."""
    chat = await open_chat(**PHONE)
    camera = chat.page.get_by_label("Take a photo")
    await expect(camera).to_have_attribute("capture", "environment")
    await camera.set_input_files(picture("taken.png"))
    await chat.send()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()


async def test_without_a_touch_screen_there_is_no_camera_button(chat: Chat) -> None:
    """There it would open the same file dialog."""
    await expect(chat.page.get_by_role("button", name="Add photos")).to_be_attached()
    await expect(chat.page.get_by_role("button", name="Take a photo")).to_have_count(0)


async def test_the_chat_can_be_installed(chat: Chat, served: Served) -> None:
    """Chromium finds a manifest without a fault, and each icon in the size that it promises."""
    devtools = await chat.page.context.new_cdp_session(chat.page)
    found = await devtools.send("Page.getAppManifest")
    errors = await devtools.send("Page.getInstallabilityErrors")
    assert found["errors"] == []
    private = {"in-incognito"}  # as all of Playwright's windows are
    assert {each["errorId"] for each in errors["installabilityErrors"]} <= private

    manifest = json.loads(found["data"])
    for icon in manifest["icons"]:
        drawn = await chat.page.evaluate(SIZE, icon["src"])
        assert icon["sizes"] in {"any", drawn}
    assert {icon.get("purpose") for icon in manifest["icons"]} == {None, "maskable"}
