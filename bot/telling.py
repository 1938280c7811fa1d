"""How well a class is told from the others already, by embeddings that are kept: "have I done
enough?" No training: a few tenths of a second, off the event loop.

A linear classifier of the class against all else, by ridge regression in which both sides weigh the
same, is asked about each photo as if it had not learned it: of kernel ridge regression with the
matrix A that is y - (A^-1 y) / diag(A^-1). What it is worth stands in docs/decisions/teaching.md.

Shapes: n examples, N other photos, D = 1280.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from bot.renames import Renames
from bot.replay import Vectors, of_backbone
from model.backbone import EMBEDDING
from model.familiarity import LIKE, direction
from model.head import ABSENT, PRESENT, Memory
from model.registry import Registry

Floats = NDArray[np.float32]

JOINS_FROM = 5
"""Photos from which a new class is learned at all: that of `train/examples.py`, as a test holds."""
GOALS = (10, 20, 30)
"""Examples that are wanted one after another: no more where `SURE` of them are told."""
SURE = 0.9
FEWEST = 3
"""Examples of which something can be said."""
MOST_OTHERS, MOST_EXAMPLES = 500, 100
"""Photos that are compared, every so many-th of what there is: more only take longer."""
L2 = 0.003
MIXED = 0.7
"""From which sum of two shares a class is named: examples taken for it, its photos for examples.

