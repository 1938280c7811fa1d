"""Photos -> what a model sees in them, off the event loop and in small batches.

Decoding runs in a few threads, the backbone in one: while it works on a batch, the next photos
gather, so a lone photo never waits and a crowd is served in batches.
"""

import asyncio
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Models
from model import image
from model.backbone import Backbone
from model.classifier import embed
from model.decision import Answer, Twin

MAX_BATCH = 8
"""Beyond it a batch is no faster a photo, only later for the first of it."""
DECODERS = max(2, (os.cpu_count() or 2))
"""Decoding threads. Each may hold one decoded photo of at most 50 MP: that bounds the memory."""


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


@dataclass(frozen=True, slots=True)
class _Decoded:
    sha256: str
    width: int
    height: int
    pixels: NDArray[np.uint8]  # (3, S, S)


@dataclass(frozen=True, slots=True)
class _Job:
    pixels: NDArray[np.uint8]
    embedding: asyncio.Future[NDArray[np.float32]]  # (D,)


class Classify:
    """The service's classifier: `see` one photo at a time, from as many tasks as you like."""

    def __init__(self, backbone: Backbone, models: Models) -> None:
        self._backbone = backbone
        self._models = models
        self._decoders = ThreadPoolExecutor(DECODERS, thread_name_prefix="decode")
        self._runner = ThreadPoolExecutor(1, thread_name_prefix="backbone")
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._batcher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Warm the backbone and begin."""
        size_px = self._backbone.size_px
        blank = np.zeros((1, 3, size_px, size_px), dtype=np.uint8)
        await asyncio.to_thread(self._backbone.embed, blank)
        self._batcher = asyncio.create_task(self._run_batches())

    async def stop(self) -> None:
        """Drop what is not begun and let the threads end."""
        if self._batcher is not None:
            self._batcher.cancel()
            await asyncio.gather(self._batcher, return_exceptions=True)
        self._decoders.shutdown(wait=True, cancel_futures=True)
        self._runner.shutdown(wait=True, cancel_futures=True)

    async def see(self, data: bytes, model: str) -> Seen:
        """What the version of `model` that answers now says of a photo.

        Raises `model.errors.BadPhoto`.
        """
        loop = asyncio.get_running_loop()
        decoded = await loop.run_in_executor(self._decoders, _decode, data, self._backbone.size_px)
        job = _Job(decoded.pixels, loop.create_future())
        self._jobs.put_nowait(job)
        embedding = (await job.embedding)[None]  # (D,) -> (1, D)
        classifier = self._models.classifier(model)
        return Seen(
            sha256=decoded.sha256,
            width=decoded.width,
            height=decoded.height,
            backbone=self._backbone.key,
            embedding=embedding.astype("<f2").tobytes(),
            model=classifier.model,
            version=classifier.version,
            answer=classifier.answers(embedding)[0],
            twin=classifier.twins(embedding)[0],
        )

    async def _run_batches(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            jobs = [await self._jobs.get()]
            while len(jobs) < MAX_BATCH and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            pixels = [job.pixels for job in jobs]
            try:
                embedding = await loop.run_in_executor(self._runner, embed, self._backbone, pixels)
            except Exception as error:  # whatever it was, it belongs to those who wait for it
                for job in jobs:
                    _settle(job, error)
                continue
            for job, row in zip(jobs, embedding, strict=True):
                _settle(job, row)


def _settle(job: _Job, outcome: NDArray[np.float32] | Exception) -> None:
    """Hand the outcome over, unless nobody waits any more."""
    if job.embedding.done():
        return
    if isinstance(outcome, Exception):
        job.embedding.set_exception(outcome)
    else:
        job.embedding.set_result(outcome)


def _decode(data: bytes, size_px: int) -> _Decoded:
    info = image.probe(data)
    return _Decoded(
        sha256=hashlib.sha256(data).hexdigest(),
        width=info.width,
        height=info.height,
        pixels=image.pixels(data, size_px),
    )
