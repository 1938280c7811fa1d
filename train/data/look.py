"""What a frame holds, in figures. Pure.

N photos, C classes. A photo trains unless its source keeps it for validation.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from model.head import ABSENT, PRESENT, UNKNOWN
from train.data.frame import rows_of, states


def named_classes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Every class that the frame says anything of, sorted."""
    named = (row.present | (row.absent or frozenset()) | row.unknown for row in rows_of(frame))
    return tuple(sorted(frozenset().union(*named)))


def counts(frame: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Photos by class, (C, 4): present in `train` and in `valid`; `difficult`, there only as
    difficult objects and masked; `unknown`, masked otherwise."""
    state = states(frame, classes)  # (N, C)
    valid = frame["is_valid"].eq(True).to_numpy(dtype=np.bool_)
    present, unknown = state == PRESENT, state == UNKNOWN
    rows = [[name in row.difficult for name in classes] for row in rows_of(frame)]
    difficult = np.array(rows, dtype=np.bool_).reshape(state.shape)
    columns = {
        "train": present[~valid].sum(axis=0),
        "valid": present[valid].sum(axis=0),
        "difficult": difficult.sum(axis=0),
        "unknown": (unknown & ~difficult).sum(axis=0),
    }
    return pd.DataFrame(columns, index=list(classes))


def none_counts(frame: pd.DataFrame, classes: Sequence[str]) -> tuple[int, int]:
    """Photos that show none of the classes, all of them known to be absent: (train, valid)."""
    none = (states(frame, classes) == ABSENT).all(axis=1) & (len(classes) > 0)
    valid = frame["is_valid"].eq(True).to_numpy(dtype=np.bool_)
    return int((none & ~valid).sum()), int((none & valid).sum())


def together(frame: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Photos that show both of two classes, (C, C); with itself: photos that show the class."""
    present = (states(frame, classes) == PRESENT).astype(np.int64)
    return pd.DataFrame(present.T @ present, index=list(classes), columns=list(classes))
