import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from bot.metadata import ORIENTATION, stripped
from model.errors import BadPhoto
from model.image import upright

ODD = Path(__file__).parents[2].parent / "shared/data/odd-photos"
SECRET = b"Ann's house, 47.3769 N"


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 24)) -> Image.Image:
    """A picture whose sides and corners differ."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    values = [(rows * (3 + band) + columns * (5 - band)) % 256 for band in range(channels)]
    return Image.fromarray(np.stack(values, axis=-1).squeeze().astype(np.uint8), mode)


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or picture()).save(file, "JPEG", **options)
    return file.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """The JPEG with one segment more, right after its start."""
    return data[:2] + segment(marker, content) + data[2:]


def gps(orientation: int = 1) -> bytes:
    """EXIF of a photo that says where it was taken, when, and with what."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = SECRET.decode()  # the camera's maker
    exif[0x9003] = "2026:11:25 10:00:00"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 36.84)  # latitude
    return exif.tobytes()


def with_thumbnail(data: bytes) -> bytes:
    """JFIF with a thumbnail of one pixel that shows the secret."""
    content = b"JFIF\0\1\1\0\0\1\0\1\1\1" + SECRET
    return data[:2] + segment(0xE0, content) + data[20:]


TOLD: dict[str, Callable[[], bytes]] = {
    "EXIF with place, time and camera": lambda: jpeg(exif=gps()),
    "XMP": lambda: with_segment(jpeg(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
    "IPTC": lambda: with_segment(jpeg(), 0xED, b"Photoshop 3.0\0008BIM" + SECRET),
    "a comment": lambda: jpeg(comment=SECRET),
    "a maker's own segment": lambda: with_segment(jpeg(), 0xE9, SECRET),
    "a colour profile's segment that is none": lambda: with_segment(jpeg(), 0xE2, SECRET),
    "a thumbnail": lambda: with_thumbnail(jpeg()),
    "an Adobe segment that is too long": lambda: with_segment(
        jpeg(), 0xEE, b"Adobe\0\x64\0\0\0\0\1" + SECRET
    ),
    "another picture after the end": lambda: jpeg() + jpeg(comment=SECRET),
    "a comment between two scans": lambda: between_scans(jpeg(progressive=True)),
}


def between_scans(data: bytes) -> bytes:
    """A progressive JPEG with a comment right before its last scan, that looks like an end."""
    last = data.rindex(b"\xff\xda")
    return data[:last] + segment(0xFE, SECRET + b"\xff\xd9") + data[last:]


@pytest.mark.parametrize("make", TOLD.values(), ids=TOLD.keys())
def test_what_a_file_tells_is_gone_and_the_pixels_are_the_same(make: Callable[[], bytes]) -> None:
    """Bit for bit the same picture, without the secret."""
    data = make()
    kept = stripped(data)

    assert kept is not None
    assert SECRET in data
    assert SECRET not in kept
    assert np.array_equal(np.asarray(upright(kept)), np.asarray(upright(data)))
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_side_that_is_up_stays_up(orientation: int) -> None:
    """Of EXIF only the orientation is kept: the picture is as upright as before."""
    data = jpeg(exif=gps(orientation))
    kept = stripped(data)

    assert kept is not None
    assert SECRET not in kept
    exif = Image.open(io.BytesIO(kept)).getexif()
    assert dict(exif) == ({} if orientation == 1 else {ORIENTATION: orientation})
    assert np.array_equal(np.asarray(upright(kept)), np.asarray(upright(data)))


@pytest.mark.parametrize(
    "data",
    [
        jpeg(picture("L")),
        jpeg(picture("CMYK")),
        jpeg(progressive=True),
        jpeg(restart_marker_blocks=1),
        jpeg(subsampling=0, quality=100),
        jpeg()[:2] + b"\xff\xff" + jpeg()[2:],
    ],
    ids=["grey", "cmyk", "progressive", "restarts", "not subsampled", "padded"],
)
def test_every_kind_of_jpeg_keeps_its_pixels(data: bytes) -> None:
    """What a decoder needs stays, also what only Adobe's files need."""
    kept = stripped(data)

    assert kept is not None
    assert np.array_equal(np.asarray(upright(kept)), np.asarray(upright(data)))


def test_the_colour_profile_stays() -> None:
    """It says what the colours are, not who took them."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = stripped(jpeg(icc_profile=profile))

    assert kept is not None
    assert Image.open(io.BytesIO(kept)).info["icc_profile"] == profile


def test_stripping_again_changes_nothing() -> None:
    """What was kept is a JPEG like any other."""
    kept = stripped(jpeg(exif=gps(6), comment=SECRET))

    assert kept is not None
    assert stripped(kept) == kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\xff",
        jpeg()[:-2],
        jpeg()[:300],
        jpeg()[:2] + b"junk" + jpeg()[2:],
        b"GIF89a",
    ],
)
def test_what_is_no_whole_jpeg_is_left_to_the_decoder(data: bytes) -> None:
    """Cut off, or with something that does not belong there: nothing is guessed."""
    assert stripped(data) is None


def test_any_cut_of_a_jpeg_is_refused() -> None:
    """No length makes it read beyond the end, or keep half a file."""
    data = jpeg(exif=gps(6), progressive=True, comment=SECRET)

    assert {stripped(data[:length]) for length in range(len(data) - 1)} == {None}


def test_hostile_changes_never_break_it() -> None:
    """Of a thousand broken files each is refused, or kept with a beginning and an end."""
    data = bytearray(jpeg(exif=gps(6), comment=SECRET))
    random = np.random.default_rng(0)
    for _ in range(1000):
        broken = bytearray(data)
        for place in random.integers(2, len(data), size=3):
            broken[place] = random.integers(256)
        kept = stripped(bytes(broken))
        assert kept is None or (kept.startswith(b"\xff\xd8") and kept.endswith(b"\xff\xd9"))


@pytest.mark.skipif(not ODD.is_dir(), reason="the shared photos are not there")
def test_odd_photos_keep_their_pixels() -> None:
    """Of the files that broke other software, each that is kept as it is shows the same."""
    for path in sorted(ODD.rglob("*.jp*g")):
        data = path.read_bytes()
        kept = stripped(data)
        if kept is None:
            continue
        try:
            before = np.asarray(upright(data))
        except BadPhoto:
            continue
        assert np.array_equal(np.asarray(upright(kept)), before), path.name
