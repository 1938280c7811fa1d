"""`model/decision.py`: scores and familiarity -> an answer."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.decision import Answer, Rule, Twin, answer, decide, twin

CLASSES = ("bear", "cat", "dog")
RULE = Rule(
    threshold=np.array([0.5, 0.5, 0.35], np.float32),
    gate_assert=np.array([[0.6, 0.7]] * 3, np.float32),
    gate_unsure=np.array([[0.5, 0.6]] * 3, np.float32),
    threshold_unsure=np.array([0.4, 0.3, 0.3], np.float32),
)
SURE, UNSURE, STRANGE = (0.7, 0.8), (0.55, 0.65), (0.4, 0.4)


def answer_of(scores: list[float], similarity: list[tuple[float, float]]) -> Answer:
    return answer(CLASSES, np.array(scores, np.float32), np.array(similarity, np.float32), RULE)


@pytest.mark.parametrize(
    ("scores", "similarity", "labels", "unsure", "reason"),
    [
        ([0.9, 0.1, 0.1], [SURE] * 3, ("bear",), (), "above threshold"),
        ([0.8, 0.9, 0.1], [SURE] * 3, ("cat", "bear"), (), "above threshold"),
        ([0.5, 0.1, 0.1], [SURE] * 3, ("bear",), (), "above threshold"),
        ([0.1, 0.1, 0.4], [SURE] * 3, ("dog",), (), "above threshold"),
        ([0.9, 0.6, 0.1], [UNSURE, SURE, SURE], ("cat",), ("bear",), "above threshold"),
        ([0.9, 0.6, 0.1], [UNSURE] * 3, (), ("bear", "cat"), "not sure"),
        ([0.9, 0.1, 0.1], [(0.7, 0.65), SURE, SURE], (), ("bear",), "not sure"),
        ([0.9, 0.1, 0.1], [(0.7, 0.4), SURE, SURE], (), (), "unfamiliar"),
        ([0.9, 0.1, 0.1], [(0.4, 0.8), SURE, SURE], (), (), "unfamiliar"),
        ([0.3, 0.2, 0.2], [SURE] * 3, (), (), "below threshold"),
        ([0.4, 0.2, 0.2], [UNSURE] * 3, (), ("bear",), "not sure"),
        ([0.4, 0.2, 0.2], [SURE] * 3, (), ("bear",), "not sure"),
        ([0.4, 0.9, 0.2], [SURE] * 3, ("cat",), (), "above threshold"),
        ([0.4, 0.4, 0.3], [STRANGE] * 3, (), (), "below threshold"),
    ],
)
def test_the_rule(
    scores: list[float],
    similarity: list[tuple[float, float]],
    labels: tuple[str, ...],
    unsure: tuple[str, ...],
    reason: str,
) -> None:
    """Named: over the threshold and both gates. Asked: over both wider gates, and over the
    threshold, or where nothing is named over the lower one. Else none."""
    result = answer_of(scores, similarity)
    assert (result.labels, result.unsure, result.reason) == (labels, unsure, reason)
    assert result.none is (not labels and not unsure)


def test_an_answer_shows_what_it_stands_on() -> None:
    """Scores, thresholds, similarity and the gate at its assert level, by class."""
    result = answer_of([0.9, 0.1, 0.2], [SURE, UNSURE, STRANGE])
    assert result.classes == CLASSES
    assert result.scores == {"bear": 0.9, "cat": 0.1, "dog": 0.2}
    assert result.thresholds == {"bear": 0.5, "cat": 0.5, "dog": 0.35}
    assert result.similarity == {"bear": (0.7, 0.8), "cat": (0.55, 0.65), "dog": (0.4, 0.4)}
    assert result.gate == dict.fromkeys(CLASSES, (0.6, 0.7))


def test_the_twin_always_names_one() -> None:
    """The most probable, however improbable."""
    result = twin(CLASSES, np.array([0.33, 0.34, 0.33], np.float32))
    assert result == Twin("cat", {"bear": 0.33, "cat": 0.34, "dog": 0.33})


unit = st.floats(0, 1, width=32)
three = arrays(np.float32, 3, elements=unit)
pairs = arrays(np.float32, (3, 2), elements=unit)


@st.composite
def cases(draw: Any) -> tuple[Any, Any, Rule]:
    """Scores, similarity and a rule whose unsure level is no narrower than its assert level."""
    upper, lower = draw(pairs), draw(pairs)
    sure, unsure = draw(three), draw(three)
    rule = Rule(
        threshold=np.maximum(sure, unsure),
        gate_assert=np.maximum(upper, lower),
        gate_unsure=np.minimum(upper, lower),
        threshold_unsure=np.minimum(sure, unsure),
    )
    return draw(three), draw(pairs), rule


@given(cases())
def test_a_class_is_named_or_asked_about_or_neither(case: tuple[Any, Any, Rule]) -> None:
    """Never both; none exactly when there is neither; the reason tells which."""
    scores, similarity, rule = case
    result = answer(CLASSES, scores, similarity, rule)
    assert not set(result.labels) & set(result.unsure)
    assert result.none is (result.labels == () and result.unsure == ())
    assert (result.reason == "above threshold") is bool(result.labels)
    assert (result.reason == "not sure") is (not result.labels and bool(result.unsure))


@given(cases(), st.integers(0, 2), st.integers(0, 1), st.floats(0, 1, width=32))
def test_a_higher_gate_never_names_more(
    case: tuple[Any, Any, Rule], row: int, column: int, rise: float
) -> None:
    """Raising a threshold or a gate takes names away, or leaves them."""
    scores, similarity, rule = case
    gate, threshold = rule.gate_assert.copy(), rule.threshold.copy()
    gate[row, column] += rise
    threshold[row] += rise
    named, _, _ = decide(scores, similarity, rule)
    for stricter in (
        replace(rule, gate_assert=gate),
        replace(rule, threshold=threshold),
    ):
        still_named, _, _ = decide(scores, similarity, stricter)
        assert not (still_named & ~named).any()


@given(cases())
def test_answers_survive_json(case: tuple[Any, Any, Rule]) -> None:
    """What is kept in the database is the answer that was given."""
    scores, similarity, rule = case
    result = answer(CLASSES, scores, similarity, rule)
    assert Answer.from_json(json.loads(json.dumps(result.to_json()))) == result
    choice = twin(CLASSES, scores)
    assert Twin.from_json(json.loads(json.dumps(choice.to_json()))) == choice


def test_many_photos_at_once_are_decided_as_one_by_one() -> None:
    """`decide` takes any number of leading axes."""
    random = np.random.default_rng(0)
    scores = random.random((5, 3), np.float32)
    similarity = random.random((5, 3, 2), np.float32)
    together = decide(scores, similarity, RULE)
    for index in range(5):
        alone = decide(scores[index], similarity[index], RULE)
        assert [one[index].tolist() for one in together] == [one.tolist() for one in alone]
