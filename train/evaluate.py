"""Metrics of a version on photos whose labels are known. Pure: arrays in, figures out.

Shapes: N photos, C classes; states are those of `model.head`, and an unknown label is never
counted, neither for nor against.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, UNKNOWN

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
States = NDArray[np.int8]

SEED = 0
"""Of the bootstrap, the only thing here that draws lots."""
RESAMPLES = 1000
ENDS = (0.025, 0.975)
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a version said of N photos: scores, named and asked (N, C), the twin's class (N,)."""

    scores: Floats
    named: Bools
    asked: Bools
    twin: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """One class: photos that show it; precision, recall, F1 of naming it; average precision."""

    photos: int
    precision: float
    recall: float
    f1: float
    ap: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """A version on a set of photos. Rates are shares of 1; None where no photo speaks of it.

    Of the known photos (that show a class) each is one of four: `exact`: answered exactly right,
    asked nothing; `asked`: asked about, nothing wrong named; `false_none`: answered none; `wrong`:
    the rest. `none_recall`: of the photos of none of the classes those answered none.
    `twin_accuracy`: of the photos of exactly one class those whose class the twin names.
    `interval`: 95 % bootstrap intervals by metric.
    """

    photos: int
    known_photos: int
    none_photos: int
    exact: float | None
    asked: float | None
    false_none: float | None
    wrong: float | None
    none_recall: float | None
    twin_accuracy: float | None
    map: float | None
    micro_f1: float
    macro_f1: float
    by_class: dict[str, ClassMetrics]
    interval: dict[str, tuple[float, float]]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def exact(judged: Judged, states: States) -> Bools:
    """Whether each photo is answered exactly right, asked nothing, over its known labels: (N,)."""
    wrong = mistakes(judged.named, states) | (judged.asked & (states != UNKNOWN))
    return np.asarray(~wrong.any(axis=1))


def mistakes(named: Bools, states: States) -> Bools:
    """Where a named class is absent or a present one not named: (N, C)."""
    return np.asarray((named & (states == ABSENT)) | (~named & (states == PRESENT)))


def evaluate(judged: Judged, states: States, classes: tuple[str, ...]) -> Metrics:
    """All metrics of what was said of photos with these states."""
    known = states != UNKNOWN
    judged = replace(judged, named=judged.named & known, asked=judged.asked & known)
    outcomes = _outcomes(judged, states)
    by_class = {name: _class_metrics(judged, states, i) for i, name in enumerate(classes)}
    shown = [each for each in by_class.values() if each.photos]
    return Metrics(
        photos=len(states),
        known_photos=len(outcomes["exact"]),
        none_photos=len(outcomes["none_recall"]),
        map=_mean([each.ap for each in shown]),
        micro_f1=_f1(judged.named, states),
        macro_f1=_mean([each.f1 for each in shown]) or 0.0,
        by_class=by_class,
        interval={name: bootstrap(values) for name, values in outcomes.items() if len(values)},
        **{name: _mean(values) for name, values in outcomes.items()},
    )


def _outcomes(judged: Judged, states: States) -> dict[str, Bools]:
    """For each rate, which of the photos that it speaks of are counted."""
    shows = (states == PRESENT).any(axis=1)
    none = (states == ABSENT).all(axis=1)
    single = (states == PRESENT).sum(axis=1) == 1
    right = exact(judged, states)
    silent = np.asarray(~(judged.named | judged.asked).any(axis=1))
    named_wrong = (judged.named & (states == ABSENT)).any(axis=1)
    asked = np.asarray(~right & judged.asked.any(axis=1) & ~named_wrong)
    return {
        "exact": right[shows],
        "asked": asked[shows],
        "false_none": silent[shows],
        "wrong": np.asarray(~(right | asked | silent))[shows],
        "none_recall": silent[none],
        "twin_accuracy": states[single, judged.twin[single]] == PRESENT,
    }


def bootstrap(values: NDArray[Any]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a mean (Efron, 1979); values (N,) of a few kinds.

    To draw N of them with replacement is to draw how often each kind comes.
    """
    kinds, counts = np.unique(values, return_counts=True)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(len(values), counts / len(values), RESAMPLES)  # (RESAMPLES, k)
    low, high = np.quantile(drawn @ kinds / len(values), ENDS)
    return round(float(low), 4), round(float(high), 4)


def average_precision(truth: Bools, scores: Floats) -> float:
    """Mean of the precisions at each present photo, ranked by score; equal scores rank as one.

    Not interpolated, as in scikit-learn. Truth and scores (N,); 0 where nothing is present.
    """
    if not truth.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    last_of_equals = np.append(np.diff(scores[order]) != 0, True).nonzero()[0]
    hits = np.cumsum(truth[order])[last_of_equals]
    precision = hits / (last_of_equals + 1)
    return float((np.diff(hits, prepend=0) * precision).sum() / truth.sum())


def _class_metrics(judged: Judged, states: States, index: int) -> ClassMetrics:
    known = states[:, index] != UNKNOWN
    truth, named = states[known, index] == PRESENT, judged.named[known, index]
    hits = int((truth & named).sum())
    return ClassMetrics(
        photos=int(truth.sum()),
        precision=hits / max(int(named.sum()), 1),
        recall=hits / max(int(truth.sum()), 1),
        f1=_f1(named, states[known, index]),
        ap=average_precision(truth, judged.scores[known, index]),
    )


def _f1(named: Bools, states: States) -> float:
    hits = int((named & (states == PRESENT)).sum())
    misses = int(mistakes(named, states).sum())
    return 2 * hits / max(2 * hits + misses, 1)


def _mean(values: NDArray[Any] | list[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
