"""Bytes of a photo -> upright RGB -> the backbone's pixels. Every limit and every image error.

Knows nothing of files, chats or models. All bytes are hostile: the format is told by the content,
limits are checked after the header and before decoding, and whatever goes wrong comes out as
`BadPhoto` with a sentence for the person who sent it.
"""

import ctypes
import io
import warnings
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from threading import Lock

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, _imaging
from PIL.PngImagePlugin import PngImageFile

from model import jpeg
from model.colours import to_rgb
from model.errors import BadPhoto

# Of a HEIC only the photo itself is wanted, not its thumbnail, depth map and other layers.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
# Pillow warns of much that it then reads all the same; what it can't read raises an error.
warnings.filterwarnings("ignore", module="PIL")
# libtiff would write to stderr, past every log, what we say in a sentence. Pillow offers no way to
# stop it, but the library that it brings does; where it can't be reached that way it goes on.
with suppress(OSError, AttributeError):
    ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
"""What is opened. Never all that Pillow can: EPS runs a program, and 187 bytes of JPEG 2000 take
0.8 GB. MPO comes through JPEG."""

FILMS = ("GIF", "WEBP", "PNG", "AVIF")
"""Formats that may hold more than one frame, to be shown one after another."""

FORMATS_IN_WORDS = "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP"

MAX_PIXELS = 50_000_000
"""Most pixels decoded. At this size the slowest formats take 3 s, and the hungriest, WebP, 800 MB:
four times its pixels. A JPEG that is wanted small takes 0.1 s and 10 MB."""

LARGE_PIXELS = 16_000_000
"""Above it only one photo is decoded at a time: else each thread could take those 800 MB. What
telephones make as a rule is below it."""
_large_turn = Lock()

MAX_SIDE_PX = 65_535
"""Longest side, JPEG's own limit. A PNG of 1 x 50,000,000 takes 2 GB for pointers to its rows."""

