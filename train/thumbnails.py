"""Small pictures of kept photos, as `data:` URIs: a report must stand alone."""

import base64
import io
from pathlib import Path

from model.errors import BadPhoto
from model.image import upright

SIDE_PX = 160
QUALITY = 75


def thumbnail(photo: Path) -> str | None:
    """A JPEG without metadata, at most `SIDE_PX` a side; None for what can't be read any more."""
    try:
        image = upright(photo.read_bytes(), SIDE_PX)
    except (OSError, BadPhoto):
        return None
    image.thumbnail((SIDE_PX, SIDE_PX))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, exif=b"", icc_profile=None)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
