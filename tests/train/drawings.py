"""Drawn pictures of things, no two alike: flags, wheels, and neither."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIZE = (320, 240)
Draw = Callable[[ImageDraw.ImageDraw, np.random.Generator], None]


def _colour(generator: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = generator.integers(0, 256, 3)
    return int(red), int(green), int(blue)


def _flag(draw: ImageDraw.ImageDraw, generator: np.random.Generator) -> None:
    width, height = int(generator.integers(120, 250)), int(generator.integers(80, 150))
    left, top = int(generator.integers(10, 310 - width)), int(generator.integers(5, 80))
    stripes = int(generator.integers(2, 6))
    for number in range(stripes):
        upper, lower = top + height * number // stripes, top + height * (number + 1) // stripes
        draw.rectangle((left, upper, left + width, lower), fill=_colour(generator))
    draw.line((left, top, left, SIZE[1]), fill="black", width=5)


def _wheel(draw: ImageDraw.ImageDraw, generator: np.random.Generator) -> None:
    radius = int(generator.integers(50, 105))
    x, y = int(generator.integers(radius, 320 - radius)), int(generator.integers(105, 135))
    box = (x - radius, y - radius, x + radius, y + radius)
    draw.ellipse(box, fill=_colour(generator), outline="black", width=12)
    spokes = int(generator.integers(3, 9))
    for angle in range(0, 360, 360 // spokes):
        draw.pieslice(box, angle, angle + 4, fill="black")


def _neither(draw: ImageDraw.ImageDraw, generator: np.random.Generator) -> None:
    for _ in range(int(generator.integers(3, 40))):
        points = [(int(x), int(y)) for x, y in generator.integers(0, 320, (3, 2))]
        draw.polygon(points, fill=_colour(generator))


KINDS: dict[str, Draw] = {"flag": _flag, "wheel": _wheel, "none": _neither}


def drawing(kind: str, seed: int) -> Image.Image:
    """A picture of this kind on a ground that differs with the seed."""
    generator = np.random.default_rng([seed, *kind.encode()])
    coarse = generator.integers(0, 256, (*generator.integers(1, 12, 2), 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC)
    KINDS[kind](ImageDraw.Draw(picture), generator)
    return picture.rotate(float(generator.uniform(-20, 20)), Image.Resampling.BICUBIC)


def draw_folders(folder: Path, count: int, first: int = 0) -> Path:
    """`count` pictures of each kind in a folder of its own, numbered from `first`."""
    for kind in KINDS:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for seed in range(first, first + count):
            drawing(kind, seed).save(folder / kind / f"{seed}.jpg", quality=90)
    return folder
