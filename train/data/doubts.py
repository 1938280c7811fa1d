"""What can be used and is probably not meant: sentences that say where and what to do. Pure.

N photos. Each function gives sentences of one kind, in the order of the photos or classes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.familiarity import direction
from train.calibrate import FEW
from train.data.frame import conflicts, rows_of
from train.data.look import counts
from train.data.split import BLOCK, NEAR_TWIN

SHOWN = 3
"""Rows named in a sentence, where there are more."""
SEPARATORS = ",;|/"


def unknown_labels(frame: pd.DataFrame, classes: Sequence[str]) -> list[str]:
    """Labels that are none of `classes`, which were asked for; likely slips of the pen first."""
    found = [
        (_meant(name, classes), f"{name!r} is none of the classes asked for ({_in_rows(rows)}): ")
        for name, rows in _where(frame).items()
        if name not in classes
    ]
    advice = "a photo of it counts as none of them; name it in --classes to learn it."
    return [said + meant for meant, said in found if meant] + [
        said + advice for meant, said in found if not meant
    ]


def few_photos(frame: pd.DataFrame, classes: Sequence[str]) -> list[str]:
    """Classes with fewer than `FEW` photos to learn from, too few for gates of their own; some of
    them may be a slip of the pen."""
    where = _where(frame[~frame["is_valid"].eq(True)])
    train = counts(frame, classes)["train"]
    others = [name for name in classes if train[name] >= FEW]
    return [
        f"{name!r} has {photo_count(train[name])} to learn from "
        f"({_in_rows(where.get(name, []))}): "
        + (_meant(name, others) or f"add some, {FEW} make it sure of itself.")
        for name in classes
        if train[name] < FEW
    ]


def unseparated(classes: Sequence[str]) -> list[str]:
    """Class names that look like several, with another separator than was told."""
    return [
        f"{name!r} looks like several labels: if so, say what is between them: --sep '{mark}'."
        for name in classes
        for mark in SEPARATORS
        if mark in name.strip(mark)
    ]


def contradictions(frame: pd.DataFrame, photo_sha256: NDArray[np.uint8]) -> list[str]:
    """Photos with the same content (N, 32) of which different rows say different things."""
    first: dict[bytes, int] = {}
    rows = list(rows_of(frame))
    found = []
    for index, (row, sha256) in enumerate(zip(rows, photo_sha256, strict=True)):
        earlier = rows[first.setdefault(sha256.tobytes(), index)]
        differ = conflicts(earlier, row)
        if differ:
            found.append(
                f"{row.where} and {earlier.where} are the same photo and say different things of "
                f"{', '.join(differ)}: keep one, with all labels of the photo."
            )
    return found


def on_both_sides(
    frame: pd.DataFrame, photo_sha256: NDArray[np.uint8], embedding: NDArray[np.float32]
) -> list[str]:
    """Photos to train on of which validation has the same one, or one that looks the same.

    Hashes (N, 32) and embeddings (N, D): of several the most similar is named.
    """
    rows = list(rows_of(frame))
    train = [index for index, row in enumerate(rows) if row.is_valid is False]
    valid = [index for index, row in enumerate(rows) if row.is_valid]
    if not valid:
        return []
    found = []
    for index, (nearest, cosine) in zip(train, _nearest(embedding, train, valid), strict=True):
        twin = valid[nearest]
        if cosine < NEAR_TWIN:
            continue
        is_same = np.array_equal(photo_sha256[index], photo_sha256[twin])
        alike = "are the same photo" if is_same else f"look the same (similarity {cosine:.2f})"
        found.append(
            f"{rows[index].where} trains, {rows[twin].where} validates, and they {alike}: take one "
            "away, or mark both as valid. Until then fit keeps both out of training."
        )
    return found


def _nearest(
    embedding: NDArray[np.float32], photos: Sequence[int], among: Sequence[int]
) -> Iterator[tuple[int, float]]:
    """For each of `photos` which of `among` is the most similar, and its cosine."""
    unit = direction(embedding)
    for start in range(0, len(photos), BLOCK):
        cosines = unit[photos[start : start + BLOCK]] @ unit[among].T
        yield from zip(cosines.argmax(axis=1).tolist(), cosines.max(axis=1).tolist(), strict=True)


def photo_count(count: int) -> str:
    """ "1 photo", "2 photos"."""
    return "1 photo" if count == 1 else f"{count} photos"


def _where(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Class name -> the rows that show it, the most frequent class first."""
    found = defaultdict(list)
    for row in rows_of(frame):
        for name in sorted(row.present - row.unknown):
            found[name].append(row.where)
    ordered = Counter({name: len(rows) for name, rows in sorted(found.items())}).most_common()
    return {name: found[name] for name, _ in ordered}


def _in_rows(rows: Sequence[str]) -> str:
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return (", ".join(rows[:SHOWN]) or "no row") + more


def _meant(name: str, known: Iterable[str]) -> str | None:
    close = get_close_matches(name, list(known), n=1, cutoff=0.8)
    return f"did you mean {close[0]!r}? Correct one of the two." if close else None
