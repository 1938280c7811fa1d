"""Who sees a photo, and as what it is served."""

import io

import pytest
from PIL import Image

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
