"""Photos -> what a model sees in them, off the event loop.

A thread a core takes a photo through all steps. The backbone is fastest one photo at a time, so
there are no batches: a lone photo has every core, and of a crowd each core has its own photo.
"""

import asyncio
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bot.models import Models
from model import image
from model.backbone import Backbone
from model.classifier import Classifier, embed
from model.decision import Answer, Twin

THREADS = max(2, os.cpu_count() or 1)
"""Each may hold one decoded photo of at most 50 MP: that bounds the memory. On a single core the
second one keeps a photo that takes seconds to decode from holding up all others."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo that was classified.

    `sha256` is of the bytes received; `width` and `height` are upright, in px; `backbone` is the
    key of the backbone; `embedding` is little-endian float16, 1280 values.
    """

    sha256: str
    width: int
    height: int
    backbone: str
    embedding: bytes
    model: str
    version: str
    answer: Answer
    twin: Twin


class Classify:
    """The service's classifier: `see` one photo at a time, from as many tasks as you like."""

    def __init__(self, backbone: Backbone, models: Models) -> None:
        self._backbone = backbone
        self._models = models
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="classify")

    async def start(self) -> None:
        """Warm the backbone: its first photo takes several times as long."""
        size_px = self._backbone.size_px
        blank = np.zeros((1, 3, size_px, size_px), dtype=np.uint8)
        await asyncio.to_thread(self._backbone.embed, blank)

    async def stop(self) -> None:
        """Drop what is not begun and let the threads end."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    async def see(self, data: bytes, model: str) -> Seen:
        """What the version of `model` that answers now says of a photo.

        Raises `model.errors.BadPhoto`, and `BadVersion` if there is no such model.
        """
        classifier = self._models.classifier(model)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _see, data, self._backbone, classifier)


def _see(data: bytes, backbone: Backbone, classifier: Classifier) -> Seen:
    info, pixels = image.read(data, backbone.size_px)
    embedding = embed(backbone, [pixels])  # (1, D)
    return Seen(
        sha256=hashlib.sha256(data).hexdigest(),
        width=info.width,
        height=info.height,
        backbone=backbone.key,
        embedding=embedding.astype("<f2").tobytes(),
        model=classifier.model,
        version=classifier.version,
        answer=classifier.answers(embedding)[0],
        twin=classifier.twins(embedding)[0],
    )
