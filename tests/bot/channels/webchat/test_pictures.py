"""Who sees a photo, and as what it is served."""

import io

import pytest
from PIL import Image

from bot.conversation.messages import Picture, Reply
from bot.metadata import stripped
from bot.store import answers, people
from bot.web.pictures import content_type
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Site


def picture(kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind)
    return file.getvalue()


async def send(page: Page, data: bytes) -> str:
    """Send a photo; the path that shows it."""
    sent = await page.photo(data)
    return f"/photos/{sent.body['photo']['sha256']}"


async def keep(site: Site, path: str, data: bytes) -> None:
    """What the pipeline does once a photo is answered."""
    sha256 = path.rpartition("/")[2]
    kept = (await site.photos.keep(data)).path
    async with site.store.writing() as session:
        await answers.add_photo(session, sha256, kept, 40, 30, len(data), "backbone", b"")


async def make_admin(site: Site, page: Page) -> None:
    async with site.store.writing() as session:
        await people.make_admin(session, f"webchat:{await site.person(page)}")


async def test_sender_sees_a_photo_before_and_after_it_is_answered(site: Site, page: Page) -> None:
    """A photo is shown to its sender from the moment it is sent: as it came, then as it is kept."""
    data = picture()
    path = await send(page, data)
    before = await page.get(path)
    await keep(site, path, data)
    after = await page.get(path)
    assert before[:2] == (200, data)
    assert after[:2] == (200, stripped(data))
    assert before[2]["Content-Type"] == after[2]["Content-Type"] == "image/jpeg"
    assert before[2]["Cache-Control"] == "no-store"
    assert "immutable" in after[2]["Cache-Control"]


async def test_nobody_else_sees_it(site: Site, page: Page, open_page: OpenPage) -> None:
    """Another person gets 404, as for a photo that does not exist; without a session 401."""
    path = await send(page, picture())
    await keep(site, path, picture())
    other, stranger = await open_page(site), Page(site.web)
    statuses = [(await who.get(path))[0] for who in (other, stranger)]
    await stranger.close()
    assert statuses == [404, 401]


async def test_admin_sees_what_is_kept_and_not_what_just_came(
    site: Site, page: Page, open_page: OpenPage
) -> None:
    """An admin sees photos of all people once they are without metadata, not as they came."""
    data = picture()
    path = await send(page, data)
    admin = await open_page(site)
    await make_admin(site, admin)
    before = await admin.get(path)
    await keep(site, path, data)
    after = await admin.get(path)
    assert (before[0], after[0]) == (404, 200)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"",
        b"\x00\x00\x00\x18ftypheic",
    ],
)
async def test_what_browsers_do_not_show_as_a_photo_is_not_served(page: Page, data: bytes) -> None:
    """Anything that is not a picture for browsers, by its first bytes, is never handed out."""
    assert (await page.get(await send(page, data)))[0] == 404


async def test_photo_cannot_become_a_page(page: Page) -> None:
    """A photo with a script in it stays a picture: fixed type, no sniffing, a sandbox."""
    _, _, headers = await page.get(await send(page, picture() + b"<script>alert(1)</script>"))
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def send_picture(site: Site, page: Page, name: str = "drawn.jpg") -> tuple[str, str]:
    """A reply with a picture; its bubble's id, and the path that shows the picture."""
    (site.settings.home / name).write_bytes(picture())
    reply = Reply("Here it is.", picture=Picture(name, "Your photo, with a ring", 40, 30))
    bubble = await site.web.send(await site.person(page), reply, name)
    return bubble, f"/pictures/{bubble}/{name}"


async def test_our_picture_is_shown_in_its_chat_alone(
    site: Site, page: Page, open_page: OpenPage
) -> None:
    """To the chat's person and to admins; to others it is not there, as is another file's name."""
    _, path = await send_picture(site, page)
    other, admin, stranger = await open_page(site), await open_page(site), Page(site.web)
    await make_admin(site, admin)
    seen = {name: await who.get(path) for name, who in (("own", page), ("admin", admin))}
    refused = [(await who.get(path))[0] for who in (other, stranger)]
    await stranger.close()

    assert all((status, body) == (200, picture()) for status, body, _ in seen.values())
    assert seen["own"][2]["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in seen["own"][2]["Cache-Control"]
    assert refused == [404, 401]


@pytest.mark.parametrize(
    "path", ["{id}/nonesuch.db", "{id}/..%2fnonesuch.db", "999/drawn.jpg", "0/drawn.jpg", "x/y"]
)
async def test_a_bubbles_picture_is_no_way_to_other_files(
    site: Site, page: Page, path: str
) -> None:
    """Only the very file that the bubble shows."""
    bubble, _ = await send_picture(site, page)
    assert (await page.get(f"/pictures/{path.format(id=bubble)}"))[0] == 404


async def test_a_bubble_without_a_picture_has_none(site: Site, page: Page) -> None:
    """Neither a person's nor one of ours."""
    mine = (await page.say("words")).body["id"]
    ours = await site.web.send(await site.person(page), Reply("words"), "1")
    assert [(await page.get(f"/pictures/{one}/x.jpg"))[0] for one in (mine, ours)] == [404, 404]


async def test_a_picture_that_is_gone(site: Site, page: Page) -> None:
    """Before it is sent: the words come alone. After: it is not there any more."""
    _, path = await send_picture(site, page)
    (site.settings.home / "drawn.jpg").unlink()
    assert (await page.get(path))[0] == 404
    gone = Reply("Only words.", picture=Picture("drawn.jpg", "A ring", 40, 30))
    await site.web.send(await site.person(page), gone, "2")
    assert [one["picture"] is None for one in await page.messages()] == [False, True]


async def test_an_edit_keeps_the_picture_or_puts_another_in_its_place(
    site: Site, page: Page
) -> None:
    """And then the former one is shown no more."""
    bubble, path = await send_picture(site, page)
    person = await site.person(page)
    await site.web.send(person, Reply("New words.", edits=bubble), "2")
    [shown] = await page.messages()
    assert (shown["text"], shown["picture"]["path"]) == ("New words.", "drawn.jpg")

    (site.settings.home / "other.jpg").write_bytes(picture())
    other = Picture("other.jpg", "Another one", 40, 30)
    await site.web.send(person, Reply("Newer.", edits=bubble, picture=other), "3")
    [shown] = await page.messages()
    assert shown["picture"]["about"] == "Another one"
    assert (await page.get(path))[0] == 404
    assert (await page.get(f"/pictures/{bubble}/other.jpg"))[0] == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP"])
def test_types_that_browsers_show_are_known(kind: str) -> None:
    """The type is told by the first bytes."""
    assert content_type(picture(kind)) == f"image/{kind.lower()}"


OTHERS = [*(picture(kind) for kind in ("TIFF", "PPM", "ICO", "PCX")), b"RIFF____WAVE", b""]


@pytest.mark.parametrize("data", OTHERS)
def test_other_types_are_not(data: bytes) -> None:
    """What browsers don't show has no type here."""
    assert content_type(data) is None


@pytest.mark.parametrize("path", ["/photos/../nonesuch.db", "/photos/" + "A" * 64, "/photos/1"])
async def test_no_path_leads_elsewhere(page: Page, path: str) -> None:
    """Only hashes name photos."""
    assert (await page.get(path))[0] == 404
