"""Rows below titles, as a table for a terminal or for a page."""

from collections.abc import Iterable, Sequence

from rich.table import Table

Row = Sequence[str]


def for_terminal(titles: Row, rows: Iterable[Row]) -> Table:
    """The table as it is printed."""
    table = Table(*titles)
    for row in rows:
        table.add_row(*row)
    return table


def as_markdown(titles: Row, rows: Iterable[Row]) -> str:
    """The table as a page has it."""
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
