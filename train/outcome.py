"""How a retraining ended: the fields of the `done` event, and the words beside its figures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.classes import shown
from train.data.feedback import Contradiction
from train.doubted import Doubted
from train.evaluate import Metrics
from train.examples import JOINS_FROM

MAX_PROBLEMS = 20
"""Problems told; of more the number. An event is one line, and who reads it has a limit."""
MAX_WAITING = 5
"""Classes with too few photos that are named in the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The new version and where its report lies, as a page and as a picture.

    `why` is the gate's verdict in words; `doubted` are the people whose words the other photos
    contradict; `problems` are sentences.
    """

    model: str
    version: str
    promoted: bool
    why: str
    metrics: Metrics
    report: Path
    picture: Path
    doubted: tuple[Doubted, ...]
    problems: list[str]

    def to_json(self) -> dict[str, Any]:
        """The fields of the `done` event."""
        return {
            "model": self.model,
            "version": self.version,
            "promoted": self.promoted,
            "why": self.why,
            "metrics": self.metrics.to_json(),
            "report": str(self.report),
            "picture": str(self.picture),
            "doubted": [each.to_json() for each in self.doubted[:MAX_PROBLEMS]],
            "problems": self.problems,
        }


def waiting(photos_by_class: dict[str, int]) -> list[str]:
    """A sentence on classes with too few photos, if there are any."""
    most = sorted(photos_by_class.items(), key=lambda item: -item[1])[:MAX_WAITING]
    counts = ", ".join(f"{shown(name)} {count}" for name, count in most)
    return [f"a new class joins from {JOINS_FROM} photos on, so far {counts}"] if counts else []


def problems(unread: list[str], contradictions: list[Contradiction]) -> list[str]:
    """Sentences on photos that can't be read and on those that people differ on."""
    found = unread + [
        f"people differ on {shown(each.class_name)} in photo {each.photo_sha256[:12]}, left out: "
        f"{len(each.said_present)} see it, {len(each.said_absent)} don't"
        for each in contradictions
    ]
    more = len(found) - MAX_PROBLEMS
    return [*found[:MAX_PROBLEMS], *([f"and {more} more problems"] if more > 0 else [])]
