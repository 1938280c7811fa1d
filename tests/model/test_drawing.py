"""`model/drawing.py`: the photo that shows where the point was found."""

import io

import numpy as np
import pytest
from PIL import Image

from model.drawing import SIDE_PX, marked
from model.errors import BadPhoto
from model.point import Point
from tests import photos


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def span_around(image: Image.Image, x: int, y: int) -> int:
    """The difference between the lightest and the darkest grey within 40 px."""
    grey = np.asarray(image.convert("L"), dtype=int)[
        max(0, y - 40) : y + 40, max(0, x - 40) : x + 40
    ]
    return int(grey.max() - grey.min())


@pytest.mark.parametrize("ground", ["black", "white", "grey", "red", "yellow"])
def test_the_ring_is_seen_on_any_ground(ground: str) -> None:
    """It has light and dark in it; farther away the photo is as it was."""
    jpeg, size = marked(
        photos.encode(Image.new("RGB", (800, 600), ground), "PNG"), Point(400.0, 300.0)
    )
    drawn = opened(jpeg)
    assert drawn.size == size == (800, 600)
    assert span_around(drawn, 400, 300) > 150
    assert span_around(drawn, 100, 500) == 0


def test_the_point_is_in_the_ring() -> None:
    """Its middle is a light dot, wherever the point lies; also at the very edge."""
    ground = photos.encode(Image.new("RGB", (640, 480), "black"), "PNG")
    for x, y in ((320, 240), (500, 60), (0, 479)):
        drawn = opened(marked(ground, Point(float(x), float(y)))[0])
        assert np.asarray(drawn.convert("L"))[y, x] > 200


def test_it_is_small_enough_for_a_chat() -> None:
    """1280 px at most, in the photo's proportions, the ring where the point was."""
    large = photos.encode(Image.new("RGB", (5000, 1000), "black"), "PNG")
    jpeg, size = marked(large, Point(2500.0, 500.0))
    assert size == (SIDE_PX, SIDE_PX // 5)
    assert np.asarray(opened(jpeg).convert("L"))[SIDE_PX // 10, SIDE_PX // 2] > 200


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_odd_photos_are_drawn_on_too(size: tuple[int, int]) -> None:
    """However small or thin."""
    _, drawn = marked(photos.encode(Image.new("RGB", size), "PNG"), Point(0.5, 0.5))
    assert min(drawn) >= 1
    assert max(drawn) <= SIDE_PX


@pytest.mark.parametrize("orientation", photos.ORIENTATIONS)
def test_it_lies_upright(orientation: int) -> None:
    """The point is in the upright photo; the JPEG needs no metadata to be shown so."""
    jpeg, size = marked(photos.turned(orientation), Point(10.0, 10.0))
    assert size == (photos.WIDTH, photos.HEIGHT)
    assert not opened(jpeg).getexif()


def test_no_metadata_is_left() -> None:
    """Not where the photo was taken, nor what else its file says."""
    jpeg, _ = marked(photos.geotagged(), Point(5.0, 5.0))
    assert opened(photos.geotagged()).getexif()
    assert b"Exif" not in jpeg
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(opened(jpeg).info)


def test_what_is_no_photo() -> None:
    """Is a bad photo here too."""
    with pytest.raises(BadPhoto):
        marked(b"no photo", Point(1.0, 1.0))
