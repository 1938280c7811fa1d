"""Why an answer: which part of a kept photo spoke for a class, and which photos are most alike.

Reads and draws in a thread. By the version that answers now, whose backbone is loaded.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.classify import Drawn
from bot.models import Models
from bot.photos import PhotoFiles
from bot.store.answers import KeptPhoto
from model import explain, image
from model.errors import BadPhoto
from model.explain import Why
from model.familiarity import direction
from model.version import Version

GONE = "I don't have this photo any more, so I can't look at it again. Please send it again."


@dataclass(frozen=True, slots=True)
class Explained:
    """The parts of a class's logit, and the photo with them drawn on it (None: no room for it)."""

    why: Why
    drawn: Drawn | None


class Explaining:
    """Looks at kept photos again."""

    def __init__(self, home: Path, models: Models, photos: PhotoFiles) -> None:
        self._home = home
        self._models = models
        self._photos = photos

    async def explain(
        self, model: str, class_name: str, sha256: str, path: str | None
    ) -> Explained:
        """Explain what the version of `model` that answers now sees of a class that it knows.

        `path` is where the photo `sha256` is kept, below the home. Raises `BadPhoto` if it is gone.
        """
        if path is None:
            raise BadPhoto(GONE)
        version = self._models.answering(model)
        why, jpeg, size = await asyncio.to_thread(_look, self._home / path, version, class_name)
        kept = await self._photos.keep_drawn(sha256, jpeg)
        return Explained(why, Drawn(kept, *size) if kept else None)


def _look(file: Path, version: Version, class_name: str) -> tuple[Why, bytes, tuple[int, int]]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadPhoto(GONE) from error
    pixels = image.pixels(data, version.backbone.size_px)
    feature_map = version.backbone.feature_map(pixels[None])[0]  # (D, H, W)
    why = explain.why(version.classifier, feature_map, class_name)
    return why, *explain.drawn(data, why.places)


@dataclass(frozen=True, slots=True)
class Alike:
    """A kept photo, and the cosine of its embedding to that of the one asked about."""

    photo: KeptPhoto
    cosine: float


def most_alike(vector: bytes, kept: Sequence[KeptPhoto], count: int) -> list[Alike]:
    """The `count` photos whose embeddings are most alike to `vector`, the most alike first."""
    if not kept:
        return []
    rows = np.stack([np.frombuffer(each, "<f2") for each in (vector, *(k.vector for k in kept))])
    unit = direction(rows.astype(np.float32))
    cosine = unit[1:] @ unit[0]
    order = np.argsort(-cosine, kind="stable")[:count]
    return [Alike(kept[index], float(cosine[index])) for index in order]
