"""Drawn kites: a class that no shipped model knows, each picture another one."""

import io
import random

from PIL import Image, ImageDraw
from playwright.async_api import FilePayload

WIDTH, HEIGHT = 480, 360


def kite(number: int) -> FilePayload:
    """A kite in the sky, as a JPEG for a file dialog; the same number, the same kite."""
    chance = random.Random(number)
    sky = (chance.randrange(120, 200), chance.randrange(170, 230), 255)
    image = Image.new("RGB", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(image)
    for _ in range(chance.randrange(5)):
        left, top = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        draw.ellipse((left, top, left + chance.randrange(40, 120), top + 30), fill="white")
    x, y, size = chance.randrange(120, 360), chance.randrange(80, 180), chance.randrange(40, 90)
    tail = y + int(1.5 * size)
    top_corner, right_corner = (x, y - size), (x + size, y)
    draw.polygon([top_corner, right_corner, (x, tail), (x - size, y)], fill=_colour(chance))
    draw.polygon([top_corner, right_corner, (x, y)], fill=_colour(chance))
    draw.line([(x, tail), (x - 40, tail + 60), (x + 20, HEIGHT)], fill="black", width=2)
    file = io.BytesIO()
    image.save(file, "JPEG")
    return {"name": f"kite{number}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)
