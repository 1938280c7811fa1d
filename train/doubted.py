"""Whose words the other photos contradict: people by pseudonym. Pure.

A word is doubted where it is a likely wrong label (`train/suspects.py`): heads that did not learn
from the photo, but from the base and everybody else's words, are sure that it shows something else.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from train.suspects import Suspect

SaidBy = Mapping[str, Sequence[str]]
"""Class name -> the pseudonyms of those whose word on it counts, of one photo."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A person who spoke of `said` photos, in `doubted` of which the other photos contradict."""

    said_by: str
    said: int
    doubted: int

    def to_json(self) -> dict[str, Any]:
        """An entry of the `done` event."""
        return asdict(self)

    def told(self) -> str:
        """The same as a sentence."""
        return (
            f"{self.said_by} spoke of {self.said} photos; of {self.doubted} of them the other "
            "photos say otherwise."
        )


def doubted(
    said_by: Sequence[SaidBy],
    photo_sha256: NDArray[np.uint8],
    suspects: Sequence[Suspect],
    remembered: NDArray[np.uint8],
    classes: Sequence[str],
) -> tuple[Doubted, ...]:
    """Everybody with a doubted word, the most doubted first.

    `said_by` and `photo_sha256` (n, 32) are of the photos that people spoke of; `suspects` are rows
    of the memory, whose photos are `remembered` (M, 32).
    """
    wrong = {(remembered[each.row].tobytes(), classes[each.column]) for each in suspects}
    said: Counter[str] = Counter()
    doubts: Counter[str] = Counter()
    for words, sha256 in zip(said_by, photo_sha256, strict=True):
        said.update({person for people in words.values() for person in people})
        doubts.update(
            {
                person
                for name, people in words.items()
                if (sha256.tobytes(), name) in wrong
                for person in people
            }
        )
    found = [Doubted(person, said[person], count) for person, count in doubts.items()]
    return tuple(sorted(found, key=lambda each: (-each.doubted, each.said, each.said_by)))
