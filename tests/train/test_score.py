"""`train/score.py`: a version on data sources, and what its figures leave out."""

from pathlib import Path

import pytest

from model.errors import BadData
from model.registry import Registry
from tests.train.drawings import draw_folders
from train.events import Bars
from train.score import Scored, score


def of(tmp_path: Path) -> Scored:
    """The shipped bears on the folders in `tmp_path / "photos"`."""
    return score(
        "bears",
        [f"folders:{tmp_path / 'photos'}"],
        registry=Registry(tmp_path / "registry"),
        cache=tmp_path / "cache",
        events=Bars(),
        sep=" ",
        with_learned=False,
    )


def test_a_warning_says_when_fewer_photos_count_than_the_source_has(tmp_path: Path) -> None:
    """How many of how many, and why; the file that can't be read is named before it."""
    folder = draw_folders(tmp_path / "photos", 1)
    (folder / "none" / "broken.jpg").write_bytes(b"no photo")

    found = of(tmp_path)

    named, warning = found.problems
    assert "broken.jpg" in named
    assert warning == "only 3 of 4 photos count: 1 can't be read"
    assert found.metrics.photos == found.metrics.none_photos == 3


def test_where_all_photos_count_there_is_no_warning(tmp_path: Path) -> None:
    """And nothing else to say."""
    draw_folders(tmp_path / "photos", 1)

    assert of(tmp_path).problems == []


def test_where_no_photo_counts_there_are_no_figures(tmp_path: Path) -> None:
    """A sentence instead."""
    (tmp_path / "photos" / "none").mkdir(parents=True)
    (tmp_path / "photos" / "none" / "broken.jpg").write_bytes(b"no photo")

    with pytest.raises(BadData, match="No photo is left to evaluate on"):
        of(tmp_path)
