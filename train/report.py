"""The report of a version: one page that stands alone, and a small picture of it for chat.

Photos are shown where the draft names their files (`train/draft.py`): a shipped version's report
holds none.
"""

from collections.abc import Iterator
from html import escape

from model.card import Card
from model.classes import shown
from train import tables
from train.albums import Album, albums
from train.doubted import Doubted
from train.draft import Draft
from train.evaluate import Metrics
from train.page import page, paragraph, table
from train.summary import WORDS
from train.thumbnails import thumbnail

HEADLINE = {
    "exact": "answered exactly right",
    "false_none": "none, wrongly",
    "none_recall": "none, rightly",
    "map": "mean average precision",
}
"""The figures that are seen first, in few words."""


def report_html(card: Card, draft: Draft) -> str:
    """The page as text."""
    return page(f"{card.model} {card.version}", _parts(card, draft))


def report_png(card: Card, draft: Draft) -> bytes:
    """The picture, 900 px wide."""
    from train import charts  # matplotlib takes a second to import

    metrics = draft.metrics
    title = f"{card.model} {card.version}, on {metrics.photos} held-out photos"
    if draft.trial is not None:
        title += ": promoted" if draft.trial.verdict.promoted else ": kept, not promoted"
    names = [shown(name) for name in card.classes]
    return charts.for_chat(title, _headline(metrics), names, metrics)


def _parts(card: Card, draft: Draft) -> Iterator[str]:
    metrics = draft.metrics
    yield (
        f"<p>Made {escape(card.created_at)} by <code>{escape(card.command)}</code>. Held-out "
        f"photos: {metrics.photos} ({metrics.known_photos} show a class, {metrics.none_photos} "
        "show none). Brackets: 95 % bootstrap interval.</p>"
    )
    yield paragraph(draft.why)
    yield _tiles(metrics)
    if card.guarantee:
        yield "<h2>The guarantee</h2>" + paragraph(card.guarantee.sentence)
    rows = (_figure(name, metrics) for name in WORDS if getattr(metrics, name) is not None)
    yield "<h2>Figures</h2>"
    yield table(("figure", "value", "interval"), rows)
    yield from _charts(card, draft)
    head = ("class", "photos", "precision", "recall", "F1", "AP")
    yield "<h2>Class by class</h2>" + table(head, (_class(name, metrics) for name in card.classes))
    for album in albums(draft):
        yield _album(album, draft)
    yield _people(draft.doubted)
    provenance = ((name, str(said)) for name, said in card.provenance.items())
    yield "<h2>Where it comes from</h2>" + table(("", ""), provenance, "source")


def _charts(card: Card, draft: Draft) -> Iterator[str]:
    from train import charts  # matplotlib takes a second to import

    names = [shown(name) for name in card.classes]
    metrics, memory = draft.metrics, draft.memory
    states = memory.state[~memory.learned]
    yield "<h2>Precision and recall</h2>" + _chart(
        charts.precision_recall(draft.said, states, names, metrics),
        "Each curve: how precise the class is if so much of it is to be found, by its score alone; "
        "the nearer to the upper right corner, the better. Above it the average precision. The "
        "dot: where this version answers, by all its lines.",
    )
    yield "<h2>Do the scores mean what they say?</h2>" + _chart(
        charts.reliability(metrics.reliability_before, metrics.reliability),
        "Of the labels scored .8, 80 % should be present: the nearer to the dotted line, the "
        "better. Dashed with squares: before calibration; solid with circles: as answered. "
        "Points of fewer than 10 labels are left out.",
    )
    yield "<h2>What is taken for what</h2>" + _chart(
        charts.table(*tables.confusion(draft.said, states, names), "Photos by class and answer"),
        "Held-out photos by what they show (rows) and what was named or, at last, nothing: on the "
        "diagonal rightly, elsewhere in spite of its being absent.",
    )
    if tables.has_pairs(memory.state):
        yield "<h2>What is seen together</h2>" + _chart(
            charts.table(*tables.together(memory.state, names), "Photos that show two classes"),
            "Photos, of all that the version remembers, that show both classes; on the diagonal "
            "all that show the class.",
        )


def _chart(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _headline(metrics: Metrics) -> list[tuple[str, str]]:
    values = {name: getattr(metrics, name) for name in HEADLINE}
    return [
        (f"{values[name]:.1%}", words)
        for name, words in HEADLINE.items()
        if values[name] is not None
    ]


def _tiles(metrics: Metrics) -> str:
    tiles = (f"<div><strong>{value}</strong>{words}</div>" for value, words in _headline(metrics))
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _figure(name: str, metrics: Metrics) -> tuple[str, ...]:
    value: float = getattr(metrics, name)
    interval = metrics.interval.get(name)
    between = f"[{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return WORDS[name], f"{value:.3f}", between


def _class(name: str, metrics: Metrics) -> tuple[str, ...]:
    each = metrics.by_class[name]
    figures = (each.precision, each.recall, each.f1, each.ap)
    return shown(name), str(each.photos), *(f"{value:.3f}" for value in figures)


def _album(album: Album, draft: Draft) -> str:
    pictures = []
    for photo in album.photos:
        file = draft.files[draft.memory.photo_sha256[photo.row].tobytes()]
        picture = thumbnail(file)
        if picture is not None:
            alt = escape("; ".join(photo.lines))
            lines = "<br>".join(escape(line) for line in photo.lines)
            pictures.append(
                f'<figure><img src="{picture}" alt="{alt}">'
                f"<figcaption>{lines}</figcaption></figure>"
            )
    head = f"<h2>{escape(album.title)}</h2>"
    if not pictures:
        return head + paragraph(f"{album.about} No photo of them is shown here.")
    grid = f'<div class="album">{"".join(pictures)}</div>'
    return head + paragraph(f"{album.about} {album.lines}") + grid


def _people(people: tuple[Doubted, ...]) -> str:
    if not people:
        return ""
    head = ("whose words the other photos contradict", "photos spoken of", "contradicted")
    rows = ((each.said_by, str(each.said), str(each.doubted)) for each in people)
    return "<h2>Who said it</h2>" + table(head, rows)
