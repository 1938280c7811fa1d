"""A speed and what it is compared with, as a table for a terminal, a page or a program."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

from train.bench import table

TITLES = ("", "nonesuch", "side by side")
OURS = "nonesuch"
"""The way that the others are compared with."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What some work takes here, and by other ways in the same run; all in `unit`, less is better.

    `note` says what the work is, or why a way is missing.
    """

    name: str
    unit: str
    ours: float
    others: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def cells(self) -> tuple[str, str, str]:
        """A row below `TITLES`."""
        beside = [
            f"{name} {self._told(value)} ({value / self.ours:.1f} x)"
            for name, value in self.others.items()
        ]
        return self.name, self._told(self.ours), "; ".join(filter(None, [*beside, self.note]))

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)

    def _told(self, value: float) -> str:
        return f"{value:.3g} {self.unit}"


def side_by_side(name: str, unit: str, values: Mapping[str, float], note: str = "") -> Speed:
    """A speed from the values of all ways, ours among them."""
    others = {way: value for way, value in values.items() if way != OURS}
    return Speed(name, unit, values[OURS], others, note)


def for_terminal(speeds: Iterable[Speed]) -> Table:
    """The table as it is printed."""
    return table.for_terminal(TITLES, (each.cells for each in speeds))


def as_markdown(speeds: Iterable[Speed]) -> str:
    """The table as a page has it."""
    return table.as_markdown(TITLES, (each.cells for each in speeds))
