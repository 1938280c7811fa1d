"""From a photo's name on its platform to what the model sees in it, and what is kept of it.

Nothing is written to the database here, so it can be done again, and for many photos at once.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.channels.base import Channel
from bot.classify import Drawn, Seen
from bot.conversation.messages import Incoming
from bot.errors import TryAgain
from bot.photos import Kept, PhotoFiles
from model.errors import BadPhoto
from model.point import Point

PHOTOS_AT_ONCE = 16
"""Photos held in memory: two of the model's batches, so that one is decoded while the other runs.
At the default limit of 20 MiB a photo they take 320 MiB at the very worst."""
FETCH_S = 60.0
"""How long a platform may take to hand over a photo."""


class Sees(Protocol):
    """The part of `bot.classify.Classify` that is needed here."""

    async def see(self, data: bytes, model: str) -> Seen:
        """What `model` sees in a photo. Raises `BadPhoto`."""

    async def draw(self, data: bytes, point: Point) -> tuple[bytes, tuple[int, int]]:
        """A JPEG of a photo with this point marked, and its size in px. Raises `BadPhoto`."""


@dataclass(frozen=True, slots=True)
class Look:
    """A photo that was seen. `path` is what it is kept as, below the home; None: it is not."""

    seen: Seen
    path: str | None
    size_bytes: int
    fetch_ms: float
    see_ms: float


class Looking:
    """Fetches, classifies and keeps photos, `PHOTOS_AT_ONCE`."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        photos: PhotoFiles,
        classify: Sees,
        max_photo_bytes: int,
    ) -> None:
        self._channels = channels
        self._photos = photos
        self._classify = classify
        self._max_photo_bytes = max_photo_bytes
        self._places = asyncio.Semaphore(PHOTOS_AT_ONCE)

    async def look(self, incoming: Incoming, model: str) -> Look:
        """Look at the photo of an update with `model`.

        Raises `BadPhoto` if there is none to be seen, `TryAgain` if the platform did not hand it
        over.
        """
        async with self._places:
            started = time.perf_counter()
            data = await self._fetch(incoming)
            fetched = time.perf_counter()
            seen, kept = await self._see_and_keep(data, model)
            return Look(
                seen=replace(seen, drawn=await self._draw(data, seen)) if kept.path else seen,
                path=kept.path,
                size_bytes=len(data),
                fetch_ms=(fetched - started) * 1e3,
                see_ms=(time.perf_counter() - fetched) * 1e3,
            )

    async def _see_and_keep(self, data: bytes, model: str) -> tuple[Seen, Kept]:
        """Both at once: while the model works there is time to write the file."""
        seen, kept = await asyncio.gather(
            self._classify.see(data, model), self._photos.keep(data), return_exceptions=True
        )
        if isinstance(seen, BadPhoto) and isinstance(kept, Kept):
            await self._photos.discard(kept)
        if isinstance(seen, BaseException):
            raise seen
        if isinstance(kept, BaseException):
            raise kept
        return seen, kept

    async def _draw(self, data: bytes, seen: Seen) -> Drawn | None:
        """The photo with its point, where the model found one and there is room to keep it."""
        if not isinstance(seen.answer, Point):
            return None
        try:
            jpeg, (width_px, height_px) = await self._classify.draw(data, seen.answer)
        except BadPhoto:  # too large for the memory there is now; small enough for the model it was
            return None
        path = await self._photos.keep_drawn(seen.sha256, jpeg)
        return Drawn(path, width_px, height_px) if path else None

    async def _fetch(self, incoming: Incoming) -> bytes:
        if incoming.photo is None:
            raise BadPhoto("There is no photo in this message. Please send it again.")
        try:
            async with asyncio.timeout(FETCH_S):
                return await self._channels[incoming.channel].fetch(
                    incoming.photo, self._max_photo_bytes
                )
        except TimeoutError:
            raise TryAgain(f"no photo from {incoming.channel} within {FETCH_S:.0f} s") from None
