"""`python -m train twins`: how often different photos look like one."""

from pathlib import Path

import numpy as np
from PIL import Image
from typer.testing import CliRunner

from tests.train.drawings import drawing
from train.__main__ import app
from train.twins import pairs


def photo(folder: Path, name: str, image: Image.Image, quality: int = 95) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / f"{name}.jpg", quality=quality)


def test_a_copy_is_a_pair_and_a_file_twice_is_none() -> None:
    """Pairs are of different bytes, the least alike first, each once."""
    embedding = np.array([[1, 0], [1, 0.1], [1, 0.5], [1, 0]], dtype=np.float32)
    sha256 = np.zeros((4, 32), dtype=np.uint8)
    sha256[1, 0], sha256[2, 0] = 1, 2

    found = pairs(embedding, sha256, 0.92)

    assert [(pair.first, pair.second) for pair in found] == [(1, 2), (0, 1), (1, 3)]
    assert found[0].cosine < found[1].cosine < 1


def test_the_command_counts_pairs_and_shows_them(tmp_path: Path) -> None:
    """A copy of a flag that somebody filed under wheels: one pair, and its labels differ."""
    flag = drawing("flag", 1)
    photo(tmp_path / "data" / "flag", "flag", flag)
    photo(tmp_path / "data" / "wheel", "copy", flag, quality=85)
    photo(tmp_path / "data" / "wheel", "wheel", drawing("wheel", 2))
    out = tmp_path / "pairs.png"

    told = CliRunner().invoke(
        app, ["twins", "--data", f"folders:{tmp_path / 'data'}", "--out", str(out)]
    )

    rows = [line.split() for line in told.output.splitlines()]
    assert ["0.94", "1", "1", "2", "666.67"] in rows
    assert f"1 pairs, the least alike first: {out}" in told.output
    with Image.open(out) as picture:
        assert picture.width >= 200


def test_photos_unlike_each_other_make_no_picture(tmp_path: Path) -> None:
    """Nothing to see, nothing written."""
    for seed, kind in enumerate(["flag", "wheel"]):
        photo(tmp_path / "data" / kind, kind, drawing(kind, seed))
    out = tmp_path / "pairs.png"

    told = CliRunner().invoke(
        app, ["twins", "--data", f"folders:{tmp_path / 'data'}", "--out", str(out)]
    )

    assert ["0.94", "0", "0", "0", "0.00"] in [line.split() for line in told.output.splitlines()]
    assert not out.exists()
