"""`train/charts.py`: pictures that stand in a page or go into a chat."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.train import drafts
from train import charts

NAMES = ["<b>&amp;</b>", "черный медведь 熊"]


def test_the_picture_for_chat_is_small_and_says_nothing_of_its_making() -> None:
    """900 px wide, well below a chat's limits; no date, no software."""
    metrics = drafts.draft(("one", "two")).metrics

    png = charts.for_chat("fruit 7", [("91.8%", "answered exactly right")], NAMES, metrics)

    picture = Image.open(io.BytesIO(png))
    assert picture.width == 900
    assert 300 < picture.height < 900
    assert len(png) < 200_000
    assert not getattr(picture, "text", {})


def test_many_classes_are_cut_to_what_can_be_read() -> None:
    """A picture grows, but no further than some twenty classes."""
    names = tuple(f"class {number}" for number in range(60))
    metrics = drafts.draft(("one", "two")).metrics
    (each, _) = metrics.by_class.values()
    metrics.by_class.update(dict.fromkeys(names, each))

    png = charts.for_chat("fruit 7", [], list(metrics.by_class), metrics)

    assert Image.open(io.BytesIO(png)).height < 900


def test_names_are_text_whatever_they_hold() -> None:
    """Markup is escaped; letters that matplotlib's own font lacks are left to the browser."""
    counts = np.array([[3, 0], [1, 2]])

    svg = charts.table(counts, NAMES, NAMES, 'says "so"')

    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in svg
    assert "<b>" not in svg
    assert "черный медведь 熊" in svg
    assert 'aria-label="says &quot;so&quot;"' in svg


@pytest.mark.parametrize("number", ["3", "1", "2"])
def test_a_number_stands_in_each_cell(number: str) -> None:
    """Colour is not the only carrier; zeros are left blank."""
    svg = charts.table(np.array([[3, 0], [1, 2]]), ["a", "b"], ["a", "b"], "counts")

    assert f">{number}</text>" in svg
    assert ">0</text>" not in svg


def test_a_version_without_held_out_photos_has_pictures_too() -> None:
    """Empty ones, but no error."""
    draft = drafts.draft()
    none = np.zeros((0, 2), dtype=np.int8)

    assert "<svg" in charts.precision_recall(draft.said, none, ["a", "b"], draft.metrics)
    assert "<svg" in charts.reliability([], [])