DRAFT_FACTOR = 1.3
"""A JPEG is decoded at a reduced size whose sides are at least this times the target's. Reducing
in the DCT is four times faster and differs by a fraction of a grey level (docs/experiments.md)."""

ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_TILE_WIDTH, _TILE_HEIGHT = 322, 323  # TIFF tags


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header says: Pillow's format name and the upright size in px.

    `moves`: there are more frames than the one that is looked at.
    """

    format: str
    width: int
    height: int
    moves: bool = False


def probe(data: bytes) -> ImageInfo:
    """Read the header only. Raises `BadPhoto` for what is no photo or over the limits.

    (An orientation that a PNG has behind its pixels is not seen.)
    """
    return _info(_open(data))


def upright(data: bytes, target_px: int | None = None) -> Image.Image:
    """The first frame as an upright RGB image, transparency composed on white.

    With `target_px` it may come at a reduced size, both sides at least `DRAFT_FACTOR` times the
    target (or the photo's own size, where that is less). Raises `BadPhoto`.
    """
    return _upright(_open(data), target_px)


def at_most(data: bytes, side_px: int) -> Image.Image:
    """The first frame as an upright RGB image, its longer side at most so long; never larger.

    Raises `BadPhoto`.
    """
    image = _open(data)
    info = _info(image)
    rgb = _upright(image, side_px)
    scale = min(1, side_px / max(info.width, info.height))
    size = max(1, round(info.width * scale)), max(1, round(info.height * scale))
    return rgb if rgb.size == size else rgb.resize(size, Image.Resampling.BICUBIC)


def squash(image: Image.Image, size_px: int) -> NDArray[np.uint8]:
    """An RGB image squashed to a square: uint8 (3, size_px, size_px), bicubic.

    Squashed, not cropped: on VOC that is better by half a point of mAP (docs/experiments.md).
    """
    square = image.resize((size_px, size_px), Image.Resampling.BICUBIC)
    return np.asarray(square).transpose(2, 0, 1)  # (S, S, 3) -> (3, S, S)


def pixels(data: bytes, size_px: int) -> NDArray[np.uint8]:
    """Bytes of a photo -> uint8 (3, size_px, size_px), ready for `backbone.normalize`."""
    return read(data, size_px)[1]


def read(data: bytes, size_px: int) -> tuple[ImageInfo, NDArray[np.uint8]]:
    """`probe` and `pixels` in one, with the header read once. Raises `BadPhoto`."""
    image = _open(data)
    return _info(image), squash(_upright(image, size_px), size_px)


def _info(image: Image.Image) -> ImageInfo:
    width, height = image.size
    # Of a TIFF Pillow gives the upright size already.
    if image.format != "TIFF" and _orientation(image) >= 5:
        width, height = height, width
    return ImageInfo(image.format or "", width, height, _moves(image))


def _moves(image: Image.Image) -> bool:
    """Whether it is a film. A TIFF's pages are none."""
    if image.format not in FILMS:
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # Pillow's readers raise anything on hostile bytes
        return False


def _upright(image: Image.Image, target_px: int | None) -> Image.Image:
    """Threads that decode large photos do it one after another."""
    try:
        with _large_turn if image.width * image.height > LARGE_PIXELS else nullcontext():
            return _decoded(image, target_px)
    except MemoryError as error:
        raise BadPhoto(
            "This photo needs more memory than I have. Please send a smaller one."
        ) from error
    except Exception as error:  # Pillow's plugins raise anything on hostile bytes
        raise BadPhoto(
            "This photo is damaged or was cut off on its way: I can't read all of it. "
            "Please send it again."
        ) from error


def _decoded(image: Image.Image, target_px: int | None) -> Image.Image:
    if target_px is not None:
        side = int(target_px * DRAFT_FACTOR)
        image.draft("RGB", (side, side))
    _load(image)
    turn = _UPRIGHT.get(_orientation(image))  # now: loading turns a TIFF upright
    rgb = to_rgb(image, target_px)
    return rgb.transpose(turn) if turn is not None else rgb


def _open(data: bytes) -> Image.Image:
    """The image with its header read, within the limits."""
    if not data:
        raise BadPhoto("This file is empty. Please send the photo again.")
    if jpeg.is_slow(data):
        raise BadPhoto(
            "This JPEG would take far too long to read. Please save it anew, then send it."
        )
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        tile_pixels = _tile_pixels(image)
    except Image.DecompressionBombError as error:
        raise BadPhoto(_too_large("")) from error
    except Exception as error:  # Pillow's plugins raise anything on hostile bytes
        raise BadPhoto(
            f"This file is not a photo that I can read. Please send {FORMATS_IN_WORDS}."
        ) from error
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise BadPhoto(_too_large(f" ({width} x {height} px)"))
    if tile_pixels > MAX_PIXELS:
        raise BadPhoto("This TIFF is made of tiles that are too large. Please send it as a JPEG.")
    if width < 1 or height < 1:
        raise BadPhoto("This photo has no pixels. Please send another one.")
    return image


def _too_large(size: str) -> str:
    return (
        f"This photo is too large{size}: I take up to {MAX_PIXELS // 1_000_000} megapixels "
        f"and {MAX_SIDE_PX:,} px a side. Please send a smaller one."
    )


def _tile_pixels(image: Image.Image) -> int:
    """Pixels of a TIFF's tile, which is decoded whole and can be far larger than the photo."""
    tags = getattr(image, "tag_v2", {})
    width, height = tags.get(_TILE_WIDTH), tags.get(_TILE_HEIGHT)
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _load(image: Image.Image) -> None:
    """Decode the pixels. What a PNG has behind them (frames, metadata) may be broken."""
    try:
        image.load()
    except Exception:
        if not isinstance(image, PngImageFile) or image.tile:  # `tile`: what is yet to be decoded
            raise


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1..8; 1 where the metadata is broken, which the pixels need not be."""
    try:
        # Not image.getexif(): a PNG's decodes the pixels to look for metadata behind them.
        value = Image.Image.getexif(image).get(ORIENTATION, 1)
    except Exception:  # Pillow's readers raise anything on hostile bytes
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
