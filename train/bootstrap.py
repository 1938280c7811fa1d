"""95 % percentile bootstrap intervals (Efron, 1979): photos are drawn again, with replacement.

Shapes: N photos, R resamples.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 0
"""The only lots that are drawn in an evaluation."""
RESAMPLES = 1000
ENDS = (0.025, 0.975)
"""Of a 95 % interval."""

Interval = tuple[float, float]


def bootstrap(values: NDArray[Any]) -> Interval:
    """The interval of a mean; values (N,) of a few kinds.

    To draw N of them with replacement is to draw how often each kind comes.
    """
    kinds, counts = np.unique(values, return_counts=True)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(len(values), counts / len(values), RESAMPLES)  # (R, kinds)
    return interval(drawn @ kinds / len(values))


def resamples(count: int) -> NDArray[np.int64]:
    """How often each of `count` photos is drawn in each resample: (R, count)."""
    drawn = np.random.default_rng(SEED).integers(0, max(count, 1), (RESAMPLES, count))
    cells = drawn + count * np.arange(RESAMPLES)[:, None]
    return np.bincount(cells.ravel(), minlength=RESAMPLES * count).reshape(RESAMPLES, count)


def interval(found: NDArray[np.float64]) -> Interval:
    """The interval of a figure that was found on R resamples."""
    low, high = np.quantile(found, ENDS)
    return round(float(low), 4), round(float(high), 4)
