"""The report of a point model's version: one page, one table of distances, no photo."""

from html import escape

from model.card import Card
from train.distance import PointMetrics
from train.page import page, table


def report(card: Card, metrics: PointMetrics) -> str:
    """The page as text."""
    low, high = metrics.interval["mean_percent"]
    rows = (
        ("mean", metrics.mean_px, metrics.mean_percent, f"[{low:.2f}, {high:.2f}]"),
        ("median", metrics.median_px, metrics.median_percent, ""),
        ("mean, always the middle", metrics.middle_mean_px, metrics.middle_mean_percent, ""),
    )
    made = (
        f"<p>Made {escape(card.created_at)} by <code>{escape(card.command)}</code>. It finds one "
        f"point in a photo. How far that is from the true one, on {metrics.photos} photos that it "
        "never learned from; brackets: 95 % bootstrap interval.</p>"
    )
    head = ("distance", "px", "% of the diagonal", "interval")
    figures = (
        (name, f"{px:.1f}", f"{percent:.2f}", between) for name, px, percent, between in rows
    )
    provenance = ((name, str(said)) for name, said in card.provenance.items())
    return page(
        f"{card.model} {card.version}",
        [
            made,
            table(head, figures),
            table(("where it comes from", ""), provenance, "source"),
        ],
    )
