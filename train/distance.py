"""How far found points lie from the true ones, in px and in % of the photo's diagonal.

Pure: arrays in, figures out. N photos; a point is (x, y) in px of its photo.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from train.bootstrap import Interval, interval, resamples

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PointMetrics:
    """Distances over `photos` photos, and for comparison those of always saying the middle.

    `interval` has the 95 % bootstrap interval of a figure, by its name.
    """

    photos: int
    mean_px: float
    median_px: float
    mean_percent: float
    median_percent: float
    middle_mean_px: float
    middle_mean_percent: float
    interval: dict[str, Interval]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)

    def told(self) -> str:
        """In words, a line a figure."""
        low, high = self.interval["mean_percent"]
        return (
            f"{self.photos} photos: how far the point is from the true one\n"
            f"  mean    {self.mean_px:6.1f} px, {self.mean_percent:.2f} % of the diagonal "
            f"[{low:.2f}, {high:.2f}]\n"
            f"  median  {self.median_px:6.1f} px, {self.median_percent:.2f} %\n"
            f"  always the middle: {self.middle_mean_px:.1f} px, {self.middle_mean_percent:.2f} %"
        )


def distances(found: Doubles, truth: Doubles, size: Doubles) -> PointMetrics:
    """Points found and true, (N, 2) each, in photos of `size` (N, 2), all in px; N > 0."""
    px = np.linalg.norm(found - truth, axis=1)
    middle_px = np.linalg.norm(size / 2 - truth, axis=1)
    diagonal = np.linalg.norm(size, axis=1)
    percent = 100 * px / diagonal
    drawn = resamples(len(px))  # (R, N)
    return PointMetrics(
        photos=len(px),
        mean_px=_rounded(px.mean()),
        median_px=_rounded(np.median(px)),
        mean_percent=_rounded(percent.mean()),
        median_percent=_rounded(np.median(percent)),
        middle_mean_px=_rounded(middle_px.mean()),
        middle_mean_percent=_rounded((100 * middle_px / diagonal).mean()),
        interval={
            "mean_px": interval(drawn @ px / len(px)),
            "mean_percent": interval(drawn @ percent / len(px)),
        },
    )


def _rounded(value: np.floating[Any]) -> float:
    return round(float(value), 4)
