"""docs/lesson.md is followed to the letter: every block runs, and prints what the page shows."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.lesson import PAGE, PICTURES, SHOWN, run

GREY_LEVELS = 3
"""By which a picture may differ on average: another machine's decoder rounds otherwise."""


def test_the_lesson_can_be_followed(tmp_path: Path) -> None:
    """In an empty folder its code and commands run, with the outputs and pictures that it shows."""
    page = PAGE.read_text(encoding="utf-8")

    followed = run(page, tmp_path)

    assert followed == page  # python -m tests.lesson writes it anew
    pictures = SHOWN.findall(page)
    assert len(pictures) >= 2
    for name in pictures:
        made, shown = (np.asarray(Image.open(place / name)) for place in (tmp_path, PICTURES))
        assert np.abs(made.astype(int) - shown).mean() < GREY_LEVELS, name
