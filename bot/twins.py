"""Photos that look the same as one that people spoke of: its near twins, by embedding.

For each model the directions of the newest photos that people spoke of are kept in memory, beside
the newest statement that was read: an answer costs one look for newer ones and one product of a
matrix. Which words count, and for whom, is not decided here (`conversation/told.py`): words that
were withdrawn may leave a photo here, of which nothing is then said.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from bot.classify import Seen
from bot.store import statements
from bot.store.statements import Spoken
from model.backbone import EMBEDDING
from model.familiarity import LIKE, direction

MOST = 5000
"""Photos kept for each model, the newest spoken of: 26 MB, compared in a few milliseconds."""
TWINS = 5
"""The most of a photo's twins whose words are looked at."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Told:
    """Photos of one model on one backbone that people spoke of, as of the statement `newest`."""

    backbone: str
    newest: Spoken | None = None
    photos: tuple[str, ...] = ()
    directions: Floats = field(default_factory=lambda: np.zeros((0, EMBEDDING), np.float32))

    def joined(self, spoken: list[Spoken]) -> Self:
        """These photos and those of newer statements, oldest first."""
        if not spoken:
            return self
        vectors = {each.photo_sha256: each.vector for each in spoken}
        new = [photo for photo in vectors if photo not in set(self.photos)]
        rows = [self.directions, *(_direction(vectors[photo]) for photo in new)]
        directions = np.concatenate(rows)[-MOST:]
        return type(self)(self.backbone, spoken[-1], (*self.photos, *new)[-MOST:], directions)

    def like(self, vector: bytes) -> list[str]:
        """The photos that look the same, most alike first."""
        cosine = self.directions @ _direction(vector)[0]  # (N,)
        alike = np.flatnonzero(cosine >= LIKE)
        return [self.photos[index] for index in alike[np.argsort(-cosine[alike], kind="stable")]]


class Twins:
    """The near twins of photos, among those that people spoke of."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    async def of(self, session: AsyncSession, seen: Seen) -> list[str]:
        """SHA-256 of photos that look the same, most alike first, never of the photo itself."""
        told = await self._refreshed(session, seen.model, seen.backbone)
        self._told[seen.model] = told
        return [photo for photo in told.like(seen.embedding) if photo != seen.sha256][:TWINS]

    async def _refreshed(self, session: AsyncSession, model: str, backbone: str) -> _Told:
        """What is kept, with what was said since; read anew if its newest statement is gone."""
        told = self._told.get(model, _Told(backbone))
        if told.backbone == backbone and told.newest is not None:
            since = told.newest.statement_id
            spoken = await statements.spoken_of(session, model, backbone, since, MOST)
            if spoken[:1] == [told.newest]:
                return told.joined(spoken[1:])
        return _Told(backbone).joined(await statements.spoken_of(session, model, backbone, 0, MOST))


def _direction(vector: bytes) -> Floats:
    """A stored embedding as a unit vector, (1, D)."""
    return direction(np.frombuffer(vector, dtype="<f2").astype(np.float32)[None])
