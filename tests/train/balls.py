"""Meadows with a ball each: photos with a point, drawn."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

SIZE = (160, 120)


def ball(seed: int) -> tuple[Image.Image, tuple[float, float]]:
    """A photo, and where in it the middle of its ball is, px from the top left corner."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(60, 140, (4, 5, 3), dtype=np.uint8)
    photo = Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC)
    x, y = generator.uniform((25, 25), (135, 95))
    ImageDraw.Draw(photo).ellipse((x - 18, y - 18, x + 18, y + 18), fill="white", outline="red")
    return photo, (float(x), float(y))


def draw_balls(folder: Path, count: int) -> Path:
    """A table of `count` photos in a folder; every fourth is for validation."""
    rows = []
    for seed in range(count):
        photo, (x, y) = ball(seed)
        photo.save(folder / f"{seed}.jpg", quality=90)
        rows.append((f"{seed}.jpg", x, y, seed % 4 == 0))
    table = folder / "balls.csv"
    pd.DataFrame(rows, columns=["fname", "x", "y", "is_valid"]).to_csv(table, index=False)
    return table
