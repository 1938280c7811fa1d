"""Photos without pixels: embeddings whose likeness a test can choose."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.head import TRAIN, Memory
from train.examples import JURY_EVERY, Said, is_juror

DIRECTIONS = 64
Hashes = NDArray[np.uint8]


def looks(*directions: float) -> NDArray[np.float16]:
    """Embeddings (n, 64): whole numbers are photos like no other, 3.1 is a near twin of 3."""
    embedding = np.zeros((len(directions), DIRECTIONS), dtype=np.float16)
    for row, place in zip(embedding, directions, strict=True):
        row[int(place)] = 1
        row[-1] = place % 1  # cosine of 3.1 to 3: .995; to 4.1: .01
    return embedding


def sha256(name: str) -> Hashes:
    """A hash (32,) by name."""
    return np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype=np.uint8)


def hashes(*names: str) -> Hashes:
    return np.stack([sha256(name) for name in names])


def names(count: int, prefix: str = "photo", *, juror: bool) -> list[str]:
    """Names of photos whose hashes are all on the jury, or all not."""
    candidates = (f"{prefix} {number}" for number in range(JURY_EVERY * 20 * (count + 1)))
    found = [name for name in candidates if is_juror(sha256(name)) is juror]
    return found[:count]


def memory(
    directions: Sequence[float], state: Sequence[Sequence[int]], split: Sequence[int] | None = None
) -> Memory:
    """A memory whose photos are called `base 0`, `base 1`, …; all train unless `split` says so."""
    count = len(directions)
    return Memory(
        embedding=looks(*directions),
        state=np.array(state, dtype=np.int8),
        weight=np.ones(count, dtype=np.float32),
        split=np.array(split or [TRAIN] * count, dtype=np.uint8),
        photo_sha256=hashes(*(f"base {index}" for index in range(count))),
    )


def said(
    photos: Sequence[str], directions: Sequence[float], labels: Sequence[dict[str, int]]
) -> Said:
    """What people said of photos of these names."""
    return Said(
        embedding=looks(*directions),
        labels=labels,
        weight=np.ones(len(photos), dtype=np.float32),
        photo_sha256=hashes(*photos),
    )
