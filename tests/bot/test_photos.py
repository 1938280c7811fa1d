import asyncio
import errno
import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot import photos as photos_module
from bot.errors import TooMuch
from bot.photos import Kept, PhotoFiles
from model.errors import BadPhoto
from model.image import upright


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


DATA = b"bytes of a photo"
SHA = sha256(DATA)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def photos(home: Path) -> PhotoFiles:
    return PhotoFiles(home, max_disk_bytes=1_000_000)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def jpeg(width: int = 40) -> bytes:
    """A photo of noise: about two bytes a pixel, of 100 rows."""
    noise = np.random.default_rng(width).integers(0, 256, (100, width, 3), dtype=np.uint8)
    return encoded(Image.fromarray(noise), "JPEG", quality=90)


def files(folder: Path) -> list[str]:
    return sorted(f"{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_file())


def make_old(home: Path) -> None:
    for path in (home / "received").iterdir():
        os.utime(path, (0, 0))


async def test_what_was_received_can_be_read(home: Path, photos: PhotoFiles) -> None:
    """By the SHA-256 of its bytes, also after a restart."""
    assert await photos.receive(DATA) == SHA

    assert await photos.read_received(SHA) == DATA
    assert await PhotoFiles(home, 1_000_000).read_received(SHA) == DATA
    assert files(home) == [f"received/{SHA}"]


@pytest.mark.parametrize("name", [SHA, "", "..", "../nonesuch.db", "/etc/passwd", "0" * 63 + "\n"])
async def test_what_was_not_received_is_gone(photos: PhotoFiles, name: str) -> None:
    """Whatever its name: no other file can be reached."""
    with pytest.raises(BadPhoto, match="Please send it again"):
        await photos.read_received(name)


async def test_twenty_at_once_receive_the_same_photo(home: Path, photos: PhotoFiles) -> None:
    """It is there once, whole, and counted once."""
    data = b"x" * 300_000
    names = await asyncio.gather(*(photos.receive(data) for _ in range(3)))
    again = await asyncio.gather(*(photos.receive(data) for _ in range(17)))

    assert len({*names, *again}) == 1
    assert await photos.read_received(names[0]) == data
    assert len(files(home)) == 1
    await photos.receive(b"y" * 650_000)  # there is still room


async def test_a_photo_over_the_disk_quota_is_refused_in_words(
    home: Path, photos: PhotoFiles
) -> None:
    """The sentence says the limit and what to do; nothing is written."""
    await photos.receive(b"x" * 900_000)

    with pytest.raises(TooMuch, match=r"0\.0 GB of photos.*tell the person who runs me"):
        await photos.receive(b"y" * 100_001)

    assert len(files(home)) == 1
    assert await photos.receive(b"y" * 100_000)


async def test_the_quota_counts_what_was_there_before(home: Path) -> None:
    """Both folders, of a former life of the process."""
    before = PhotoFiles(home, 100_000)
    await before.receive(b"x" * 400)
    await before.keep(jpeg())
    used_bytes = sum((home / name).stat().st_size for name in files(home))

    after = PhotoFiles(home, used_bytes + 100)
    with pytest.raises(TooMuch):
        await after.receive(b"z" * 101)
    await after.receive(b"z" * 100)


async def test_a_full_disk_is_said_like_a_used_up_quota(
    home: Path, photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half written is left, and when there is room again it works again."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(photos_module.os, "fsync", full)
    with pytest.raises(TooMuch):
        await photos.receive(DATA)
    assert files(home) == []

    monkeypatch.undo()
    assert await photos.receive(DATA) == SHA


async def test_a_kept_photo_lies_under_its_name(home: Path, photos: PhotoFiles) -> None:
    """Below `photos`, in a folder of the first two letters of the SHA-256 of the bytes received."""
    name = sha256(jpeg())
    kept = await photos.keep(jpeg())

    assert kept == Kept(f"photos/{name[:2]}/{name}.jpg", new=True)
    assert files(home) == [kept.path]


async def test_a_photo_is_kept_once(home: Path) -> None:
    """The second time nothing is written or counted."""
    photos = PhotoFiles(home, len(jpeg()) + 100)
    first = await photos.keep(jpeg())
    second = await photos.keep(jpeg())

    assert second == Kept(first.path, new=False)
    await photos.receive(b"y" * 100)  # there is still room for it


async def test_without_room_a_photo_is_not_kept(home: Path) -> None:
    """No error: it can be answered all the same."""
    photos = PhotoFiles(home, len(jpeg()) - 1000)

    assert await photos.keep(jpeg()) == Kept(None, new=False)
    assert files(home) == []


async def test_what_is_drawn_on_a_photo_lies_beside_it(home: Path, photos: PhotoFiles) -> None:
    """Its name begins with the photo's and tells its own content: drawn again, it is the same."""
    kept = await photos.keep(jpeg(40))
    drawn = [await photos.keep_drawn(sha256(jpeg(40)), data) for data in (b"1", b"1", b"2")]

    assert drawn[0] == drawn[1] != drawn[2]
    assert files(home) == sorted({kept.path, *drawn})
    assert all(path.startswith(kept.path.removesuffix(".jpg") + "-") for path in drawn[1:])
    assert (home / drawn[2]).read_bytes() == b"2"


async def test_what_is_drawn_counts_towards_the_quota(home: Path) -> None:
    """Without room it is not kept; what was kept before a restart is counted after it."""
    assert await PhotoFiles(home, 100).keep_drawn(SHA, b"x" * 60) is not None
    photos = PhotoFiles(home, 100)
    assert await photos.keep_drawn(SHA, b"y" * 60) is None
    assert len(files(home)) == 1


async def test_a_kept_photo_can_be_discarded(home: Path, photos: PhotoFiles) -> None:
    """Its room is free again. One that was kept before, for another answer, stays."""
    before = await photos.keep(jpeg(40))
    again = await photos.keep(jpeg(40))
    other = await photos.keep(jpeg(50))

    await photos.discard(again)
    await photos.discard(other)
    await photos.discard(Kept(None, new=False))

    assert files(home) == [before.path]
    used_bytes = (home / (before.path or "")).stat().st_size
    await photos.receive(b"x" * (1_000_000 - used_bytes))


async def test_a_jpeg_is_kept_without_metadata(home: Path, photos: PhotoFiles) -> None:
    """Its pixels are not encoded anew."""
    image = Image.fromarray(np.arange(48 * 40 * 3, dtype=np.uint8).reshape(48, 40, 3))
    data = encoded(image, "JPEG", comment=b"Ann's house")
    form = await kept_form(home, photos, data)

    assert b"Ann" not in form
    assert np.array_equal(np.asarray(upright(form)), np.asarray(upright(data)))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
async def test_everything_else_is_kept_as_an_upright_jpeg(
    home: Path, photos: PhotoFiles, form: str
) -> None:
    """With the same look, and nothing but the pixels."""
    image = Image.linear_gradient("L").resize((64, 32)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Ann's camera"
    options = {"exif": exif.tobytes()} if form in {"PNG", "WEBP", "AVIF"} else {}
    if form == "GIF":
        options = {"comment": b"Ann's house"}
    data = encoded(image, form, **options)

    bare = await kept_form(home, photos, data)
    kept = Image.open(io.BytesIO(bare))

    assert b"Ann" in data or not options
    assert b"Ann" not in bare
    assert (kept.format, kept.mode) == ("JPEG", "RGB")
    assert not kept.getexif()
    assert kept.size == upright(data).size
    difference = np.asarray(kept, dtype=int) - np.asarray(upright(data), dtype=int)
    assert np.abs(difference).mean() < 4


async def kept_form(home: Path, photos: PhotoFiles, data: bytes) -> bytes:
    """The bytes that are kept of a photo."""
    return (home / ((await photos.keep(data)).path or "")).read_bytes()


@pytest.mark.parametrize("data", [b"", b"no photo", b"\xff\xd8\xff\xe0 cut off"])
async def test_what_is_no_photo_is_not_kept(home: Path, photos: PhotoFiles, data: bytes) -> None:
    """It is said in the words of the decoder."""
    with pytest.raises(BadPhoto):
        await photos.keep(data)
    assert files(home) == []


async def test_a_sweep_removes_old_received_files_that_nobody_needs(
    home: Path, photos: PhotoFiles
) -> None:
    """Not those that are still to be answered, nor kept photos; their room is free again."""
    needed = await photos.receive(b"n" * 300_000)
    await photos.receive(b"x" * 300_000)
    kept = await photos.keep(jpeg(1500))
    (home / "received" / f"{SHA}-1234").write_bytes(b"half wri")  # by a process that was killed
    make_old(home)

    await photos.sweep({needed})

    assert files(home) == [kept.path, f"received/{needed}"]
    kept_bytes = (home / (kept.path or "")).stat().st_size
    assert await photos.receive(b"z" * (700_000 - kept_bytes))


async def test_a_sweep_leaves_new_files(home: Path, photos: PhotoFiles) -> None:
    """What was just received may not be in the inbox yet; also if it had been there for long."""
    await photos.receive(DATA)
    make_old(home)
    await photos.receive(DATA)

    await photos.sweep(set())

    assert await photos.read_received(SHA) == DATA


async def test_an_erased_photo_is_gone_and_its_room_free(home: Path, photos: PhotoFiles) -> None:
    """Received, kept and drawn on; erasing what is not there changes nothing."""
    sha256 = await photos.receive(jpeg())
    await photos.keep(jpeg())
    await photos.keep_drawn(sha256, jpeg(1500))
    kept = await photos.kept_sha256(sha256)

    for _ in range(2):
        await photos.erase(sha256)

    assert kept is not None
    assert files(home) == []
    assert await photos.kept_sha256(sha256) is None
