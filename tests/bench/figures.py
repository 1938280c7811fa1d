"""Figures with the limits that they should keep, as a table for a terminal, JSON or a page."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.table import Table

from train.bench import table

TITLES = ("", "measured", "limit", "reached", "how")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and its limit: at most or at least so much. `how` tells more of it."""

    name: str
    value: float
    bound: Literal["at most", "at least"]
    limit: float
    how: str
    unit: str = ""

    @property
    def reached(self) -> bool:
        """Whether it keeps its limit."""
        return self.value <= self.limit if self.bound == "at most" else self.value >= self.limit

    @property
    def cells(self) -> tuple[str, ...]:
        """A row below `TITLES`."""
        limit = f"{self.bound} {self.limit:g}{self.unit}"
        reached = "yes" if self.reached else "NO"
        value = f"{self.value:.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return self.name, f"{value}{self.unit}", limit, reached, self.how

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {**asdict(self), "reached": self.reached}


def for_terminal(figures: Iterable[Figure]) -> Table:
    """The table as it is printed."""
    return table.for_terminal(TITLES, (each.cells for each in figures))


def as_markdown(figures: Iterable[Figure]) -> str:
    """The table as a page has it."""
    return table.as_markdown(TITLES, (each.cells for each in figures))
