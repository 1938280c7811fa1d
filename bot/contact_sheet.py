"""One picture of several kept photos, side by side; a JPEG without metadata. Runs in a thread."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from model import image
from model.errors import BadPhoto

TILE_PX, GAP_PX, COLUMNS = 240, 6, 4
QUALITY = 85

Size = tuple[int, int]


def thumbnail(file: Path) -> Image.Image | None:
    """The middle of a photo as a square tile; None if the file is gone or nobody can decode it."""
    try:
        photo = image.at_most(file.read_bytes(), 2 * TILE_PX)
    except (OSError, BadPhoto):
        return None
    return ImageOps.fit(photo, (TILE_PX, TILE_PX))


def contact_sheet(tiles: Sequence[Image.Image]) -> tuple[bytes, Size]:
    """The tiles in rows of `COLUMNS`, on white: the JPEG and its size in px."""
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    step = TILE_PX + GAP_PX
    sheet = Image.new("RGB", (columns * step + GAP_PX, rows * step + GAP_PX), "white")
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP_PX + column * step, GAP_PX + row * step))
    jpeg = io.BytesIO()
    sheet.save(jpeg, "JPEG", quality=QUALITY)
    return jpeg.getvalue(), sheet.size
