"""Scores and familiarity -> an answer: which classes are named, asked about, or none.

The rule: a class is named when its sigmoid reaches its threshold and the photo is familiar to it
by two gates at their assert level; passing them at the wider unsure level only, it is asked about.
Where no class is named, a lower threshold is enough to ask. No class named or asked about: none of
my classes. How these lines are chosen stands in `train/calibrate.py` and `train/guarantee.py`; this
module only applies them, and knows no photo and no backbone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Reason = Literal["above threshold", "not sure", "unfamiliar", "below threshold", "argmax"]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version says of one photo.

    `labels` are the classes named and `unsure` those asked about, most probable first; `scores`
    are the sigmoids (0..1) of all `classes`, before the gates; `similarity` and `gate` are
    (nearest, mean) cosines, the gate at its assert level. Of a forced choice (`reason` "argmax")
    `scores` are the softmax, the threshold is the greatest of them, and no gate turns it away.
    """

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    unsure: tuple[str, ...]
    scores: dict[str, float]
    thresholds: dict[str, float]
    similarity: dict[str, tuple[float, float]]
    gate: dict[str, tuple[float, float]]
    reason: Reason

    @property
    def none(self) -> bool:
        """Whether the answer is "none of my classes"."""
        return not self.labels and not self.unsure

    @property
    def in_question(self) -> str:
        """The class that the answer is about: named, or asked about, or closest to being named."""
        if chosen := (*self.labels, *self.unsure):
            return chosen[0]
        return max(self.classes, key=lambda name: self.scores[name] - self.thresholds[name])

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Answer":
        """The value that `to_json` was called on."""
        return cls(
            **{
                **value,
                **{key: tuple(value[key]) for key in ("classes", "labels", "unsure")},
                **{
                    key: {name: (pair[0], pair[1]) for name, pair in value[key].items()}
                    for key in ("similarity", "gate")
                },
            }
        )


@dataclass(frozen=True, slots=True)
class Twin:
    """What the single-label twin says: always one class. `scores` is the softmax (sums to 1)."""

    label: str
    scores: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Twin":
        """The value that `to_json` was called on."""
        return cls(**value)


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of the rule, all by class: thresholds (C,), gates (C, 2) as (nearest, mean)."""

    threshold: Floats
    gate_assert: Floats
    gate_unsure: Floats
    threshold_unsure: Floats


def decide(scores: Floats, similarity: Floats, rule: Rule) -> tuple[NDArray[np.bool_], ...]:
    """Scores (..., C) and similarity (..., C, 2) -> named, asked and passed threshold, (..., C)."""
    passed = scores >= rule.threshold
    named = passed & (similarity >= rule.gate_assert).all(axis=-1)
    silent = ~named.any(axis=-1, keepdims=True)
    likely = passed | (silent & (scores >= rule.threshold_unsure))
    asked = likely & ~named & (similarity >= rule.gate_unsure).all(axis=-1)
    return named, asked, passed


def answer(classes: Sequence[str], scores: Floats, similarity: Floats, rule: Rule) -> Answer:
    """The answer for one photo: scores (C,) after the sigmoid, similarity (C, 2)."""
    named, asked, passed = decide(scores, similarity, rule)
    return Answer(
        classes=tuple(classes),
        labels=_by_score(classes, named, scores),
        unsure=_by_score(classes, asked, scores),
        scores=_by_class(classes, scores),
        thresholds=_by_class(classes, rule.threshold),
        similarity=_pairs(classes, similarity),
        gate=_pairs(classes, rule.gate_assert),
        reason=_reason(bool(named.any()), bool(asked.any()), bool(passed.any())),
    )


def twin(classes: Sequence[str], softmax: Floats) -> Twin:
    """The forced choice for one photo, from probabilities (C,)."""
    return Twin(label=classes[int(softmax.argmax())], scores=_by_class(classes, softmax))


def forced(classes: Sequence[str], softmax: Floats) -> Answer:
    """The answer of a single-label version, which always names a class: probabilities (C,)."""
    choice = twin(classes, softmax)
    open_gate = dict.fromkeys(classes, (0.0, 0.0))
    return Answer(
        classes=tuple(classes),
        labels=(choice.label,),
        unsure=(),
        scores=choice.scores,
        thresholds=dict.fromkeys(classes, choice.scores[choice.label]),
        similarity=open_gate,
        gate=open_gate,
        reason="argmax",
    )


def _reason(named: bool, asked: bool, passed: bool) -> Reason:
    if named:
        return "above threshold"
    if asked:
        return "not sure"
    return "unfamiliar" if passed else "below threshold"


def _by_score(classes: Sequence[str], chosen: NDArray[np.bool_], scores: Floats) -> tuple[str, ...]:
    order = np.argsort(-scores, kind="stable")
    return tuple(classes[i] for i in order if chosen[i])


def _by_class(classes: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: _rounded(value) for name, value in zip(classes, values, strict=True)}


def _pairs(classes: Sequence[str], values: Floats) -> dict[str, tuple[float, float]]:
    return {
        name: (_rounded(nearest), _rounded(mean))
        for name, (nearest, mean) in zip(classes, values, strict=True)
    }


def _rounded(value: np.float32) -> float:
    return round(float(value), 4)
