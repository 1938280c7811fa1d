"""Which photos train, which tune, which judge: by hash, near twins always on one side. Pure.

N photos. A photo's side depends on its own group only, so it stays where it is when others come.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.familiarity import direction
from model.head import TEST, TRAIN, VALID

NEAR_TWIN = 0.90
"""Cosine of two embeddings from which their photos count as copies of one.

Measured (docs/experiments.md, "Near twins"): of copies at JPEG quality 50, mirrored, or cropped to
90 % of the sides, .92 to 1.0 are found; cropped to 80 %, .5 to .7; to half, none; shrunk below the
backbone's own size, few. No two photos of VOC reach it. 17 of 4,500 everyday photos do, about half
of them in one scene, and 152 of 1,680 bears, most of them one photo or one moment. Lower, bears
that merely look alike begin to chain (largest group 8 at .90, 20 at .88, 85 at .86)."""

TEST_SHARE, VALID_SHARE = 0.15, 0.15
"""Of photos whose source says nothing of validation."""

BLOCK = 512
"""Rows compared at once: 40 MB of cosines against 20,000 photos."""

Floats = NDArray[np.float32]


def near_twins(embedding: Floats, threshold: float = NEAR_TWIN) -> NDArray[np.int64]:
    """Groups of photos linked by cosines of at least `threshold`: float32 (N, D) -> int64 (N,).

    A group's id is the index of its earliest photo.
    """
    unit = direction(embedding)
    group = np.arange(len(unit))
    for start in range(0, len(unit), BLOCK):
        stop = min(start + BLOCK, len(unit))
        linked = unit[start:stop] @ unit[:stop].T >= threshold  # (BLOCK, stop)
        for index in range(start, stop):
            _join(group[: index + 1], linked[index - start, : index + 1])
    return group


def _join(group: NDArray[np.int64], linked: NDArray[np.bool_]) -> None:
    """Make one group, in place, of the last photo, as yet alone, and those linked to it."""
    found = group[linked]
    earliest = found.min(initial=group[-1])
    group[-1] = earliest
    others = found[found != earliest]
    if len(others):
        group[np.isin(group, others)] = earliest


def split(
    group: NDArray[np.int64], photo_sha256: NDArray[np.uint8], is_valid: Sequence[bool | None]
) -> NDArray[np.uint8]:
    """TRAIN, VALID or TEST a photo: groups (N,), hashes (N, 32), what sources say (N,) -> (N,).

    A group goes where the hash of its earliest photo sends it: half to TEST and half to VALID if
    one of its photos is kept for validation, all to TRAIN if one is said to train, else by share.
    """
    said_valid = np.array([said is True for said in is_valid], dtype=bool)
    said_train = np.array([said is False for said in is_valid], dtype=bool)
    has_valid = _any_of_group(group, said_valid)
    has_train = _any_of_group(group, said_train) & ~has_valid
    test_below = np.where(has_valid, 0.5, np.where(has_train, 0.0, TEST_SHARE))
    valid_below = np.where(has_valid, 1.0, np.where(has_train, 0.0, TEST_SHARE + VALID_SHARE))
    position = hash_fraction(photo_sha256)[group]
    sides = np.where(position < test_below, TEST, np.where(position < valid_below, VALID, TRAIN))
    return sides.astype(np.uint8)


def hash_fraction(photo_sha256: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Hashes (N, 32) -> numbers (N,) in [0, 1), spread evenly and the same for ever."""
    leading = np.ascontiguousarray(photo_sha256[:, :4]).view(">u4")[:, 0]
    return leading.astype(np.float64) / 2.0**32


def _any_of_group(group: NDArray[np.int64], said: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros(len(group), dtype=bool)
    found[group[said]] = True
    return found[group]
