"""`train/platt.py`: scores that are the share of photos with the class, and decide as before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.decision import decide
from model.head import UNKNOWN, Head
from tests.train.test_margin import head
from train.margin import sigmoid
from train.platt import FROM, LEAST_SLOPE, Platt
from train.reliability import class_error

Floats = NDArray[np.float32]
untimed = settings(deadline=None)  # a busy machine is no failure


def photos(count: int, slope: float, offset: float) -> tuple[Floats, NDArray[np.int8]]:
    """Logits, and labels drawn so that sigmoid(slope z + offset) is the chance of present."""
    chance = np.random.default_rng(0)
    logits = chance.normal(0, 3, (count, 2)).astype(np.float32)
    return logits, (chance.random(logits.shape) < sigmoid(slope * logits + offset)).astype(np.int8)


def test_what_distorted_the_scores_is_found() -> None:
    """Slope and offset of each class, from enough photos; the error falls to next to nothing."""
    logits, states = photos(20_000, slope=0.5, offset=-1.0)

    found = Platt.fit(logits, states)

    assert found.slope == pytest.approx([0.5, 0.5], abs=0.03)
    assert found.offset == pytest.approx([-1.0, -1.0], abs=0.06)
    after = class_error(sigmoid(found.slope * logits + found.offset), states)
    before = class_error(sigmoid(logits), states)
    assert after is not None and before is not None
    assert after < 0.01 < 0.1 < before


def test_a_class_of_a_dozen_photos_is_held_to_what_suits_all() -> None:
    """Photos that happen to lie apart would else have an endless slope."""
    logits, states = photos(2000, slope=1.0, offset=0.0)
    logits[12:, 1], states[12:, 1] = 0, UNKNOWN
    states[:12, 1] = logits[:12, 1] > 0

    found = Platt.fit(logits, states)

    assert 0.8 < found.slope[1] < 2.0


def test_a_class_that_hardly_any_photo_shows_is_left_as_it_is() -> None:
    """Only absent ones would speak, and push its scores down."""
    logits, states = photos(500, slope=0.5, offset=1.0)
    states[:, 1] = 0
    states[: FROM - 1, 1] = 1

    found = Platt.fit(logits, states)

    assert (found.slope[1], found.offset[1]) == (1.0, 0.0)
    assert found.slope[0] != 1.0


def test_without_photos_nothing_changes() -> None:
    """No calibration photos, no calibration."""
    found = Platt.fit(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.int8))

    assert found.slope.tolist() == [1, 1]
    assert found.offset.tolist() == [0, 0]


def test_the_order_of_the_scores_is_never_turned_around() -> None:
    """Not even where the labels are all the wrong way round."""
    logits, states = photos(500, slope=-2.0, offset=0.0)

    assert (Platt.fit(logits, states).slope == LEAST_SLOPE).all()


@untimed
@given(st.integers(0, 10_000), st.floats(0.2, 2), st.floats(-3, 3))
def test_no_decision_changes(seed: int, slope: float, offset: float) -> None:
    """The map is folded into weights and thresholds; and it can be undone."""
    chance = np.random.default_rng(seed)
    plain = replace(head(), weight=chance.normal(0, 1, (2, 3)).astype(np.float32))
    platt = Platt(np.array([slope, 1.0]), np.array([offset, 0.0]))
    embedding = chance.normal(0, 1, (50, 3)).astype(np.float32)
    similarity = chance.random((50, 2, 2), np.float32)
    folded = platt.folded(plain)

    before, after = plain.scores(embedding), folded.scores(embedding)

    clear = (far_from(before, plain)).all(axis=1)
    for once, now in zip(
        decide(before, similarity, plain.rule), decide(after, similarity, folded.rule), strict=True
    ):
        assert (once == now)[clear].all()
    assert platt.undone(after) == pytest.approx(before, abs=1e-3)


def far_from(scores: Floats, plain: Head) -> NDArray[np.bool_]:
    """Where a score is not on a line, on which float32 may round to either side."""
    lines = np.stack([plain.threshold, plain.threshold_unsure])
    return np.asarray((abs(scores[:, None] - lines) > 1e-4).all(axis=1))
