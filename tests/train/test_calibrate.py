"""`train/calibrate.py`: thresholds and gates, from a class's own leave-one-out scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model import familiarity
from train.calibrate import NO_GATE, STEP, Lines, joint_gate, lines, own_similarity
from train.margin import logit

Floats = NDArray[np.float32]

COSINES = st.integers(1, 300).flatmap(
    lambda count: arrays(np.float32, (count, 2), elements=st.floats(-1, 1, width=32))
)
ALPHAS = st.floats(0.0, 0.3)
untimed = settings(deadline=None)  # a busy machine is no failure


def photos(seed: int, *counts: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Embeddings (N, D) of photos around a centre a class, and present (N, C)."""
    generator = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(counts)), counts)
    centres = generator.gamma(1.0, 1.0, (len(counts), 64))
    noise = generator.gamma(1.0, 0.5, (len(owner), 64))
    return (centres[owner] + noise).astype(np.float32), owner[:, None] == np.arange(len(counts))


def failing(scores: Floats, gate: Floats) -> int:
    return int((scores < gate).any(axis=1).sum())


def gates(embedding: Floats, present: NDArray[np.bool_], alpha: float = 0.1) -> Lines:
    """The lines where every photo's own logit is far above any threshold."""
    return lines(embedding, present, np.full(present.shape, 9, dtype=np.float32), alpha)


def test_a_threshold_is_at_least_half_and_lower_for_few_photos() -> None:
    """Photos that their class's head would not name can't pull it down."""
    embedding, present = photos(6, 19, 20, 100)
    low = np.full(present.shape, -1, dtype=np.float32)

    assert lines(embedding, present, low).threshold == pytest.approx([0.35, 0.5, 0.5])


def test_the_threshold_rises_with_the_gates() -> None:
    """Three lines at one rank: of 100 photos at most floor(.1 * 101) - 1 = 9 fail one of them."""
    embedding, present = photos(7, 100)
    logits = np.linspace(0, 5, 100, dtype=np.float32)[:, None]

    found = lines(embedding, present, logits, alpha=0.1)

    (own,) = own_similarity(embedding, present)
    together = np.column_stack([own, logits])
    line = joint_gate(together, 0.1)
    assert logit(found.threshold) == pytest.approx(line[2:], abs=1e-4)
    assert found.gate_assert[0] == pytest.approx(line[:2])
    assert found.threshold[0] > 0.5
    assert failing(together, line) <= 9


def test_both_gates_rise_together_as_far_as_alpha_allows() -> None:
    """Of 29 photos at 10 % floor(.1 * 30) - 1 = 2 may fail; the two worst are different photos."""
    scores = np.stack([np.arange(29), np.arange(29)[::-1]], axis=1).astype(np.float32)

    gate = joint_gate(scores, 0.1)

    assert gate.tolist() == [1, 1]  # at rank 1 photo 0 fails the first gate, photo 28 the second


def test_where_not_one_may_fail_none_does() -> None:
    """19 photos at 5 % allow floor(.05 * 20) - 1 = 0 failures, at 3 % not even that."""
    scores = np.random.default_rng(0).random((19, 2), dtype=np.float32)

    assert joint_gate(scores, 0.05).tolist() == scores.min(axis=0).tolist()
    assert joint_gate(scores, 0.03).tolist() == scores.min(axis=0).tolist()


@untimed
@given(COSINES, ALPHAS)
def test_the_gate_is_the_highest_rank_that_fails_few_enough(scores: Floats, alpha: float) -> None:
    """At most floor(alpha (n + 1)) - 1 photos fail; one rank higher, more do."""
    allowed = max(int(alpha * (len(scores) + 1) + 1e-6) - 1, 0)
    ranked = np.sort(scores, axis=0)

    gate = joint_gate(scores, alpha)

    few_enough = [row for row in ranked if failing(scores, row) <= allowed]
    assert gate.tolist() == few_enough[-1].tolist()
    assert failing(scores, gate) <= allowed


@untimed
@given(COSINES, ALPHAS, st.floats(0, 1))
def test_a_smaller_alpha_never_raises_a_gate(scores: Floats, alpha: float, share: float) -> None:
    """So what passes the assert level passes the unsure level."""
    assert (joint_gate(scores, alpha * share) <= joint_gate(scores, alpha)).all()


