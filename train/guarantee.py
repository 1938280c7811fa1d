"""None, with a guarantee: of photos that show a class, at most a given share is answered none.

Conformal risk control (Angelopoulos et al., 2022, https://arxiv.org/abs/2208.02814) with the loss
"a photo of a class was answered none", which only falls as the lines for asking are lowered: they
are lowered until (losses + 1) / (n + 1) on n calibration photos is at most `missed`. For a loss of
0 or 1 that is split conformal prediction: the line is an order statistic of the margins
(`train/margin.py`). It holds for photos drawn like the calibration photos, on the average over
such draws, if heads and gates were not learned from these: docs/decisions/guarantee.md.
"""

import numpy as np
from numpy.typing import NDArray

from model.card import Guarantee
from model.head import PRESENT, Memory
from train.evaluate import Metrics

Floats = NDArray[np.float32]

MISSED = 0.05
"""The largest share of photos of a class that may be answered none."""
LEAST_STEPS = 0.1
"""Even where the lines for naming would do, those for asking lie a little below."""
ROUNDING = 1e-3
"""Steps added, so that the photo on the line does not fall below it by a last bit."""


def steps(margins: Floats, missed: float) -> float | None:
    """How many steps below the lines for naming to ask, by the margins (n,) of known photos.

    None where n is too small for a guarantee (fewer than 19 photos for 5 %).
    """
    rank = _rank(len(margins), missed)
    if rank < 1:
        return None
    line = float(np.sort(margins)[rank - 1])  # at most rank - 1 photos lie below it
    return max(ROUNDING - line, LEAST_STEPS)


def _rank(photos: int, missed: float) -> int:
    """The place of the line among the margins, from 1, lowest first; 0: there are too few."""
    return int(round(missed * (photos + 1), 6))  # rounded: .05 * 20 is .99999…


def stated(memory: Memory, metrics: Metrics, missed: float) -> Guarantee | None:
    """The guarantee of a version for its card, with what was seen on its held-out photos."""
    shows = (memory.state == PRESENT).any(axis=1)
    photos = int((shows & memory.calibrates).sum())
    if _rank(photos, missed) < 1:
        return None
    return Guarantee(
        sentence=_sentence(missed, photos, metrics),
        alpha=missed,
        calibration_photos=photos,
        false_none=_rounded(metrics.false_none),
        known_photos=metrics.known_photos,
        false_alarm=_rounded(false_alarm(metrics)),
        none_photos=metrics.none_photos,
    )


def false_alarm(metrics: Metrics) -> float | None:
    """The share of photos of none of the classes in which one is named or asked about."""
    return None if metrics.none_recall is None else 1 - metrics.none_recall


def _sentence(missed: float, photos: int, metrics: Metrics) -> str:
    told = (
        f"Of photos that do show one of my classes, at most {missed:.1%} are answered none "
        f"(conformal risk control on {photos} photos that I did not learn from; for photos like "
        "those, on average)."
    )
    if metrics.false_none is not None:
        told += f" Seen on {metrics.known_photos} held-out photos: {metrics.false_none:.1%}."
    alarm = false_alarm(metrics)
    if alarm is None:
        return (
            told + " No held-out photo shows none of my classes, so false alarms were not counted."
        )
    return told + f" Of {metrics.none_photos} photos of none of my classes {alarm:.1%} were not."


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
