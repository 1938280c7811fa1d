"""The one form that every source gives: a DataFrame with a row a photo, its columns those of `Row`.

N photos, C classes. A source says what it knows of each class in each photo; what is unknown stays
unknown, so that nothing is learned from silence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
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


COLUMNS = [field.name for field in fields(Row)]


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

    Unknown wins over present, present over absent. Classes not in `classes` are passed over.
    """
    table = [[_state(row, name) for name in classes] for row in rows_of(frame)]
    return np.array(table, dtype=np.int8).reshape(len(frame), len(classes))


def class_list(frame: pd.DataFrame) -> tuple[str, ...]:
    """The classes that can be learned from the frame, sorted: present and known in some photo."""
    shown = {name for row in rows_of(frame) for name in row.present - row.unknown}
    return tuple(sorted(shown))


def _state(row: Row, name: str) -> int:
    if name in row.unknown:
        return UNKNOWN
    if name in row.present:
        return PRESENT
    return ABSENT if row.absent is None or name in row.absent else UNKNOWN
