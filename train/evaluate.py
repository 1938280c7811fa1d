"""Metrics of a version on photos whose labels are known. Pure: arrays in, figures out.

Shapes: N photos, C classes; states are those of `model.head`, and an unknown label is never
counted, neither for nor against.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.head import ABSENT, PRESENT, UNKNOWN
from train.bootstrap import bootstrap, interval, resamples
from train.ranking import Ranking
from train.reliability import Bin, class_error, curve, error, pooled

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
States = NDArray[np.int8]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a version said of N photos: scores, named and asked (N, C), the twin's class (N,).

    `margin` (N,) is how known each photo is (`train/margin.py`), and `uncalibrated` (N, C) are the
    scores before calibration (`train/platt.py`), where somebody asks.
    """

    scores: Floats
    named: Bools
    asked: Bools
    twin: NDArray[np.int64]
    margin: Floats | None = None
    uncalibrated: Floats | None = None


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """One class: photos that show it; precision, recall, F1 of naming it; average precision, also
    as VOC2007 (11 points) and VOC since 2010 (area) define it; expected calibration error."""

    photos: int
    precision: float
    recall: float
    f1: float
    ap: float
    ap_voc2007: float
    ap_voc2010: float
    ece: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """A version on a set of photos. Rates are shares of 1; None where no photo speaks of it.

    Of the known photos (that show a class) each is one of four: `exact`: answered exactly right,
    asked nothing; `asked`: asked about, nothing wrong named; `false_none`: answered none; `wrong`:
    the rest. `none_recall`: of the photos of none of the classes those answered none.
    `twin_accuracy`: of the photos of exactly one class those whose class the twin names.
    `exact_match`: of all photos those whose labels are all right, named or not; `hamming`: of all
    labels those that are wrong. `auroc`: the chance that a known photo has a higher margin than one
    of none; `fpr95`: of the photos of none the share that passes where 95 % of the known ones do.
    `ece`: expected calibration error, mean over classes; `reliability`: the curve over all labels;
    both also of the scores before calibration, where these are known.
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
    map_voc2007: float | None
    map_voc2010: float | None
    micro_f1: float
    macro_f1: float
    exact_match: float | None
    hamming: float | None
    auroc: float | None
    fpr95: float | None
    ece: float | None
    ece_before: float | None
    reliability: list[Bin]
    reliability_before: list[Bin]
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
    before = judged.uncalibrated
    outcomes = _outcomes(judged, states)
    by_class = {name: _class_metrics(judged, states, i) for i, name in enumerate(classes)}
    shown = [each for each in by_class.values() if each.photos]
    found = {**_label_figures(judged, states), **_known_figures(judged, states)}
    drawn = {name: interval(values[1:]) for name, values in found.items() if len(values) > 1}
    figures = {name: float(values[0]) if len(values) else None for name, values in found.items()}
    return Metrics(
        photos=len(states),
        known_photos=len(outcomes["exact"]),
        none_photos=len(outcomes["none_recall"]),
        map_voc2007=_mean([each.ap_voc2007 for each in shown]),
        map_voc2010=_mean([each.ap_voc2010 for each in shown]),
        micro_f1=figures.pop("micro_f1") or 0.0,
        macro_f1=figures.pop("macro_f1") or 0.0,
        hamming=_mean(mistakes(judged.named, states)[known]),
        ece=class_error(judged.scores, states),
        ece_before=None if before is None else class_error(before, states),
        reliability=pooled(judged.scores, states),
        reliability_before=[] if before is None else pooled(before, states),
        by_class=by_class,
        interval={
            **{name: bootstrap(values) for name, values in outcomes.items() if len(values)},
            **drawn,
        },
        **{name: _mean(values) for name, values in outcomes.items()},
        **figures,
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
        "exact_match": ~mistakes(judged.named, states)[(states != UNKNOWN).any(axis=1)].any(axis=1),
    }


def _label_figures(judged: Judged, states: States) -> dict[str, Doubles]:
    """mAP and F1 on the photos as they are, then on each resample of them: (1 + R,) each; empty
    where no label is known."""
    if not (states != UNKNOWN).any():
        return {"map": np.zeros(0), "micro_f1": np.zeros(0), "macro_f1": np.zeros(0)}
    weight = _draws(len(states))
    shown = (states == PRESENT).any(axis=0)
    hits = weight @ (judged.named & (states == PRESENT)).astype(np.float32)  # (1 + R, C)
    wrong = weight @ mistakes(judged.named, states).astype(np.float32)
    return {
        "map": _mean_precision(judged, states, shown.nonzero()[0], weight),
        "micro_f1": _f1(hits.sum(axis=1), wrong.sum(axis=1)),
        "macro_f1": _f1(hits, wrong)[:, shown].mean(axis=1) if shown.any() else np.zeros(0),
    }


def _mean_precision(
    judged: Judged, states: States, shown: NDArray[np.int64], weight: NDArray[np.int64]
) -> Doubles:
    """Mean average precision by weight (1 + R, N), over the classes of which a photo was drawn:
    (1 + R,); empty where none is `shown`."""
    if not len(shown):
        return np.zeros(0)
    total, classes = np.zeros(len(weight)), np.zeros(len(weight))
    for index in shown:
        known = states[:, index] != UNKNOWN
        truth, drawn = states[known, index] == PRESENT, weight[:, known]
        total += Ranking.of(truth, judged.scores[known, index], drawn).average_precision()
        classes += drawn[:, truth].any(axis=1)
    return np.asarray(total / np.maximum(classes, 1))


def _known_figures(judged: Judged, states: States) -> dict[str, Doubles]:
    """How well margins tell known photos from those of none, as `_label_figures`; empty where one
    of the two kinds is missing."""
    shows, none = (states == PRESENT).any(axis=1), (states == ABSENT).all(axis=1)
    if judged.margin is None or not (shows.any() and none.any()):
        return {"auroc": np.zeros(0), "fpr95": np.zeros(0)}
    rows = shows | none
    ranking = Ranking.of(shows[rows], judged.margin[rows], _draws(int(rows.sum())))
    return {"auroc": ranking.auroc(), "fpr95": ranking.false_positive_rate()}


def _draws(count: int) -> NDArray[np.int64]:
    """The photos as they are, then the resamples: how often each counts, (1 + R, count)."""
    return np.vstack([np.ones((1, count), dtype=np.int64), resamples(count)])


def _class_metrics(judged: Judged, states: States, index: int) -> ClassMetrics:
    known = states[:, index] != UNKNOWN
    truth, named = states[known, index] == PRESENT, judged.named[known, index]
    scores = judged.scores[known, index]
    ranking = Ranking.of(truth, scores)
    hits = int((truth & named).sum())
    return ClassMetrics(
        photos=int(truth.sum()),
        precision=hits / max(int(named.sum()), 1),
        recall=hits / max(int(truth.sum()), 1),
        f1=float(_f1(np.array(hits), (truth != named).sum())),
        ap=float(ranking.average_precision()[0]),
        ap_voc2007=float(ranking.voc2007()[0]),
        ap_voc2010=float(ranking.voc2010()[0]),
        ece=error(curve(scores, truth)),
    )


def _f1(hits: NDArray[Any], mistakes: NDArray[Any]) -> Doubles:
    """Elementwise, from counts."""
    return np.asarray(2 * hits / np.maximum(2 * hits + mistakes, 1), dtype=np.float64)


def _mean(values: NDArray[Any] | list[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
