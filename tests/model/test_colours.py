"""`model/colours.py`: any of Pillow's modes -> 8-bit RGB."""

import numpy as np
import pytest
from PIL import Image

from model import image
from model.colours import to_rgb
from tests import photos


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two images in grey levels."""
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_greys_keep_their_greys(kind: str) -> None:
    """A ramp of 65,536 levels is a ramp from black to white, not white from level 256 on."""
    ramp = np.asarray(image.upright(photos.deep_grey(kind=kind)))[0, :, 0]
    expected = np.linspace(0, 255, photos.WIDTH)
    assert np.abs(ramp - expected).max() <= 1


def test_twelve_bits_of_sixteen_are_seen() -> None:
    """Scanners and cameras leave the upper bits of a TIFF empty; that makes no black photo."""
    ramp = np.asarray(image.upright(photos.deep_grey(levels=4096, kind="TIFF")))[0, :, 0]
    assert np.abs(ramp - np.linspace(0, 255, photos.WIDTH)).max() <= 1


@pytest.mark.parametrize("levels", [(0.0, 1.0), (-40.0, 900.0), (0.0, 255.0)])
def test_floats_are_greys_too(levels: tuple[float, float]) -> None:
    """Fractions, heights and levels: the least is dark, the most is bright."""
    values = np.tile(np.linspace(*levels, photos.WIDTH, dtype=np.float32), (photos.HEIGHT, 1))
    ramp = np.asarray(image.upright(photos.encode(Image.fromarray(values), "TIFF")))[0, :, 0]
    assert np.abs(ramp - np.linspace(0, 255, photos.WIDTH)).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_what_transparent_pixels_hide_is_not_seen(kind: str) -> None:
    """Transparent black and transparent white are both white."""
    black = image.upright(photos.see_through((0, 0, 0), kind))
    white = image.upright(photos.see_through((255, 255, 255), kind))
    assert difference(black, white) == 0
    assert black.getpixel((0, 0)) == (255, 255, 255)
    assert black.getpixel((photos.WIDTH // 2, photos.HEIGHT // 2)) == photos.RED


def test_a_palette_hides_nothing_either() -> None:
    """The same for a palette with a transparent entry, and for one transparent grey of 65,536."""
    black, white = photos.see_through_palette((0, 0, 0)), photos.see_through_palette((255,) * 3)
    assert difference(image.upright(black), image.upright(white)) == 0
    dark, bright = photos.see_through_deep_grey(0), photos.see_through_deep_grey(65_535)
    assert difference(image.upright(dark), image.upright(bright)) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "YCbCr", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    """At its size, or reduced to no less than twice the target."""
    scene = photos.noise(4, 1000, 700)
    strange = scene.convert("RGBA").convert("PA") if mode == "PA" else scene.convert(mode)
    whole, reduced = to_rgb(strange), to_rgb(strange, 100)
    assert (whole.mode, whole.size) == ("RGB", (1000, 700))
    assert (reduced.mode, reduced.size) == ("RGB", (200, 234))
    assert difference(whole.resize((50, 35)), reduced.resize((50, 35))) < 2


def test_strips_leave_no_seams() -> None:
    """What is converted in many strips is what is converted at once."""
    scene = photos.noise(6, 3001, 1999)
    scene.putalpha(photos.noise(7, 3001, 1999).convert("L"))
    background = Image.new("RGB", scene.size, "white")
    background.paste(scene, mask=scene.getchannel("A"))
    assert difference(to_rgb(scene), background) == 0
