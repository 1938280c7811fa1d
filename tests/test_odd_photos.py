"""Whatever file comes in, the whole service gives an answer or one clear sentence, and goes on."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.conversation.messages import Incoming, Photo
from bot.settings import Settings
from tests import photos

ODD = Path(__file__).resolve().parents[2] / "shared/data/odd-photos"
ANSWER = re.compile(r"none of my classes|sure|likely|maybe|might|looks like", re.IGNORECASE)


@pytest.fixture
async def channel(own_home: Path) -> AsyncIterator[MemoryChannel]:
    channel = MemoryChannel()
    app = App(Settings(port=0, max_photo_mb=1.0), more=[channel])
    await app.start()
    yield channel
    await app.stop()


async def said(channel: MemoryChannel, files: dict[str, bytes]) -> dict[str, str]:
    """What the service says of each file, by its name."""
    channel.photos |= files
    before = len(channel.messages)
    for name in files:
        await channel.deliver(
            Incoming(
                channel="memory",
                external_id=name,
                kind="photo",
                chat="chat",
                sender=name,  # a person each: none is over a limit,
                message=name,
                photo=Photo(name, filename=name),
            )
        )
    messages = await channel.until(before + len(files))
    return {str(message.reply.reply_to): message.reply.text for message in messages[before:]}


async def test_what_is_no_photo_gets_one_clear_sentence(channel: MemoryChannel) -> None:
    """Text, nothing, half a file, a bomb, too large: each is told so in one sentence."""
    files = {
        "text.jpg": b"these are words, whatever the name says",
        "empty.jpg": b"",
        "half.jpg": photos.truncated(),
        "bomb.png": photos.bomb_png(),
        "large.jpg": photos.jpeg() + bytes(2_000_000),
    }
    told = await said(channel, files)
    assert set(told) == set(files)
    for name, text in told.items():
        assert not ANSWER.search(text), (name, text)
        assert text.endswith(".")
        assert len(text) < 200
    assert (await said(channel, {"good.jpg": photos.jpeg()}))["good.jpg"]


async def test_unusual_photos_are_answered(channel: MemoryChannel) -> None:
    """One pixel, a thread of pixels, 16 bits, CMYK, transparency, animations, HEIC: answered."""
    files = {
        "pixel.png": photos.encode(photos.picture(1, 1), "PNG"),
        "thread.png": photos.encode(photos.picture(3012, 5), "PNG"),
        "deep.png": photos.deep_grey(),
        "palette.png": photos.see_through_palette((0, 0, 0)),
        "cmyk.jpg": photos.cmyk(),
        "animated.gif": photos.animated("GIF"),
        "animated.webp": photos.animated("WEBP"),
        "stereo.mpo": photos.mpo(),
        "phone.heic": photos.heic(),
        "photo.avif": photos.encode(photos.picture(), "AVIF"),
    }
    for name, text in (await said(channel, files)).items():
        assert ANSWER.search(text), (name, text)


async def test_all_orientations_get_the_same_answer(channel: MemoryChannel) -> None:
    """However the camera was held, the answer is the same."""
    files = {f"{way}.jpg": photos.turned(way) for way in range(1, 9)}
    answers = set((await said(channel, files)).values())
    assert len({re.sub(r"\d+", "", text) for text in answers}) == 1


async def test_what_is_kept_shows_no_place(channel: MemoryChannel, own_home: Path) -> None:
    """The photo that is kept says nothing of where it was taken."""
    await said(channel, {"here.jpg": photos.geotagged()})
    (kept,) = (own_home / "photos").rglob("*.jpg")
    with Image.open(io.BytesIO(kept.read_bytes())) as image:
        assert not image.getexif().get_ifd(0x8825)


async def test_shared_odd_photos(channel: MemoryChannel) -> None:
    """Files that broke other software are each answered, or told in a sentence."""
    if not ODD.is_dir():
        pytest.skip("the shared odd photos are not here")
    files = {path.name: path.read_bytes() for path in sorted(ODD.iterdir())}
    told = await said(channel, files)
    assert set(told) == set(files)
    assert all(told.values())
