"""Any of Pillow's modes -> 8-bit RGB: transparency composed, deep greys scaled, big photos reduced.

Works in strips, so that a photo of 50 megapixels needs little more memory than its own pixels.
Knows no file format's limits and no errors: that is `model/image.py`.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BACKGROUND = (255, 255, 255)
"""What shows through transparent pixels, whatever colour they hide."""

STRIP_PIXELS = 1 << 20
"""Pixels converted at a time."""


def to_rgb(image: Image.Image, target_px: int | None = None) -> Image.Image:
    """A loaded image as 8-bit RGB.

    With `target_px`, each side is reduced by a whole factor and stays at least twice the target
    (or as it is, where it is less): what comes after reads fewer pixels and sees the same.
    """
    if image.mode == "RGB" and "transparency" not in image.info and target_px is None:
        return image
    width, height = image.size
    factors = (_factor(width, target_px), _factor(height, target_px))
    span = _grey_span(image) if _is_deep(image) else None
    rgb = Image.new("RGB", (math.ceil(width / factors[0]), math.ceil(height / factors[1])))
    for top, strip in _strips(image, factors[1]):
        flat = _grey(strip, span).convert("RGB") if span else _opaque(strip)
        rgb.paste(flat.reduce(factors), (0, top // factors[1]))
    return rgb


def _factor(side: int, target_px: int | None) -> int:
    return max(1, side // (2 * target_px)) if target_px else 1


def _strips(image: Image.Image, multiple: int) -> Iterator[tuple[int, Image.Image]]:
    """Horizontal strips from top to bottom, each with its first row, a multiple of `multiple`."""
    width, height = image.size
    rows = max(1, STRIP_PIXELS // (width * multiple)) * multiple
    for top in range(0, height, rows):
        yield top, image.crop((0, top, width, min(top + rows, height)))


def _opaque(image: Image.Image) -> Image.Image:
    """RGB on `BACKGROUND`."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    background = Image.new("RGB", image.size, BACKGROUND)
    background.paste(rgba, mask=rgba.getchannel("A"))
    return background


def _is_deep(image: Image.Image) -> bool:
    """Whether it is grey with more than 8 bits: Pillow's own conversion clips that to white."""
    return image.mode.startswith(("I", "F"))


def _levels(image: Image.Image) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0, neginf=0)


def _grey_span(image: Image.Image) -> tuple[float, float]:
    """The levels that are black and white.

    PNG uses all 16 bits. Elsewhere files do not say how many of theirs they use (10, 12, 15), so
    it is as many as the brightest level needs. Floats up to 1 are fractions of white.
    """
    if image.format == "PNG":
        return 0, 65535
    low, high = 0.0, 0.0
    for _, strip in _strips(image, 1):
        levels = _levels(strip)
        low, high = min(low, float(levels.min())), max(high, float(levels.max()))
    if low < 0:
        return low, high
    if image.mode == "F" and high <= 1:
        return 0, 1
    return 0, 2.0 ** max(8, math.ceil(math.log2(high + 1))) - 1


def _grey(image: Image.Image, span: tuple[float, float]) -> Image.Image:
    """8-bit grey of a deep one; its transparent level becomes `BACKGROUND`."""
    black, white = span
    levels = _levels(image)
    grey = np.clip(np.rint((levels - black) * (255 / (white - black))), 0, 255).astype(np.uint8)
    if "transparency" in image.info:
        grey[levels == image.info["transparency"]] = BACKGROUND[0]
    return Image.fromarray(grey)
