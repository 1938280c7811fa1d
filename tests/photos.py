"""Photos for tests, made on the spot: the kinds that people send, and those that attackers do.

A function without another word returns the bytes of a file.
"""

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

Colour = tuple[int, ...]

WIDTH, HEIGHT = 160, 120
RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 60)

ORIENTATION, GPS = 0x0112, 0x8825  # EXIF tags
ORIENTATIONS = range(1, 9)

# How a camera held in each orientation stores the picture: the opposite of what turns it upright.
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

# `picture()` in orientation 6, as phones write it: turned by the container (irot), and EXIF says
# the same once more. Made with pillow-heif 1.8.1, which is not installed here: it can't be shipped.
_HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAaFtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA
AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAABxQABAAAAAAAAAJAAAgAAAAACVQABAAAAAAAAACQAAAA4aWlu
ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA
4GlwcnAAAADAaXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA
AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDyAoWW6kkprm4CGgwIAAAMAMgAAAwACEGIAAQAHRAHBcrAi
QAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAAB4AAAAoAAAABBwaXhpAAAAAAMICAgAAAAJaXJvdAMA
AAAYaXBtYQAAAAAAAAABAAEFgQIDBIUAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAALxtZGF0AAAAjCgBrxOA
eK+a7ocNO/yVH/9yzq/9hMCfhmTd/ijeesikg7N95l/sOZnpIyngeu6QpA4e2ILzN+MkV6fvekI1+6pLtAAAAwAA
Fy35hoFz2iU//67pb+2qu/tfr1+tIWfCoeswPzkfttTTfk1tYWvEYm0Ys/4cmzJEDKKLmR/qYxjYHgSWwAABm2rE
AAG3AAAABkV4aWYAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA
"""


def picture(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Four coloured quarters, no two alike: an image that shows how it lies."""
    quarters = np.array([[RED, GREEN], [BLUE, YELLOW]], dtype=np.uint8)
    rows = np.arange(height) * 2 // max(height, 2)
    columns = np.arange(width) * 2 // max(width, 2)
    return Image.fromarray(quarters[rows][:, columns])


def noise(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """An image of soft blots of colour, another one with each seed."""
    blots = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize((width, height), Image.Resampling.BICUBIC)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """An image as a file of Pillow's format `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(width: int = WIDTH, height: int = HEIGHT, **options: Any) -> bytes:
    """`picture()` as a JPEG."""
    return encode(picture(width, height), "JPEG", **options)


def turned(orientation: int, kind: str = "JPEG", image: Image.Image | None = None) -> bytes:
    """`picture()`, or another image, stored turned, with the orientation that says so."""
    image = image or picture()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = image.transpose(_STORED[orientation]) if orientation in _STORED else image
    return encode(stored, kind, exif=exif)


def turned_behind_the_pixels(orientation: int) -> bytes:
    """A PNG whose EXIF comes after its pixels, as exiftool writes it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    end = _chunk(b"IEND", b"")
    body = encode(picture().transpose(_STORED[orientation]), "PNG").removesuffix(end)
    return body + _chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")) + end


def geotagged() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2)})
    return jpeg(exif=exif)


def with_broken_exif(kind: str = "JPEG") -> bytes:
    """`picture()` with an EXIF block whose directory points behind its end."""
    return encode(picture(), kind, exif=b"Exif\0\0MM\0*\xff\xff\xff\xf0" + b"\xff" * 40)


def heic() -> bytes:
    """`picture()` as a HEIC, held in orientation 6."""
    return base64.b64decode(_HEIC)


def deep_grey(levels: int = 65536, kind: str = "PNG") -> bytes:
    """A 16-bit ramp from black, left, to level `levels` - 1, right."""
    ramp = np.linspace(0, levels - 1, WIDTH).astype(np.uint16)
    return encode(Image.fromarray(np.tile(ramp, (HEIGHT, 1))), kind)


def see_through(hidden: Colour, kind: str = "PNG") -> bytes:
    """A red disc on transparent pixels of the colour `hidden`."""
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    in_disc = (x - WIDTH / 2) ** 2 + (y - HEIGHT / 2) ** 2 < (HEIGHT / 3) ** 2
    rgba = np.where(in_disc[..., None], (*RED, 255), (*hidden, 0)).astype(np.uint8)
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    return encode(Image.fromarray(rgba), kind, **options)


