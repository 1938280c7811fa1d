"""Photos on their way into the chat, and as they are shown there."""

import base64

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.bot import ScriptedBot
from tests.browser.chat import Chat, picture

DROP = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  for (const event of ["dragenter", "dragover", "drop"]) {
    document.querySelector("header").dispatchEvent(
      new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
COPY = """async ([type, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([bytes], { type }) })]);
}"""


async def test_photo_by_the_file_button(chat: Chat, bot: ScriptedBot) -> None:
    """A chosen photo can be looked at, gets a caption, is sent, ticked off and answered."""
    await chat.choose(picture("bear.png"))
    await expect(chat.page.get_by_role("img", name="bear.png")).to_be_visible()
    await chat.text.fill("my bear")
    await chat.send()
    mine = chat.message("my bear")
    await expect(mine.get_by_role("button", name="Photo bear.png")).to_be_visible()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()
    await expect(mine.get_by_role("img", name="Answered")).to_be_visible()
    assert bot.received[-1].photo is not None
    assert bot.received[-1].text == "my bear"


async def test_photo_by_paste(chat: Chat, bot: ScriptedBot) -> None:
    """A picture from the clipboard is pasted like text."""
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    photo = picture()
    await chat.page.evaluate(COPY, ["image/png", base64.b64encode(photo["buffer"]).decode()])
    await chat.text.press("ControlOrMeta+v")
    await expect(chat.page.get_by_role("list", name="Photos to send")).to_be_visible()
    await chat.text.press("Enter")
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()
    assert bot.received[-1].kind == "photo"


async def test_photo_by_drop_anywhere(chat: Chat, bot: ScriptedBot) -> None:
    """A photo may be dropped anywhere on the page, and is sent as it is."""
    photo = picture("dropped.png")
    data = base64.b64encode(photo["buffer"]).decode()
    await chat.page.evaluate(DROP, ["dropped.png", "image/png", data])
    await expect(chat.page.get_by_role("img", name="dropped.png")).to_be_visible()
    await chat.send()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()
    assert bot.received[-1].photo is not None
    assert bot.received[-1].photo.size_bytes == len(photo["buffer"])


async def test_several_photos_are_one_album(chat: Chat, bot: ScriptedBot) -> None:
    """Photos sent together are one message in the order chosen; one can be left out."""
    await chat.choose(*(picture(f"{name}.png") for name in "abcd"))
    await chat.page.get_by_role("button", name="Remove b.png").click()
    await chat.send()
    await expect(chat.message("3 photos, a grizzly in each")).to_be_visible()
    album = chat.messages.filter(has=chat.page.get_by_role("button", name="Photo a.png"))
    await expect(album.get_by_role("button", name="Photo")).to_have_count(3)
    photos = [one for one in bot.received if one.kind == "photo"]
    assert [one.photo.filename for one in photos if one.photo] == ["a.png", "c.png", "d.png"]
    assert len({one.group for one in photos}) == 1


async def test_photos_are_there_after_a_reload(chat: Chat) -> None:
    """The server shows a photo again to whoever sent it."""
    await chat.choose(picture("bear.png"))
    await chat.send()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()
    await chat.page.reload()
    photo = chat.page.get_by_role("button", name="Photo bear.png").locator("img")
    await expect(photo).to_have_js_property("naturalWidth", 320)


@pytest.mark.parametrize("name", ["holiday.heic", "scan.tiff", "broken.jpg", "notes.txt"])
async def test_photo_that_cannot_be_shown_gets_a_placeholder(chat: Chat, name: str) -> None:
    """What the browser can't show is named in its place, before sending, after, and reloaded."""
    odd: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": b"II*\0 no picture"}
    await chat.choose(odd)
    tray = chat.page.get_by_role("list", name="Photos to send")
    await expect(tray.get_by_text(name)).to_be_visible()
    await chat.send()
    await expect(chat.log.get_by_text(name)).to_be_visible()
    await chat.page.reload()
    await expect(chat.log.get_by_text(name)).to_be_visible()


async def test_photo_is_seen_large_and_closed_again(chat: Chat) -> None:
    """A photo opens large; Escape closes it and gives the focus back."""
    await chat.choose(picture("bear.png"))
    await chat.send()
    small = chat.page.get_by_role("button", name="Photo bear.png")
    await small.click()
    await expect(chat.page.get_by_role("dialog", name="Photo")).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_role("dialog", name="Photo")).to_be_hidden()
    await expect(small).to_be_focused()


async def test_too_large_a_photo_is_not_even_sent(chat: Chat, bot: ScriptedBot) -> None:
    """Over the limit the page says so at once."""
    large: FilePayload = {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2_000_000}
    await chat.choose(large)
    await expect(chat.page.get_by_text("huge.jpg is over 1 MB")).to_be_visible()
    await expect(chat.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
