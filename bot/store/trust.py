"""How far each person's words agree with those of others, and how much they weigh for it.

A word is measured against what others say of the same class on the same photo, where that is clear:
an admin's word, or at least two people's, and twice the weight of those who differ. Who is right in
`GOOD` of their words, some given in advance, has full trust; who is not weighs as much as they are
right. Nobody is told. Trust enters the view `training_label` and what other chats are told. A word
that settles what all others say, in review, is the measure and is not measured.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, case, column, func, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Person

GOOD = 0.8
"""Share of agreeing words from which somebody has full trust: honest people differ, too."""
IN_ADVANCE = 8
"""Words that everybody is given as agreeing: who errs once or twice at the start loses nothing."""
CLEAR = 2.0
"""The least weight of the others' side (two people, or an admin), and its ratio to the other."""

_LABELS = table(
    "training_label",
    *(column(name) for name in ("photo_sha256", "model", "class_name", "state", "said_by")),
    *(column(name) for name in ("weight", "said_at")),
)
_PRESENT, _ABSENT = (
    func.sum(case((_LABELS.c.state == state, _LABELS.c.weight), else_=0.0))
    for state in ("present", "absent")
)
"""The weight of each side, within a group of rows on one class of one photo."""


@dataclass(slots=True)
class _Agreement:
    agrees: int = 0
    differs: int = 0

    @property
    def trust(self) -> float:
        """The weight, 0 to 1."""
        agrees = self.agrees + IN_ADVANCE
        share = agrees / (agrees + self.differs)
        return 1.0 if share >= GOOD else share


async def measure(session: AsyncSession) -> None:
    """Bring everybody's trust up to date with all words that count now."""
    said: dict[tuple[str, str, str], list[tuple[str, str, float]]] = defaultdict(list)
    for photo, model, name, state, who, weight, _ in await session.execute(select(_LABELS)):
        said[photo, model, name].append((who, state, weight))
    found: dict[str, _Agreement] = defaultdict(_Agreement)
    for words in said.values():
        for index, (who, state, weight) in enumerate(words):
            rest = words[:index] + words[index + 1 :]
            others = None if _settles(weight, rest) else _side(rest)
            if others is not None:
                found[who].agrees += state == others
                found[who].differs += state != others
    await session.execute(update(Person).values(trust=1.0))
    for who, agreement in found.items():
        if agreement.trust < 1:
            mistrusted = update(Person).where(Person.pseudonym == who)
            await session.execute(mistrusted.values(trust=agreement.trust))


def _side(words: list[tuple[str, str, float]]) -> str | None:
    """What people clearly say, present or absent; None where it is not clear."""
    weight = {"present": 0.0, "absent": 0.0}
    for _, state, each in words:
        weight[state] += each
    side, other = sorted(weight, key=weight.__getitem__, reverse=True)
    return side if weight[side] >= max(CLEAR, CLEAR * weight[other]) else None


def _settles(weight: float, others: list[tuple[str, str, float]]) -> bool:
    """Whether one word outweighs all others, whatever they say: only a word in review does."""
    return weight >= CLEAR * sum(each for _, _, each in others)


async def decided(session: AsyncSession, model: str, most: int) -> dict[str, dict[str, str]]:
    """What people clearly say of the `most` photos that were spoken of last: present or absent, by
    class, by photo. Contradictions are left out."""
    last = func.max(_LABELS.c.said_at)
    newest = (
        select(_LABELS.c.photo_sha256)
        .where(_LABELS.c.model == model)
        .group_by(_LABELS.c.photo_sha256)
        .order_by(last.desc())
        .limit(most)
    )
    rows = await session.execute(
        select(_LABELS.c.photo_sha256, _LABELS.c.class_name, _PRESENT, _ABSENT)
        .where(_LABELS.c.model == model, _LABELS.c.photo_sha256.in_(newest))
        .group_by(_LABELS.c.photo_sha256, _LABELS.c.class_name)
        .having(or_(_PRESENT >= CLEAR * _ABSENT, _ABSENT >= CLEAR * _PRESENT))
        .order_by(_LABELS.c.photo_sha256, _LABELS.c.class_name)
    )
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for photo, name, present, absent in rows:
        said[photo][name] = "present" if present > absent else "absent"
    return dict(said)


async def contradictions(session: AsyncSession, model: str) -> list[tuple[str, str]]:
    """(photo, class) pairs, sorted, that wait for somebody to decide: neither those who call the
    class present nor those who call it absent have twice the others' weight. They train nothing."""
    rows = await session.execute(
        select(_LABELS.c.photo_sha256, _LABELS.c.class_name)
        .where(_LABELS.c.model == model)
        .group_by(_LABELS.c.photo_sha256, _LABELS.c.class_name)
        .having(_PRESENT < CLEAR * _ABSENT, _ABSENT < CLEAR * _PRESENT)
        .order_by(_LABELS.c.photo_sha256, _LABELS.c.class_name)
    )
    return [(row.photo_sha256, row.class_name) for row in rows]


@dataclass(frozen=True, slots=True)
class Open:
    """A class of a photo of which nobody who clearly counts has spoken.

    `state`: present, absent, or `differ`. `weight` is that of all who spoke, the last at `said_at`.
    """

    photo_sha256: str
    class_name: str
    state: str
    weight: float
    said_at: str


async def open_words(session: AsyncSession, model: str, most: int) -> list[Open]:
    """`contradictions`, then what only one person says who is no admin: the newest `most`."""
    differ = and_(_PRESENT < CLEAR * _ABSENT, _ABSENT < CLEAR * _PRESENT)
    state = case((differ, "differ"), (_PRESENT > _ABSENT, "present"), else_="absent")
    last = func.max(_LABELS.c.said_at)
    rows = await session.execute(
        select(_LABELS.c.photo_sha256, _LABELS.c.class_name, state, _PRESENT + _ABSENT, last)
        .where(_LABELS.c.model == model)
        .group_by(_LABELS.c.photo_sha256, _LABELS.c.class_name)
        .having(or_(differ, and_(_PRESENT < CLEAR, _ABSENT < CLEAR)))
        .order_by(case((differ, 0), else_=1), last.desc(), _LABELS.c.class_name)
        .limit(most)
    )
    return [Open(*row) for row in rows]


async def to_outweigh(session: AsyncSession, photo_sha256: str, model: str) -> float:
    """Twice the weight of all that was said of any one class of a photo."""
    spoken = (_LABELS.c.photo_sha256 == photo_sha256) & (_LABELS.c.model == model)
    by_class = select(func.sum(_LABELS.c.weight)).where(spoken).group_by(_LABELS.c.class_name)
    return CLEAR * max(await session.scalars(by_class), default=0.0)
