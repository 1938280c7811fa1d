"""The one form that every source gives: a DataFrame with a row a photo, its columns those of `Row`.

N photos, C classes. A source says what it knows of each class in each photo; what is unknown stays
unknown, so that nothing is learned from silence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a source says of one photo. Class names are normalised (`model.classes.normalize`).

    `where`: the row in words, for messages ("labels.csv row 17").
    `photo`: the file; None where the source has only an embedding.
    `photo_sha256`: hex, where the source knows it. Feedback: of the bytes that were received, which
    the file kept need not have.
    `embedding`: little-endian float16, where the source has one (feedback).
    `present`: the classes in the photo, those in it only as difficult objects included.
    `absent`: the classes not in it; None: all that are neither present nor unknown.
    `unknown`: masked, even where present: difficult objects only, or nobody knows.
    `is_valid`: whether the source keeps it for validation; None where it does not say.
    `weight`: how much it counts in the loss.
    `point`: (x, y) in px of the upright photo, origin top left, for the point task.
    `said_by`: class name -> the pseudonyms of those whose word on it counts (feedback).
    """

    where: str
    photo: Path | None = None
    photo_sha256: str | None = None
    embedding: bytes | None = None
    present: frozenset[str] = frozenset()
    absent: frozenset[str] | None = None
    unknown: frozenset[str] = frozenset()
    is_valid: bool | None = None
    weight: float = 1.0
    point: tuple[float, float] | None = None
    said_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def difficult(self) -> frozenset[str]:
        """The classes in the photo that are masked: there only as difficult objects."""
        return self.present & self.unknown


COLUMNS = [each.name for each in fields(Row)]
KNOWN = {PRESENT, ABSENT}
NONE = "none"
"""No class: none is an answer, not a label."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of the classes in one photo, in the words of `Row`."""

    present: frozenset[str] = frozenset()
    absent: frozenset[str] | None = None
    unknown: frozenset[str] = frozenset()

    def state_of(self, name: str) -> int:
        """PRESENT, ABSENT or UNKNOWN: unknown wins over present, present over absent."""
        if name in self.unknown:
            return UNKNOWN
        if name in self.present:
            return PRESENT
        return ABSENT if self.absent is None or name in self.absent else UNKNOWN


def labels_of(row: Row) -> Labels:
    """What a row says of the classes."""
    return Labels(row.present, row.absent, row.unknown)


def conflicts(one: Row, other: Row) -> list[str]:
    """On what two rows of the same photo contradict each other: class names, or "the point".

    What one of them does not know is no contradiction.
    """
    labels, others = labels_of(one), labels_of(other)
    named = one.present | other.present
    differ = [n for n in sorted(named) if {labels.state_of(n), others.state_of(n)} == KNOWN]
    moved = None not in (one.point, other.point) and one.point != other.point
    return [*differ, "the point"] if moved else differ


def with_difficult_present(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, with classes that are there only as difficult objects no longer masked."""
    unknown = [row.unknown - row.difficult for row in rows_of(frame)]
    return frame.assign(unknown=pd.Series(unknown, index=frame.index, dtype=object))


def with_unknown(frame: pd.DataFrame, names: frozenset[str]) -> pd.DataFrame:
    """The frame, with `names` masked wherever nothing is said of them: a label that is missing."""
    unknown = [
        row.unknown | (names - row.present - (row.absent or set())) for row in rows_of(frame)
    ]
    return frame.assign(unknown=pd.Series(unknown, index=frame.index, dtype=object))


def frame_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows -> the frame, in their order, numbered from 0."""
    rows = list(rows)
    # dtype object: pandas would make NaN of None, and None says something here.
    columns = {
        name: pd.Series([getattr(row, name) for row in rows], dtype=object) for name in COLUMNS
    }
    return pd.DataFrame(columns).astype({"weight": "float64"})


def rows_of(frame: pd.DataFrame) -> Iterator[Row]:
    """The frame -> its rows, in order."""
    for values in frame[COLUMNS].itertuples(index=False, name=None):
        yield Row(**dict(zip(COLUMNS, values, strict=True)))


def states(frame: pd.DataFrame, classes: Sequence[str]) -> NDArray[np.int8]:
    """What the frame says of `classes`: int8 (N, C), PRESENT, ABSENT or UNKNOWN.

    Classes not in `classes` are passed over.
    """
    labels = map(labels_of, rows_of(frame))
    table = [[each.state_of(name) for name in classes] for each in labels]
    return np.array(table, dtype=np.int8).reshape(len(frame), len(classes))


def class_list(frame: pd.DataFrame) -> tuple[str, ...]:
    """The classes that can be learned from the frame, sorted: present and known in some photo."""
    shown = {name for row in rows_of(frame) for name in row.present - row.unknown}
    return tuple(sorted(shown))
