"""`model/jpeg.py`: how much work a JPEG asks for."""

import pytest

from model import image, jpeg
from model.errors import BadPhoto
from tests import photos


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    """Each scan goes over all pixels again; a progressive JPEG needs about ten."""
    assert image.upright(photos.endless_scans(30)).size == (640, 480)
    with pytest.raises(BadPhoto, match="far too long"):
        image.upright(photos.endless_scans(jpeg.MAX_SCANS + 1))


def test_a_jpeg_of_endless_segments_is_refused() -> None:
    """Cameras write tens."""
    assert image.upright(photos.endless_segments(1000)).size == (photos.WIDTH, photos.HEIGHT)
    with pytest.raises(BadPhoto, match="far too long"):
        image.upright(photos.endless_segments(jpeg.MAX_SEGMENTS + 1))


def test_what_comes_after_a_jpeg_does_not_count() -> None:
    """Phones append a film, in which anything may look like a scan."""
    data = photos.jpeg(progressive=True) + b"\xff\xda\0\2" * 10_000
    assert not jpeg.is_slow(data)
    assert image.upright(data).size == (photos.WIDTH, photos.HEIGHT)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1", b"GIF89a"]
)
def test_what_is_no_jpeg_is_not_slow(data: bytes) -> None:
    """It is refused for what it is, by those who read it."""
    assert not jpeg.is_slow(data)


def test_a_scan_hidden_in_metadata_does_not_count() -> None:
    """A thumbnail in EXIF has scans of its own."""
    data = photos.jpeg(exif=b"Exif\0\0" + b"\xff\xda" * 1000, progressive=True)
    assert not jpeg.is_slow(data)
