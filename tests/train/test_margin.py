"""`train/margin.py`: how far a photo is from being named, as one number."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.decision import Rule, decide
from model.head import Head
from train.margin import logit, margin, sigmoid, widen

Floats = NDArray[np.float32]
RULE = Rule(
    threshold=np.array([0.5, 0.8], np.float32),
    gate_assert=np.array([[0.6, 0.7], [0.5, 0.5]], np.float32),
    gate_unsure=np.array([[0.5, 0.6], [0.3, 0.4]], np.float32),
    threshold_unsure=np.array([0.3, 0.6], np.float32),
)
FAR = 1e-3  # where float32 may round to either side of a line, nothing is promised


def head() -> Head:
    """Of the rule above; the rest is never looked at."""
    two, wide = np.zeros(2, np.float32), np.zeros((2, 3), np.float32)
    return Head(
        weight=wide,
        bias=two,
        twin_weight=wide,
        twin_bias=two,
        feature_mean=np.zeros(3, np.float32),
        feature_std=np.ones(3, np.float32),
        threshold=RULE.threshold,
        class_mean=wide,
        gate_assert=RULE.gate_assert,
        gate_unsure=RULE.gate_unsure,
        threshold_unsure=RULE.threshold_unsure,
    )


@given(
    arrays(np.float32, (4, 2), elements=st.floats(0, 1, width=32)),
    arrays(np.float32, (4, 2, 2), elements=st.floats(-1, 1, width=32)),
    st.sampled_from([0.5, 1.0, 2.0]),
)
def test_the_margin_says_what_is_answered(scores: Floats, similarity: Floats, steps: float) -> None:
    """From 0 on a class is named; down to as many steps as the lines were widened by, asked about;
    further down the answer is none."""
    rule = widen(head(), steps).rule

    found = margin(scores, similarity, RULE)
    named, asked, _ = decide(scores, similarity, rule)

    clear = (abs(found) > FAR) & (abs(found + steps) > FAR)
    assert (named.any(axis=1) == (found >= 0))[clear].all()
    assert ((named | asked).any(axis=1) == (found >= -steps))[clear].all()


def test_one_step_is_the_distance_between_the_lines() -> None:
    """A photo on the lines for asking of the class that suits it best has the margin -1."""
    similarity = np.array([[[0.5, 0.9], [0.0, 0.0]]], np.float32)

    found = margin(np.array([[0.9, 0.9]], np.float32), similarity, RULE)

    assert found == pytest.approx([-1], abs=FAR)


def test_lines_that_coincide_divide_by_nothing() -> None:
    """A class of few photos has no step: it passes or it doesn't."""
    rule = replace(RULE, gate_unsure=RULE.gate_assert, threshold_unsure=RULE.threshold)
    scores = np.array([[0.9, 0.1], [0.1, 0.1]], np.float32)

    above, below = margin(scores, np.ones((2, 2, 2), np.float32), rule)

    assert np.isfinite([above, below]).all()
    assert above > 0 > -1 > below


def test_logits_of_what_float32_rounds_to_0_and_1_are_finite() -> None:
    """And both ways lead back."""
    scores = np.array([0.0, 0.2, 0.5, 1.0], np.float32)

    assert np.isfinite(logit(scores)).all()
    assert sigmoid(logit(scores)) == pytest.approx(scores, abs=1e-6)
