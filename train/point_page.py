"""The report of a point model's version: one page, one table of distances, no photo."""

from html import escape

from model.card import Card
from train.distance import PointMetrics

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 48rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: right }}
th:first-child, td:first-child {{ text-align: left }}
</style>
<h1>{title}</h1>
<p>Made {created} by <code>{command}</code>. It finds one point in a photo. How far that is from the
true one, on {photos} photos that it never learned from; brackets: 95 % bootstrap interval.</p>
<table><tr><th>distance</th><th>px</th><th>% of the diagonal</th><th>interval</th></tr>
{rows}
</table>
</html>
"""


def page(card: Card, metrics: PointMetrics) -> str:
    """The page as text."""
    low, high = metrics.interval["mean_percent"]
    rows = (
        ("mean", metrics.mean_px, metrics.mean_percent, f"[{low:.2f}, {high:.2f}]"),
        ("median", metrics.median_px, metrics.median_percent, ""),
        ("mean, always the middle", metrics.middle_mean_px, metrics.middle_mean_percent, ""),
    )
    return _PAGE.format(
        title=escape(f"{card.model} {card.version}"),
        created=escape(card.created_at),
        command=escape(card.command),
        photos=metrics.photos,
        rows="\n".join(
            f"<tr><td>{name}</td><td>{px:.1f}</td><td>{percent:.2f}</td><td>{between}</td></tr>"
            for name, px, percent, between in rows
        ),
    )
