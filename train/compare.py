"""Champion and challenger: the gate that a new version must pass. Pure: arrays in, verdict out."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from train.bootstrap import bootstrap

Bools = NDArray[np.bool_]

MAX_LOSS = 0.01
"""Share of the model's own test photos that a challenger may lose against the champion.

The loss observed, not the end of its interval: with some 250 test photos a 95 % bound forbids to
lose a single one, and 4 of 6 good new classes were refused for that (docs/experiments.md)."""
FEW_JURORS = 20
"""With fewer jury photos cross-validation over all feedback takes the jury's place."""
CHANCE = 0.05
"""How likely a version that is no better may look so much better, or worse, by chance alone."""
FEWEST = 5
"""Of fewer photos even all won could be chance: 1/2 ** 4 is more than `CHANCE`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger answers from now on, and why, in words for the admin."""

    promoted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Which of the same N photos champion and challenger answer exactly right, (N,) each."""

    champion: Bools
    challenger: Bools

    def __getitem__(self, photos: slice) -> "Pair":
        return Pair(self.champion[photos], self.challenger[photos])

    @property
    def difference(self) -> NDArray[np.float64]:
        """1 a photo won, -1 a photo lost, (N,)."""
        return self.challenger.astype(np.float64) - self.champion

    def of(self, photos: str) -> str:
        """The counts in words."""
        right, all_, before = self.challenger.sum(), len(self.challenger), self.champion.sum()
        return f"{right} of {all_} {photos} answered exactly right, {before} before"


def judge(words: Pair, test: Pair, *, cross_validated: bool) -> Verdict:
    """The verdict, from photos with people's words and the model's own test photos.

    Promoted when more of the former are right than before, and at most `MAX_LOSS` of the latter
    are lost.
    """
    if not len(words.champion):
        return Verdict(False, "there is no new photo with people's words to judge it by")
    how = f" (cross-validated: fewer than {FEW_JURORS} are kept aside)" if cross_validated else ""
    said = f"{words.of('photos that people spoke of')}{how}{_too_few(words)}"
    if words.difference.sum() <= 0:
        return Verdict(False, f"it is no better, {said}")
    if not len(test.champion):
        return Verdict(True, said)
    own = f"{test.of('of its own test photos')}{_interval(test)}"
    if test.difference.mean() < -MAX_LOSS:
        return Verdict(False, f"it forgets what it knew, {own}; {said}")
    return Verdict(True, f"{said}; {own}")


def _too_few(words: Pair) -> str:
    """A warning where the photos won and lost could be chance as well (sign test, one side)."""
    won, lost = int((words.difference > 0).sum()), int((words.difference < 0).sum())
    differ, most = won + lost, max(won, lost)
    chance = sum(comb(differ, count) for count in range(most, differ + 1)) / 2**differ
    is_chance = differ > 0 and chance >= CHANCE
    return ", too few to tell for sure" if is_chance or len(words.champion) < FEWEST else ""


def _interval(test: Pair) -> str:
    """The 95 % interval of the difference (paired bootstrap), where there is one to speak of."""
    if not test.difference.any():
        return ""
    low, high = bootstrap(test.difference)
    return f" (difference {test.difference.mean():+.1%}, 95 % interval {low:+.1%} to {high:+.1%})"
