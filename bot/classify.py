"""Photos -> what a model sees in them, off the event loop.

A thread a core takes a photo through all steps. The backbone is fastest one photo at a time, so
there are no batches: a lone photo has every core, and of a crowd each core has its own photo.
"""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Models
from model import image
from model.classifier import embed
from model.decision import Answer, Twin
from model.drawing import marked
from model.point import Point, look
from model.version import Version

THREADS = max(2, os.cpu_count() or 1)
"""On a single core the second one keeps a photo that takes seconds to decode from holding up all
others. What they hold in memory is bounded by `model/image.py`."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another model, and the classes that it names for certain: at least one."""

    model: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A kept photo with the point drawn on it: `path` is relative to the home."""

    path: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo that was classified.

    `sha256` is of the bytes received; `width` and `height` are upright, in px; `backbone` is the
    key of the backbone; `embedding` is little-endian float16, 1280 values. A model that finds a
    point has no `twin`, but what is `drawn`, unless there was no room for it. `elsewhere` is what
    others on the same backbone name where this one names none. Of what `moves` the first frame was
    seen.
    """

    sha256: str
    width: int
    height: int
    backbone: str
    embedding: bytes
    model: str
    version: str
    answer: Answer | Point
    twin: Twin | None
    drawn: Drawn | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    moves: bool = False


class Classify:
    """The service's classifier: `see` one photo at a time, from as many tasks as you like."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="classify")

    async def stop(self) -> None:
        """Drop what is not begun and let the threads end."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    async def see(self, data: bytes, model: str) -> Seen:
        """What the version of `model` that answers now says of a photo.

        Raises `model.errors.BadPhoto`, and `BadVersion` if there is no such model.
        """
        version = self._models.answering(model)
        loop = asyncio.get_running_loop()
        others = self._models.beside(model)
        return await loop.run_in_executor(self._threads, _see, data, version, others)

    async def draw(self, data: bytes, point: Point) -> tuple[bytes, tuple[int, int]]:
        """A JPEG of a photo with this point marked, and its size in px. Raises `BadPhoto`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, marked, data, point)


def _see(data: bytes, version: Version, others: Sequence[Version]) -> Seen:
    answer: Answer | Point
    if version.finds_point:
        found = look(data, version.backbone, version.point_head)
        info, embedding, answer, twin = found.info, found.embedding[None], found.point, None
    else:
        info, pixels = image.read(data, version.backbone.size_px)
        embedding = embed(version.backbone, [pixels])  # (1, D)
        answer = version.classifier.answers(embedding)[0]
        twin = version.classifier.twins(embedding)[0]
    return Seen(
        sha256=hashlib.sha256(data).hexdigest(),
        width=info.width,
        height=info.height,
        backbone=version.backbone.key,
        embedding=embedding.astype("<f2").tobytes(),
        model=version.card.model,
        version=version.card.version,
        answer=answer,
        twin=twin,
        elsewhere=_elsewhere(embedding, others) if _is_none(answer) else (),
        moves=info.moves,
    )


def _is_none(answer: Answer | Point) -> bool:
    return isinstance(answer, Answer) and answer.none


def _elsewhere(embedding: NDArray[np.float32], others: Sequence[Version]) -> tuple[Elsewhere, ...]:
    """What other models say for certain: from the same embedding (1, D), so next to nothing."""
    answers = ((other.card.model, other.classifier.answers(embedding)[0]) for other in others)
    return tuple(Elsewhere(model, answer.labels) for model, answer in answers if answer.labels)
