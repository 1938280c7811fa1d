"""A photo with the point drawn on it: small enough for a chat, a JPEG without metadata.

Knows no model and no file: the point is told in px of the upright photo.
"""

import io

from PIL import Image, ImageDraw

from model import image
from model.point import Point

SIDE_PX = 1280
"""The longer side at most: what Telegram shows of a photo, and more than a telephone's width."""
QUALITY = 88
FINENESS = 4
"""The ring is drawn so many times larger and then reduced, which makes its edges smooth."""

WHITE, BLACK = (255, 255, 255, 255), (0, 0, 0, 255)


def marked(data: bytes, point: Point) -> tuple[bytes, tuple[int, int]]:
    """Bytes of a photo -> a JPEG of it with a ring around the point; and its size in px.

    Raises `BadPhoto`.
    """
    info = image.probe(data)
    photo = image.at_most(data, SIDE_PX)
    radius_px = max(5, min(48, round(max(photo.size) / 28)))
    ring = _ring(radius_px)
    x = point.x_px * photo.width / info.width
    y = point.y_px * photo.height / info.height
    photo.paste(ring, (round(x - ring.width / 2), round(y - ring.height / 2)), mask=ring)
    jpeg = io.BytesIO()
    photo.save(jpeg, "JPEG", quality=QUALITY, comment=b"")  # else Pillow copies a GIF's
    return jpeg.getvalue(), photo.size


def _ring(radius_px: int) -> Image.Image:
    """A white ring and a dot in its middle, edged with black: seen on any ground. RGBA."""
    radius, stroke = radius_px * FINENESS, max(2, radius_px // 6) * FINENESS
    middle = radius + 2 * stroke
    canvas = Image.new("RGBA", (2 * middle, 2 * middle))
    draw = ImageDraw.Draw(canvas)
    for colour, more in ((BLACK, stroke // 2), (WHITE, 0)):
        width = stroke + 2 * more
        draw.circle((middle, middle), radius + width / 2, outline=colour, width=width)
        draw.circle((middle, middle), stroke + more, fill=colour)
    side = canvas.width // FINENESS
    return canvas.resize((side, side), Image.Resampling.LANCZOS)
