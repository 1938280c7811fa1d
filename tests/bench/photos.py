"""Photos of the size that people send in a chat, made from the project's own pictures."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE_PX = (1280, 960)
QUALITY = 87
GRAIN = 4.0
"""Standard deviation of the noise, in grey levels: it makes a file as long as a camera's."""


def chat_photos(count: int) -> list[bytes]:
    """JPEG files, no two alike."""
    generator = np.random.default_rng(0)
    pictures = [Image.open(path).convert("RGB") for path in sorted(PICTURES.glob("*.jpg"))]
    photos = []
    for number in range(count):
        picture = pictures[number % len(pictures)].resize(SIZE_PX, Image.Resampling.BICUBIC)
        grain = generator.normal(0, GRAIN, (SIZE_PX[1], SIZE_PX[0], 1))
        pixels = (np.asarray(picture) + grain).clip(0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
        photos.append(file.getvalue())
    return photos


def never_seen(photos: list[bytes]) -> Iterator[bytes]:
    """The photos over and over, each time as another file: what differs comes after the picture."""
    number = 0
    while True:
        for photo in photos:
            number += 1
            yield photo + number.to_bytes(8)
