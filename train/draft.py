"""A version that isn't in the registry yet: what it is, and what there is to tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.classifier import Classifier
from model.head import Memory
from train.challenge import Trial
from train.doubted import Doubted
from train.evaluate import Judged, Metrics
from train.suspects import Suspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that `train/version.py` writes into a version's folder.

    `said` is the version's word on the photos of `memory` that it never learned, of which `metrics`
    are. `suspects` are rows of `memory`; `files` the photos that can be shown, by SHA-256. Where it
    challenged a champion: `trial`, `why` in words, and the people whose words are `doubted`.
    """

    model: str
    classifier: Classifier
    memory: Memory
    said: Judged
    metrics: Metrics
    suspects: list[Suspect]
    files: Mapping[bytes, Path]
    alpha: float
    missed: float
    command: str
    provenance: dict[str, Any]
    trial: Trial | None = None
    why: str = ""
    doubted: tuple[Doubted, ...] = ()