def see_through_palette(hidden: Colour) -> bytes:
    """A palette PNG: a red half, and a half that is transparent and `hidden`."""
    image = Image.new("P", (WIDTH, HEIGHT), 0)
    image.putpalette([*RED, *hidden])
    image.paste(1, (0, 0, WIDTH // 2, HEIGHT))
    return encode(image, "PNG", transparency=1)


def see_through_deep_grey(hidden: int) -> bytes:
    """A 16-bit grey PNG: a half of the transparent level `hidden`, and a mid-grey half."""
    levels = np.full((HEIGHT, WIDTH), 0x8000, dtype=">u2")
    levels[:, : WIDTH // 2] = hidden
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    transparency = _chunk(b"tRNS", struct.pack(">H", hidden))
    return _png(WIDTH, HEIGHT, 16, 0, transparency + _chunk(b"IDAT", zlib.compress(rows)))


def cmyk() -> bytes:
    """`picture()` as a CMYK JPEG."""
    return encode(picture().convert("CMYK"), "JPEG", quality=95)


def animated(kind: str) -> bytes:
    """Two frames: `picture()`, then black."""
    black = Image.new("RGB", (WIDTH, HEIGHT))
    return encode(picture(), kind, save_all=True, append_images=[black], duration=100)


def mpo() -> bytes:
    """Two JPEGs in one file, as stereo cameras and some phones write them."""
    return encode(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 60))])


def truncated() -> bytes:
    """The first half of a JPEG."""
    data = encode(noise(1, 640, 480), "JPEG")
    return data[: len(data) // 2]


def bomb_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A valid black PNG of 400 megapixels in 49 kB, made without its pixels ever in memory."""
    deflate = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    parts = [deflate.compress(row * 100) for _ in range(height // 100)]
    parts += [deflate.compress(row * (height % 100)), deflate.flush()]
    return _png(width, height, 1, 0, _chunk(b"IDAT", b"".join(parts)))


def bomb_gif() -> bytes:
    """A GIF of 4 x 4 px, of which the first frame is 65,535 x 65,535."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 4, 4, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return screen + b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\2\1\0\0;"


def bomb_bmp() -> bytes:
    """A BMP that claims 200,000 x 200,000 px."""
    header = struct.pack("<IiiHHIIiiII", 40, 200_000, 200_000, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header


def bomb_webp() -> bytes:
    """An animated WebP with a canvas of 16,383 x 16,383 px and a frame of 16 x 16."""
    canvas = _riff(b"VP8X", bytes([2, 0, 0, 0]) + (16_382).to_bytes(3, "little") * 2)
    loop = _riff(b"ANIM", bytes(6))
    still = encode(Image.new("RGB", (16, 16)), "WEBP", lossless=True)[12:]
    frame = _riff(b"ANMF", bytes(6) + (15).to_bytes(3, "little") * 2 + bytes(4) + still)
    return _riff(b"RIFF", b"WEBP" + canvas + loop + frame)


def bomb_tiff() -> bytes:
    """A TIFF of 16 x 16 px that is made of one tile of 40,000 x 40,000."""
    strip = zlib.compress(bytes(256))
    entries = [(256, 16), (257, 16), (258, 8), (259, 8), (262, 1), (277, 1)]
    entries += [(322, 40_000), (323, 40_000), (324, 8 + 2 + 10 * 12 + 4), (325, len(strip))]
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    count = struct.pack("<H", len(entries))
    return b"II*\0" + struct.pack("<I", 8) + count + directory + bytes(4) + strip


def bomb_heif(kind: str) -> bytes:
    """A HEIC or AVIF whose header claims 20,000 x 20,000 px."""
    data = heic() if kind == "HEIF" else encode(picture(), "AVIF")
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", 20_000, 20_000) + data[at + 8 :]


def endless_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan comes `scans` times."""
    data = encode(Image.new("L", (640, 480), 120), "JPEG", progressive=True)
    last_scan, end = data[data.rindex(b"\xff\xda") : -2], data[-2:]
    return data[:-2] + last_scan * (scans - 1) + end


def endless_segments(segments: int) -> bytes:
    """A JPEG with as many empty comments before its pixels."""
    data = jpeg()
    return data[:2] + b"\xff\xfe\0\2" * segments + data[2:]


def _png(width: int, height: int, depth: int, colour_type: int, body: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + body + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _riff(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data