@untimed
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 130), min_size=1, max_size=3))
def test_the_unsure_level_lies_below_the_assert_level(seed: int, counts: list[int]) -> None:
    """For classes of any size."""
    found = gates(*photos(seed, *counts))

    assert (found.gate_unsure <= found.gate_assert).all()


def test_the_share_that_fails_depends_on_the_class_size() -> None:
    """Of 100 photos 10 %, of 99 half of that."""
    embedding, present = photos(1, 100, 99)

    found = gates(embedding, present, alpha=0.1)

    many, fewer = own_similarity(embedding, present)
    assert failing(many, found.gate_assert[0]) <= int(0.1 * 101) - 1
    assert found.gate_assert[0].tolist() == joint_gate(many, 0.1).tolist()
    assert found.gate_assert[1].tolist() == joint_gate(fewer, 0.05).tolist()


def test_a_step_is_measured_in_the_spread_of_a_classs_own_scores() -> None:
    """A class of widely different photos is asked about from farther away; one of few, not."""
    embedding, present = photos(8, 100, 19)
    logits = np.random.default_rng(0).normal(5, 2, present.shape).astype(np.float32)

    found = lines(embedding, present, logits)

    (own, _) = own_similarity(embedding, present)
    expected = own.std(axis=0) * STEP[:2]
    assert (found.gate_assert - found.gate_unsure)[0] == pytest.approx(expected, abs=1e-5)
    step = logit(found.threshold) - logit(found.threshold_unsure)
    assert step == pytest.approx([logits[:100, 0].std() * STEP[2], 0], abs=1e-3)
    assert found.gate_unsure[1].tolist() == found.gate_assert[1].tolist()


def test_a_photo_is_not_its_own_neighbour() -> None:
    """Own scores are leave-one-out, on both gates: computed here one photo at a time."""
    embedding, present = photos(2, 8)

    (own,) = own_similarity(embedding, present)

    for index, scores in enumerate(own):
        others = np.delete(embedding, index, axis=0)
        to_others = familiarity.direction(embedding[[index]]) @ familiarity.direction(others).T
        mean = familiarity.class_mean(others, np.ones((7, 1), dtype=np.bool_))
        assert scores[0] == pytest.approx(np.sort(to_others[0])[-5:].mean(), abs=1e-5)
        assert scores[1] == pytest.approx(
            (familiarity.log_direction(embedding[[index]]) @ mean.T)[0, 0], abs=1e-5
        )


def test_a_small_class_takes_its_own_mean_and_the_spread_of_larger_ones() -> None:
    """Below 20 photos: mean - d sqrt(1 + 1/n), d the average of (mean - 5 % quantile) of others."""
    embedding, present = photos(3, 40, 60, 6)

    found = gates(embedding, present)

    first, second, small = own_similarity(embedding, present)
    distance = [
        scores.mean(axis=0) - np.quantile(scores, 0.05, axis=0) for scores in (first, second)
    ]
    expected = small.mean(axis=0) - np.mean(distance, axis=0) * np.sqrt(1 + 1 / 6)
    assert found.gate_assert[2] == pytest.approx(expected, abs=1e-5)
    assert found.gate_unsure[2].tolist() == found.gate_assert[2].tolist()


def test_where_no_class_has_twenty_photos_the_minimum_is_the_gate() -> None:
    """There is nobody to learn a spread from."""
    embedding, present = photos(4, 19, 2)

    found = gates(embedding, present)

    for gate, scores in zip(found.gate_assert, own_similarity(embedding, present), strict=True):
        assert gate.tolist() == scores.min(axis=0).tolist()


@pytest.mark.parametrize("count", [0, 1])
def test_one_photo_alone_has_no_gate(count: int) -> None:
    """Nor has a class without any: every cosine passes."""
    embedding, present = photos(5, 30, count)

    found = gates(embedding, present)

    assert found.gate_assert[1].tolist() == [NO_GATE, NO_GATE]
    assert np.isfinite(found.class_mean).all()
