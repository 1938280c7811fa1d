"""Charts as SVG: what is drawn, by the numbers in it."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.web import charts
from bot.web.charts import HEIGHT, WIDTH, Series, Words

WORDS = Words("key", "Feedback per day.", "Right: 2. Corrections: 4.")
DAYS = ["2026-11-23", "2026-11-24", "2026-11-25"]


def elements(svg: Markup, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(tag))  # noqa: S314 - our own text


def texts(svg: Markup, tag: str = "text") -> list[str]:
    return [each.text or "" for each in elements(svg, tag)]


def number(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def test_bars_are_as_high_as_their_counts() -> None:
    """Stacked in the series' order; a day without anything has no bar."""
    svg = charts.bars(WORDS, DAYS, [Series("corrections", [3, 0, 1]), Series("right", [1, 0, 1])])

    bars = elements(svg, "rect")
    heights = [number(each, "height") for each in bars]
    assert [each.get("class") for each in bars] == ["s1", "s2", "s1", "s2"]
    assert [height / heights[1] for height in heights] == pytest.approx([3, 1, 1, 1], abs=0.02)
    lower, upper = bars[:2]
    bottom = number(upper, "y") + heights[1]
    assert bottom == pytest.approx(number(lower, "y"), abs=0.2)


def test_bars_say_what_they_show() -> None:
    """A title and a sentence for who can't see them, the days below, each day's counts at it."""
    svg = charts.bars(WORDS, DAYS, [Series("corrections", [3, 0, 1])])

    assert texts(svg, "desc") == ["Right: 2. Corrections: 4."]
    assert texts(svg, "title")[:2] == ["Feedback per day.", "23 Nov: 3 corrections"]
    assert texts(svg)[:3] == ["0", "2", "4"]
    assert texts(svg)[-1] == "25 Nov"


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (21, 40)])
def test_the_scale_ends_above_the_most(most: int, top: int) -> None:
    """At an even number, so that half of it is a count too."""
    svg = charts.bars(WORDS, DAYS[:1], [Series("right", [most])])

    assert texts(svg)[:3] == ["0", str(top // 2), str(top)]


def test_lines_leave_out_what_is_not_known() -> None:
    """A version without the figure has no dot, and the line goes on to the next one."""
    series = [Series("exactly right", [0.95, None, 0.85]), Series("rightly none", [None, None, 1])]
    svg = charts.lines(WORDS, ["shipped-1", "1", "2"], series)

    dots = [each.get("class") for each in elements(svg, "circle")]
    strokes = [each.get("class") for each in elements(svg, "line") if each.get("class") != "rule"]
    assert (dots, strokes) == (["s1", "s1", "s2"], ["s1"])
    assert texts(svg) == ["80%", "90%", "100%", "shipped-1", "1", "2"]
    assert texts(svg, "title")[1:] == [
        "shipped-1: 95.0% exactly right", "2: 85.0% exactly right", "2: 100.0% rightly none"
    ]  # fmt: skip


def test_of_many_versions_some_are_named() -> None:
    """So that the names don't run into each other."""
    names = [str(number) for number in range(1, 26)]
    svg = charts.lines(WORDS, names, [Series("exactly right", [0.9] * 25)])

    assert texts(svg)[3:] == ["1", "4", "7", "10", "13", "16", "19", "22", "25"]


def inside(svg: Markup) -> bool:
    """Whether all of it is in the picture."""
    given: dict[str, Any] = {"x": WIDTH, "x1": WIDTH, "x2": WIDTH, "cx": WIDTH,
                             "y": HEIGHT, "y1": HEIGHT, "y2": HEIGHT, "cy": HEIGHT}  # fmt: skip
    return all(
        0 <= number(each, name) <= most
        for each in ET.fromstring(svg).iter()  # noqa: S314 - our own text
        for name, most in given.items()
        if name in each.attrib
    )


@given(st.lists(st.integers(0, 10**6), max_size=31), st.text())
def test_any_counts_and_any_words_are_a_picture(counts: Sequence[int], title: str) -> None:
    """It is well-formed, nothing lies outside, and words stay words."""
    days = [f"2026-10-{day + 1:02}" for day in range(len(counts))]
    words = Words("key", "".join(filter(str.isprintable, title)), "<b>&")
    svg = charts.bars(words, days, [Series("right", counts)])

    assert inside(svg)
    assert texts(svg, "title")[0] == words.title
    assert texts(svg, "desc") == ["<b>&"]


@given(st.lists(st.none() | st.floats(0, 1), max_size=40))
def test_any_shares_are_a_picture(shares: Sequence[float | None]) -> None:
    """The same of lines."""
    names = [str(number) for number in range(len(shares))]

    assert inside(charts.lines(WORDS, names, [Series("exactly right", shares)]))
