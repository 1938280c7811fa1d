"""The pictures of a report, drawn by matplotlib: inline SVG for the page, a PNG for chat.

Nothing in them depends on when or where they are drawn. In the SVG ink is `currentColor`, so that
it is dark on a light page and light on a dark one; colours are readable on both, and what they mean
is also told by a line's dashes, a marker or a number.

Shapes: N photos, C classes.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from math import ceil
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from model.head import PRESENT, UNKNOWN
from train.evaluate import Judged, Metrics
from train.ranking import Ranking
from train.reliability import Bin

INK = "#010203"
"""Stands for the colour of the text around; black wherever nobody replaces it."""
BLUE, ORANGE = "#3b82c4", "#c8641e"
"""Contrasts of 4 and more, to white and to #121212."""
STRONGEST = 0.5
"""Opacity of a cell of 100 %: a number on it is readable in both modes."""
CURVE_POINTS = 100
FEWEST_LABELS = 10
"""Of fewer labels a point of the reliability curve says nothing."""
COLUMNS = 4
MOST_CLASSES = 20
"""Classes in one picture; more would not be readable."""
STYLE: dict[Any, Any] = {  # matplotlib names the keys as literals
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "nonesuch",
    "text.parse_math": False,  # a class may be called $x$
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "legend.frameon": False,
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
    ),
}

States = NDArray[np.int8]
Counts = NDArray[np.int64]


def precision_recall(said: Judged, states: States, names: Sequence[str], metrics: Metrics) -> str:
    """A small curve a class, with a dot where the version's threshold and gates put it."""
    shown = [index for index in range(len(names)) if (states[:, index] == PRESENT).any()]
    shown = shown[:MOST_CLASSES]
    columns = min(COLUMNS, max(len(shown), 1))
    rows = max(1, ceil(len(shown) / columns))
    with _style():
        figure = Figure((7, 0.5 + 1.65 * rows), layout="constrained")
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, index in zip(grid.flat, shown, strict=False):
            known = states[:, index] != UNKNOWN
            ranking = Ranking.of(states[known, index] == PRESENT, said.scores[known, index])
            each = list(metrics.by_class.values())[index]
            axes.plot(*_thinned(*ranking.curve()), color=BLUE)
            axes.plot([each.recall], [each.precision], "o", color=ORANGE, clip_on=False)
            axes.set_title(f"{names[index]}: {each.ap:.2f}")
            axes.set(xlim=(0, 1), ylim=(0, 1.02), xticks=(0, 1), yticks=(0, 1))
        for axes in grid.flat[len(shown) :]:
            axes.remove()
        figure.supxlabel("recall")
        figure.supylabel("precision")
        return _svg(figure, "A curve of precision against recall for each class")


def reliability(before: Sequence[Bin], after: Sequence[Bin]) -> str:
    """How often a class is there, against the score that said so."""
    with _style():
        figure = Figure((4.2, 3.6), layout="constrained")
        _draw_reliability(figure.add_subplot(), before, after)
        return _svg(figure, "Share of labels that are present against the score given to them")


def table(counts: Counts, rows: Sequence[str], columns: Sequence[str], says: str) -> str:
    """A table of counts (R, K) as a picture: each cell darker by its share of the row's largest."""
    height, width = counts.shape
    shade = counts / np.maximum(counts.max(axis=1, keepdims=True), 1) * STRONGEST
    cells = np.dstack([np.broadcast_to(mpl.colors.to_rgb(BLUE), (height, width, 3)), shade])
    with _style():
        figure = Figure((2 + 0.31 * width, 1.4 + 0.26 * height), layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(cells, aspect="auto", interpolation="nearest")
        for row, column in np.argwhere(counts):
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=7)
        axes.set_xticks(range(width), columns, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(height), rows)
        axes.tick_params(length=0)
        return _svg(figure, says)


def for_chat(
    title: str, headline: Sequence[tuple[str, str]], names: Sequence[str], metrics: Metrics
) -> bytes:
    """A PNG 900 px wide: title, figures (value, words), recall and precision a class, reliability.

    Of many classes the weakest are shown.
    """
    classes = [
        (name, each)
        for name, each in zip(names, metrics.by_class.values(), strict=True)
        if each.photos
    ]
    classes = sorted(classes, key=lambda item: item[1].f1)[:MOST_CLASSES]
    with _style():
        height = 4.4 + 0.16 * max(0, len(classes) - 8)  # inches
        figure = Figure((9, height), facecolor="white")
        figure.text(0.03, 1 - 0.15 / height, title, fontsize=14, weight="bold", va="top")
        for index, (value, words) in enumerate(headline):
            left = 0.03 + index * 0.96 / len(headline)
            figure.text(left, 1 - 0.6 / height, value, fontsize=19, color=BLUE, va="top")
            figure.text(left, 1 - 1.0 / height, words, va="top")
        top, bottom = 1 - 1.65 / height, 0.55 / height
        grid = figure.add_gridspec(1, 2, left=0.16, right=0.97, bottom=bottom, top=top, wspace=0.25)
        _draw_classes(figure.add_subplot(grid[0]), classes)
        _draw_reliability(
            figure.add_subplot(grid[1]), metrics.reliability_before, metrics.reliability
        )
        return _png(figure)


def _draw_classes(axes: Axes, classes: Sequence[tuple[str, Any]]) -> None:
    place = np.arange(len(classes))
    axes.barh(place, [each.f1 for _, each in classes], color=BLUE, alpha=STRONGEST, label="F1")
    axes.plot([each.recall for _, each in classes], place, "o", color=INK, ms=4, label="recall")
    axes.plot(
        [each.precision for _, each in classes], place, "D", color=ORANGE, ms=4, label="precision"
    )
    axes.set_yticks(place, [name if len(name) < 18 else f"{name[:16]}…" for name, _ in classes])
    axes.set_xlim(0, 1.02)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handletextpad=0.3)


def _draw_reliability(axes: Axes, before: Sequence[Bin], after: Sequence[Bin]) -> None:
    axes.plot([0, 1], [0, 1], ":", color=INK, linewidth=1, label="ideal")
    for bins, marks, colour, name in (
        (before, "s--", ORANGE, "before calibration"),
        (after, "o-", BLUE, "as answered"),
    ):
        bins = [each for each in bins if each.labels >= FEWEST_LABELS]
        score, present = [each.score for each in bins], [each.present for each in bins]
        if bins:
            axes.plot(score, present, marks, color=colour, label=name, ms=4, clip_on=False)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share present")
    axes.legend(loc="upper left", fontsize=8)


def _thinned(
    recall: NDArray[np.float64], precision: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most `CURVE_POINTS` of the points: a picture shows no more, and a page should be small."""
    kept = np.unique(np.linspace(0, len(recall) - 1, CURVE_POINTS).astype(int))
    return recall[kept], precision[kept]


@contextmanager
def _style() -> Iterator[None]:
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # A browser has letters that matplotlib's own font lacks; the PNG shows boxes for them.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _svg(figure: Figure, says: str) -> str:
    """The figure as an element for a page; `says` is read to those who can't see it."""
    file = io.StringIO()
    without = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=without, transparent=True)
    text = file.getvalue()
    width, height = (float(size) for size in figure.get_size_inches() * 72)
    inside = text[text.index(">", text.index("<svg")) + 1 :]
    inside = re.sub(r' id="\w+_\d+"', "", inside.replace(INK, "currentColor"))
    return (
        f'<svg role="img" aria-label="{escape(says)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width * 4 / 3:.0f}">{inside}'
    )


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, metadata={"Software": None})
    return file.getvalue()
