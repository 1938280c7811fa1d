"""`train/thumbnails.py`: small, and without what a camera wrote."""

import base64
import io
from pathlib import Path

from PIL import Image

from tests.train.data.samples import make_photo
from train.thumbnails import SIDE_PX, thumbnail


def test_a_thumbnail_is_small_and_has_no_metadata(tmp_path: Path) -> None:
    """No place, no camera, no profile; its longer side is 160 px."""
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (640, 480), "teal").save(photo, exif=exif, comment=b"secret")

    uri = thumbnail(photo)

    assert uri is not None
    head, _, data = uri.partition(",")
    small = Image.open(io.BytesIO(base64.b64decode(data)))
    assert head == "data:image/jpeg;base64"
    assert small.size == (SIDE_PX, SIDE_PX * 3 // 4)
    assert not small.getexif()
    assert not {"comment", "icc_profile", "exif"} & set(small.info)


def test_what_is_no_photo_has_none(tmp_path: Path) -> None:
    """Nor has a file that is gone."""
    (tmp_path / "text.jpg").write_text("no photo")

    assert thumbnail(tmp_path / "text.jpg") is None
    assert thumbnail(tmp_path / "gone.jpg") is None
    assert thumbnail(make_photo(tmp_path / "photo.jpg", 1)) is not None