Where they are the same class it is 1.0 to 1.2, else .5 at most, from the first goal on."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Of `examples` that differ `told` are told right by what the others teach; `alike` more look
    the same as one of them. `mixed_up` is the class that it is mixed up with most, if any."""

    examples: int
    told: int
    mixed_up: str | None = None
    alike: int = 0

    @property
    def wanted(self) -> int | None:
        """How many more would do; None: more of the same will hardly help."""
        if self.examples >= GOALS[0] and self.told >= SURE * self.examples:
            return 0
        return next((goal - self.examples for goal in GOALS if goal > self.examples), None)


@dataclass(frozen=True, slots=True)
class Photos:
    """Embeddings (N, D), and the classes that each photo shows."""

    embedding: NDArray[np.float16]
    shows: Sequence[frozenset[str]]

    def some(self, most: int) -> "Photos":
        """At most so many, every so many-th."""
        step = ceil(len(self.shows) / most) or 1
        return Photos(self.embedding[::step], self.shows[::step])

    def that(self, wanted: NDArray[np.bool_]) -> "Photos":
        """Those that `wanted` (N,) marks."""
        shows = [each for each, kept in zip(self.shows, wanted, strict=True) if kept]
        return Photos(self.embedding[wanted], shows)

    def joined(self, more: "Photos") -> "Photos":
        """These, and then those."""
        return Photos(np.concatenate([self.embedding, more.embedding]), [*self.shows, *more.shows])


def telling(
    registry: Registry,
    model: str,
    version: str,
    name: str,
    said: Mapping[str, Mapping[str, str]],
    vectors: Sequence[Vectors],
    names: Renames,
) -> Telling:
    """How well the class `name` is told from what a version remembers and people said.

    `said` has what people say of photos (present or absent, by class, by SHA-256), `vectors` their
    embeddings in the same order; `names` the former names of classes. Raises `BadVersion`.
    """
    card = registry.card(model, version)
    memory = Memory.load(registry.path(model, version) / "memory.safetensors")
    spoken = _spoken(said, vectors, card.backbone.sha256[:16])
    known, same = _remembered(memory, tuple(map(names.now, card.classes)), name, said)
    shows = np.array([name in classes for classes in spoken.shows], dtype=np.bool_)
    others = known.joined(spoken.that(~shows)).some(MOST_OTHERS)
    examples = spoken.that(shows).some(MOST_EXAMPLES)
    return told_apart(examples, same.some(MOST_EXAMPLES), others)


def _spoken(
    said: Mapping[str, Mapping[str, str]], vectors: Sequence[Vectors], backbone: str
) -> Photos:
    """Photos that show a class, as people say."""
    found = [
        (vector, frozenset(name for name, state in labels.items() if state == "present"))
        for labels, each in zip(said.values(), vectors, strict=True)
        if (vector := of_backbone(each, backbone)) is not None and "present" in labels.values()
    ]
    embedding = np.frombuffer(b"".join(vector for vector, _ in found), "<f2")
    embedding = embedding.reshape(len(found), EMBEDDING)
    return Photos(embedding, [shows for _, shows in found])


def _remembered(
    memory: Memory, classes: tuple[str, ...], name: str, said: Mapping[str, object]
) -> tuple[Photos, Photos]:
    """Photos of a version's memory that don't show the class, and those that do; of `classes`, one
    a column, several may be `name`. Without those that people spoke of."""
    own = [index for index, each in enumerate(classes) if each == name]
    fresh = np.array([row.tobytes().hex() not in said for row in memory.photo_sha256])
    shows = [
        frozenset(each for each, state in zip(classes, row, strict=True) if state == PRESENT)
        for row in memory.state
    ]
    photos = Photos(memory.embedding, shows)
    present = (memory.state[:, own] == PRESENT).any(axis=1)
    absent = (memory.state[:, own] == ABSENT).all(axis=1)  # a class that is new: all are
    return photos.that(fresh & absent), photos.that(fresh & present)


def told_apart(examples: Photos, same: Photos, others: Photos) -> Telling:
    """How well examples are told from others, with more of the `same` class to learn from.

    Of examples that look the same one counts; others that look like one are left out.
    """
    unit = _unit(examples)
    alike = unit @ unit.T >= LIKE
    distinct = unit[~np.tril(alike, -1).any(axis=1)]
    others = others.that(np.asarray((_unit(others) @ unit.T < LIKE).all(axis=1)))
    theirs = _unit(others)
    count, same_looks = len(distinct), len(unit) - len(distinct)
    if count < FEWEST:
        return Telling(count, 0, alike=same_looks)
    if not len(theirs):  # nothing to be taken for
        return Telling(count, count, alike=same_looks)
    ours = np.concatenate([distinct, _unit(same)])
    votes = _left_out(ours, theirs)
    told, taken = votes[:count] > 0, votes[len(ours) :] > 0
    nearest = (distinct @ theirs.T).argmax(axis=1)
    wrong = [others.shows[int(index)] for index in nearest[~told]]
    mixed_up = _mixed_up(wrong, count, others.that(taken).shows, others.shows)
    clear = count >= GOALS[0]
    return Telling(count, int(told.sum()), mixed_up if clear else None, same_looks)


def _mixed_up(
    wrong: Sequence[frozenset[str]],
    examples: int,
    taken: Sequence[frozenset[str]],
    others: Sequence[frozenset[str]],
) -> str | None:
    """The class with which the new one is mixed up most, if it is with any.

    `wrong` has what the photos show that are most like the examples that are not told, `taken` what
    those show that are taken for examples, of all `others`.
    """
    sizes = _count(others)
    missed, lost = _count(wrong), _count(taken)
    share = {name: missed[name] / examples + lost[name] / sizes[name] for name in missed | lost}
    most = max(share, key=share.__getitem__, default=None)
    return most if most is not None and share[most] >= MIXED else None


def _count(photos: Sequence[frozenset[str]]) -> Counter[str]:
    return Counter(name for shows in photos for name in shows)


def _unit(photos: Photos) -> Floats:
    return direction(photos.embedding.astype(np.float32))


def _left_out(ours: Floats, theirs: Floats) -> Floats:
    """What a ridge regression that did not learn it says of each photo, (n + N,): above 0 it is one
    of ours."""
    rows = np.concatenate([ours, theirs])
    rows = rows - rows.mean(axis=0)
    side = np.repeat([1.0, -1.0], [len(ours), len(theirs)]).astype(np.float32)
    weight = np.repeat([0.5 / len(ours), 0.5 / len(theirs)], [len(ours), len(theirs)])
    kernel = rows @ rows.T
    kernel = kernel * (len(rows) / np.trace(kernel)) + np.float32(0.1)  # what is added: a bias
    inverse = np.linalg.inv(kernel + np.diag(L2 / weight).astype(np.float32))
    return np.asarray(side - (inverse @ side) / np.diag(inverse), dtype=np.float32)
