"""The report of a version: one page of figures and of where they come from, no photo."""

from html import escape

from model.card import Card
from train.evaluate import Metrics

WORDS = {
    "exact": "photos of a class answered exactly right",
    "asked": "asked about, nothing wrong named",
    "false_none": "answered none of my classes, wrongly",
    "wrong": "a wrong class named, or one left out",
    "none_recall": "photos of no class answered none of my classes",
    "twin_accuracy": "the single-label twin right (photos of one class)",
    "map": "mean average precision",
    "micro_f1": "F1 over all labels",
    "macro_f1": "F1, mean over classes",
    "map_voc2007": "mean average precision, VOC2007's eleven points",
    "map_voc2010": "mean average precision, VOC's area since 2010",
    "exact_match": "photos whose labels are all right",
    "hamming": "labels that are wrong (Hamming loss)",
    "auroc": "known photos told from those of no class (AUROC)",
    "fpr95": "no class: passed where 95 % of known photos pass",
    "ece": "calibration error, mean over classes",
    "ece_before": "the same before calibration",
}

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto }}
body {{ padding: 0 1rem }}
@media (max-width: 34rem) {{ body {{ font-size: 13px }} }}
table {{ border-collapse: collapse; margin: 1rem 0; width: 100% }}
th, td {{ border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: right }}
.source td:last-child, code {{ overflow-wrap: anywhere }}
th:first-child, td:first-child {{ text-align: left }}
</style>
<h1>{title}</h1>
<p>Made {created} by <code>{command}</code>. Held-out photos: {photos}
({known} show a class, {none} show none). Brackets: 95 % bootstrap interval.</p>
{why}
<table><tr><th>figure</th><th>value</th><th>interval</th></tr>
{figures}
</table>
<table><tr><th>class</th><th>photos</th><th>precision</th><th>recall</th><th>F1</th><th>AP</th></tr>
{classes}
</table>
<table class="source"><tr><th>where it comes from</th><th></th></tr>
{provenance}
</table>
</html>
"""


def report_html(card: Card, metrics: Metrics, why: str = "") -> str:
    """The page as text; `why` is the gate's verdict in words."""
    return _PAGE.format(
        title=escape(f"{card.model} {card.version}"),
        created=escape(card.created_at),
        command=escape(card.command),
        photos=metrics.photos,
        known=metrics.known_photos,
        none=metrics.none_photos,
        why=f"<p>{escape(why)}</p>" if why else "",
        figures="\n".join(_figure(name, metrics) for name in WORDS),
        classes="\n".join(_class_row(name, metrics) for name in metrics.by_class),
        provenance="\n".join(_row(name, str(said)) for name, said in card.provenance.items()),
    )


def summary(title: str, metrics: Metrics) -> str:
    """The same for a terminal."""
    lines = [
        f"{title}: {metrics.photos} held-out photos, {metrics.known_photos} show a class, "
        f"{metrics.none_photos} show none"
    ]
    for name, words in WORDS.items():
        value: float | None = getattr(metrics, name)
        if value is not None:
            low, high = metrics.interval.get(name, (None, None))
            between = "" if low is None else f"  [{low:.3f}, {high:.3f}]"
            lines.append(f"  {words:<52} {value:.3f}{between}")
    lines += [
        f"  {name:<20} {each.photos:>5} photos  precision {each.precision:.3f}  "
        f"recall {each.recall:.3f}  F1 {each.f1:.3f}  AP {each.ap:.3f}"
        for name, each in metrics.by_class.items()
        if each.photos
    ]
    return "\n".join(lines)


def _figure(name: str, metrics: Metrics) -> str:
    value: float | None = getattr(metrics, name)
    interval = metrics.interval.get(name)
    between = f"[{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return _row(WORDS[name], "" if value is None else f"{value:.3f}", between)


def _class_row(name: str, metrics: Metrics) -> str:
    each = metrics.by_class[name]
    figures = (each.precision, each.recall, each.f1, each.ap)
    return _row(name.replace("_", " "), str(each.photos), *(f"{value:.3f}" for value in figures))


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
