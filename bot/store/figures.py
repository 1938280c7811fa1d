"""The figures of the admin page, each one query. They change nothing, and decide nothing.

Days are of UTC, `2026-11-25`. `since` is a time in the form of `bot.store.clock.now`.
"""

from dataclasses import dataclass

from sqlalchemy import case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import trust
from bot.store.tables import Answer, Inbox, Outbox, Person, Statement, TrainingRun

_NONE = ("unfamiliar", "below threshold")
"""`reason` of answers that named nothing and asked nothing."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What is still to be done: updates to be answered, replies to be sent."""

    to_answer: int
    to_send: int


@dataclass(frozen=True, slots=True)
class Run:
    """A training. `words` and `progress` (0 to 1, None at the end) are what its message shows."""

    id: int
    model: str
    status: str
    version: str | None
    why: str | None
    created_at: str
    ended_at: str | None
    words: str | None
    progress: float | None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a day, and how many of them were none of the classes."""

    day: str
    count: int
    none: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What people said on a day and did not take back: that it is right, or something else."""

    day: str
    right: int
    corrections: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """On so many photos the model named `said` (None: nothing), where people see `truth`.

    `truth` is None where they only say that `said` is not in the photo.
    """

    model: str
    said: str | None
    truth: str | None
    photos: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A person, how often they spoke of photos, and when something of theirs came last."""

    person: Person
    words: int
    last_at: str


async def queue(session: AsyncSession) -> Queue:
    """How long the two queues are."""
    to_answer = select(func.count()).where(Inbox.done_at.is_(None))
    to_send = select(func.count()).where(Outbox.sent_at.is_(None), Outbox.error.is_(None))
    row = await session.execute(select(to_answer.scalar_subquery(), to_send.scalar_subquery()))
    return Queue(*row.one())


async def runs(session: AsyncSession, limit: int) -> list[Run]:
    """The newest trainings, those that were only asked about left out."""
    newest = (
        select(
            TrainingRun.id,
            TrainingRun.model,
            TrainingRun.status,
            TrainingRun.version,
            TrainingRun.why,
            TrainingRun.created_at,
            TrainingRun.ended_at,
            Outbox.payload["text"].as_string(),
            Outbox.payload["progress"].as_float(),
        )
        .outerjoin(Outbox, Outbox.id == TrainingRun.outbox_id)
        .where(TrainingRun.status != "asked")
        .order_by(TrainingRun.id.desc())
    )
    return [Run(*row) for row in await session.execute(newest.limit(limit))]


async def answers_by_day(session: AsyncSession, since: str) -> list[Answers]:
    """Photos answered, by day; those of a model that finds a point are left out."""
    day, reason = func.substr(Answer.created_at, 1, 10), Answer.payload["reason"].as_string()
    by_day = (
        select(day, func.count(), func.sum(case((reason.in_(_NONE), 1), else_=0)))
        .where(Answer.created_at >= since, reason.is_not(None))
        .group_by(day)
        .order_by(day)
    )
    return [Answers(*row) for row in await session.execute(by_day)]


async def feedback_by_day(session: AsyncSession, since: str) -> list[Feedback]:
    """Statements on photos, by day, those of people who are blocked left out."""
    day, right = (
        func.substr(Statement.said_at, 1, 10),
        case((Statement.kind == "right", 1), else_=0),
    )
    by_day = (
        select(day, func.sum(right), func.sum(1 - right))
        .join(Person)
        .where(
            Statement.said_at >= since,
            Statement.withdrawn_at.is_(None),
            Person.blocked_at.is_(None),
        )
        .group_by(day)
        .order_by(day)
    )
    return [Feedback(*row) for row in await session.execute(by_day)]


_CONFUSIONS = text("""
    WITH told AS (
        SELECT model, photo_sha256, class_name,
            sum(CASE WHEN state = 'present' THEN weight ELSE 0 END) AS present,
            sum(CASE WHEN state = 'absent' THEN weight ELSE 0 END) AS absent
        FROM training_label WHERE weight > 0
        GROUP BY model, photo_sha256, class_name
    ),
    answered AS (
        SELECT answer.id, answer.payload, told.*
        FROM answer JOIN told USING (model, photo_sha256)
        WHERE answer.created_at >= :since
    ),
    wrong AS (
        SELECT answered.id, model, photo_sha256, class_name
        FROM answered
        WHERE absent >= :clear * present
            AND class_name IN (SELECT value FROM json_each(payload, '$.labels'))
    ),
    missed AS (
        SELECT answered.id, model, photo_sha256, class_name
        FROM answered
        WHERE present >= :clear * absent
            AND class_name NOT IN (SELECT value FROM json_each(payload, '$.labels'))
            AND class_name NOT IN (SELECT value FROM json_each(payload, '$.unsure'))
    ),
    pair AS (
        SELECT wrong.model, wrong.photo_sha256, wrong.class_name AS said, missed.class_name AS truth
        FROM wrong LEFT JOIN missed ON missed.id = wrong.id
        UNION ALL
        SELECT model, photo_sha256, NULL, class_name
        FROM missed WHERE id NOT IN (SELECT id FROM wrong)
    )
    SELECT model, said, truth, count(DISTINCT photo_sha256) AS photos
    FROM pair
    GROUP BY model, said, truth
    ORDER BY photos DESC, model, said, truth
    LIMIT :limit
""")


async def confusions(session: AsyncSession, since: str, limit: int) -> list[Confusion]:
    """What was taken for what most often, by answers since then and what people clearly say now.

    A class that the answer only asked about was not missed.
    """
    asked = {"since": since, "clear": trust.CLEAR, "limit": limit}
    return [Confusion(*row) for row in await session.execute(_CONFUSIONS, asked)]


async def people(session: AsyncSession, limit: int) -> list[Seen]:
    """Those who are blocked, then those who were here last."""
    words = select(func.count()).where(
        Statement.person_id == Person.id, Statement.withdrawn_at.is_(None)
    )
    wrote = select(func.max(Inbox.received_at)).where(Inbox.person_id == Person.id)
    spoke = select(func.max(Statement.said_at)).where(Statement.person_id == Person.id)
    last_at = func.max(
        Person.created_at,
        func.coalesce(wrote.scalar_subquery(), ""),
        func.coalesce(spoke.scalar_subquery(), ""),
    )
    seen = select(Person, words.scalar_subquery(), last_at).order_by(
        Person.blocked_at.is_(None), last_at.desc(), Person.id
    )
    return [Seen(*row) for row in await session.execute(seen.limit(limit))]


async def count_people(session: AsyncSession) -> int:
    """How many ever wrote."""
    return (await session.scalars(select(func.count()).select_from(Person))).one()
