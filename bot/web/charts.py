"""Charts as SVG within a page, drawn here: bars by day, and lines from version to version.

Colours and sizes come from `admin.css` (`s1`, `s2`, … by the series' order), because the page's
policy allows no style of its own. Each says in words what it shows; the figures stand in a table
beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

WIDTH, HEIGHT = 480, 190
LEFT, RIGHT, TOP, BOTTOM = 50, 24, 10, 26
"""Margins: figures at the left, days or versions below."""
LABELLED = 7
"""Every so many days one is named."""
MOST_NAMED = 10
"""Versions that are named below the lines; of more, every second, third, …"""

_SVG = Markup(
    '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title"'
    ' aria-describedby="{}-about">'
    '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>{}</svg>'
)
_TEXT = Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>')
_RULE = Markup('<line class="rule" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>')
_BAR = Markup('<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
_DAY = Markup("<g><title>{}</title>{}</g>")
_STROKE = Markup('<line class="s{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
_DOT = Markup('<circle class="s{}" cx="{:.1f}" cy="{:.1f}" r="4"><title>{}</title></circle>')


@dataclass(frozen=True, slots=True)
class Series:
    """What belongs together, in the order of the x axis; None: not known there."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart is called, and what it shows for who can't see it. `key`: unique on the page."""

    key: str
    title: str
    about: str


def bars(words: Words, days: Sequence[str], series: Sequence[Series]) -> Markup:
    """Bars of counts, the series on top of each other. `days` are ISO dates, one after another."""
    sums = [sum(each.values[at] or 0 for each in series) for at in range(len(days))]
    top = _round_up(max(sums, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(days), 1)
    parts = [*_scale(0, top, "{:.0f}")]
    for at, day in enumerate(days):
        x, below, drawn = LEFT + at * step, 0.0, []
        for number, each in enumerate(series, start=1):
            count = each.values[at] or 0
            y, upper = _height(below, 0, top), _height(below + count, 0, top)
            if count:
                drawn.append(_BAR.format(number, x + 1, upper, step - 2, y - upper))
            below += count
        counts = ", ".join(f"{each.values[at] or 0:.0f} {each.name}" for each in series)
        parts.append(_DAY.format(f"{short(day)}: {counts}", Markup().join(drawn)))
        if (len(days) - 1 - at) % LABELLED == 0:
            parts.append(_TEXT.format(x + step / 2, HEIGHT - 6, "middle", short(day)))
    return _svg(words, parts)


def lines(words: Words, names: Sequence[str], series: Sequence[Series]) -> Markup:
    """Lines of shares (0 to 1), from the least tenth that is needed up to 1."""
    known = [value for each in series for value in each.values if value is not None]
    low = min(int(min(known, default=0.0) * 10) / 10, 0.9)
    step = (WIDTH - LEFT - RIGHT) / max(len(names), 1)
    places = [LEFT + (at + 0.5) * step for at in range(len(names))]
    every = -(-len(names) // MOST_NAMED)
    parts = [*_scale(low, 1, "{:.0%}")]
    parts += [
        _TEXT.format(x, HEIGHT - 6, "middle", name)
        for at, (x, name) in enumerate(zip(places, names, strict=True))
        if at % every == 0
    ]
    for number, each in enumerate(series, start=1):
        points = [
            (x, _height(value, low, 1), f"{name}: {value:.1%} {each.name}")
            for x, name, value in zip(places, names, each.values, strict=True)
            if value is not None
        ]
        parts += [_STROKE.format(number, *one[:2], *other[:2]) for one, other in pairwise(points)]
        parts += [_DOT.format(number, *point) for point in points]
    return _svg(words, parts)


def short(day: str) -> str:
    """2026-11-05 -> "5 Nov"."""
    return f"{date.fromisoformat(day):%-d %b}"


def _scale(low: float, high: float, form: str) -> list[Markup]:
    """Three rules across, and what they stand for at their left."""
    parts = []
    for value in (low, (low + high) / 2, high):
        y = _height(value, low, high)
        parts.append(_RULE.format(LEFT, WIDTH - RIGHT, y, y))
        parts.append(_TEXT.format(LEFT - 6, y + 4, "end", form.format(value)))
    return parts


def _height(value: float, low: float, high: float) -> float:
    """The y of a value, in px from above."""
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)


def _round_up(count: float) -> int:
    """An even number of at least `count`, so that half of it is a count too."""
    step = 2
    while step * 5 < count:
        step *= 10
    return max(int(-(-count // step)) * step, 2)


def _svg(words: Words, parts: Sequence[Markup]) -> Markup:
    key = words.key
    drawn = Markup("\n").join(parts)
    return _SVG.format(WIDTH, HEIGHT, key, key, key, words.title, key, words.about, drawn)
