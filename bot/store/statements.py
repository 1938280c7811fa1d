"""What people said of photos.

A statement speaks of some classes: present or absent. Of one person on (photo, model, class) the
latest counts; when it is withdrawn, the one before counts again. Ids increase, so the latest is
the one with the greatest id. The view `latest_word` says which, by the names that classes have now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, column, func, insert, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import renames, trust
from bot.store.clock import now
from bot.store.reviewing import IN_REVIEW
from bot.store.tables import Answer, Embedding, Inbox, Person, Photo, Statement, StatementLabel

_LABELS = table(
    "training_label",
    *(column(name) for name in ("photo_sha256", "model", "class_name", "state", "said_by")),
)

_LATEST = table(
    "latest_word",
    *(column(name) for name in ("statement_id", "photo_sha256", "model", "class_name", "state")),
    *(column(name) for name in ("weight", "person_id", "chat_id", "said_at")),
)


@dataclass(frozen=True, slots=True)
class Word:
    """What one person says now of one class on one photo. `state`: present, absent.

    `trust` is how far the person's words have agreed with others'; below 1 they convince nobody.
    """

    person_id: str
    chat_id: str
    is_admin: bool
    class_name: str
    state: str
    weight: float
    said_at: str
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A photo that a statement speaks of, with its embedding (little-endian float16)."""

    statement_id: int
    photo_sha256: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Correction:
    """A photo that a person corrected: where, in which message it came, and how it is kept.

    `path` is relative to the home, None if it was not kept; the size is in px; `language` is the
    person's, if known.
    """

    person_id: str
    chat_id: str
    answer_id: int
    message: str
    photo_sha256: str
    path: str | None
    width: int
    height: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a model has answered and been told. A label is one (photo, class, person)."""

    answers: int
    photos_answered: int
    photos_labelled: int
    labels: int
    people: int
    contradictions: int


async def add_statement(
    session: AsyncSession,
    answer: Answer,
    person_id: str,
    kind: str,
    source: str,
    weight: float,
    present: Iterable[str],
    absent: Iterable[str],
) -> Statement:
    """Store what a person said of the photo of an answer, in the chat of that answer.

    Classes are stored by the names that they have now: of two that were merged, present wins.
    """
    names = await renames.of_model(session, answer.model)
    statement = Statement(
        answer_id=answer.id,
        photo_sha256=answer.photo_sha256,
        model=answer.model,
        person_id=person_id,
        chat_id=answer.chat_id,
        kind=kind,
        source=source,
        weight=weight,
        said_at=now(),
    )
    session.add(statement)
    await session.flush()
    states = {names.now(name): "absent" for name in absent}
    states |= {names.now(name): "present" for name in present}
    if states:
        rows = [
            {"statement_id": statement.id, "class_name": name, "state": state}
            for name, state in states.items()
        ]
        await session.execute(insert(StatementLabel), rows)
    return statement


async def statement_by_id(session: AsyncSession, statement_id: int) -> Statement | None:
    """The statement, if there is one with this id."""
    return await session.get(Statement, statement_id)


async def withdraw(session: AsyncSession, statement_id: int) -> None:
    """The statement no longer counts. One withdrawn before keeps its time."""
    await session.execute(
        update(Statement)
        .where(Statement.id == statement_id, Statement.withdrawn_at.is_(None))
        .values(withdrawn_at=now())
    )


async def latest_statement(session: AsyncSession, person_id: str, chat_id: str) -> Statement | None:
    """What a person said last in a chat and did not withdraw."""
    said = select(Statement).where(
        Statement.person_id == person_id,
        Statement.chat_id == chat_id,
        Statement.withdrawn_at.is_(None),
    )
    return await session.scalar(said.order_by(Statement.id.desc()).limit(1))


async def too_many(session: AsyncSession, person_id: str, since: str, limit: int) -> bool:
    """Whether a person has said so many things since then, taken back or not."""
    said = select(Statement.id).where(Statement.person_id == person_id, Statement.said_at > since)
    nth = said.order_by(Statement.said_at.desc()).offset(limit - 1).limit(1)
    return await session.scalar(nth) is not None


async def labels_of(session: AsyncSession, statement_id: int) -> dict[str, str]:
    """The classes that a statement speaks of, by name: present or absent."""
    rows = await session.execute(
        select(StatementLabel.class_name, StatementLabel.state)
        .where(StatementLabel.statement_id == statement_id)
        .order_by(StatementLabel.class_name)
    )
    return {row.class_name: row.state for row in rows}


_WORDS = (
    select(
        _LATEST.c.person_id,
        _LATEST.c.chat_id,
        Person.is_admin,
        _LATEST.c.class_name,
        _LATEST.c.state,
        _LATEST.c.weight,
        _LATEST.c.said_at,
        Person.trust,
    )
    .join(Person, Person.id == _LATEST.c.person_id)
    .where(
        _LATEST.c.photo_sha256 == bindparam("photo"),
        _LATEST.c.model == bindparam("model"),
        Person.blocked_at.is_(None),
    )
    .order_by(_LATEST.c.statement_id, _LATEST.c.class_name)
)


async def words_on(session: AsyncSession, photo_sha256: str, model: str) -> list[Word]:
    """Each person's latest word on each class of a photo."""
    rows = await session.execute(_WORDS, {"photo": photo_sha256, "model": model})
    return [Word(*row) for row in rows]


_SPOKEN = (
    select(Statement.id, Statement.photo_sha256, Embedding.vector)
    .join(Embedding, Embedding.photo_sha256 == Statement.photo_sha256)
    .where(
        Statement.id >= bindparam("since"),
        Statement.model == bindparam("model"),
        Embedding.backbone == bindparam("backbone"),
    )
    .order_by(Statement.id.desc())
    .limit(bindparam("most"))
)


async def spoken_of(
    session: AsyncSession, model: str, backbone: str, since: int, most: int
) -> list[Spoken]:
    """Photos that statements from the id `since` on speak of, the newest `most`, oldest first."""
    wanted = {"model": model, "backbone": backbone, "since": since, "most": most}
    return [Spoken(*row) for row in await session.execute(_SPOKEN, wanted)][::-1]


async def corrections(session: AsyncSession, model: str, photos: Sequence[str]) -> list[Correction]:
    """Each person's newest correction of one of these photos, if made in its private chat.

    Not of people who are blocked, nor what was taken back.
    """
    said = (
        select(
            Statement.person_id,
            Statement.chat_id,
            Answer.id,
            Inbox.payload["message"].as_string(),
            Photo.sha256,
            Photo.path,
            Photo.width,
            Photo.height,
            func.coalesce(Person.language, Person.language_hint),
        )
        .join(Answer, Answer.id == Statement.answer_id)
        .join(Inbox, Inbox.id == Answer.inbox_id)
        .join(Photo, Photo.sha256 == Statement.photo_sha256)
        .join(Person, Person.id == Statement.person_id)
        .where(
            Statement.model == model,
            Statement.kind != "right",
            Statement.withdrawn_at.is_(None),
            Statement.photo_sha256.in_(photos),
            Statement.chat_id == Answer.chat_id,
            Person.blocked_at.is_(None),
            Inbox.payload["private"].as_boolean(),
        )
        .order_by(Statement.id)
    )
    rows = [Correction(*row) for row in await session.execute(said)]
    return list({row.person_id: row for row in rows}.values())


async def counts(session: AsyncSession, model: str) -> Counts:
    """The figures of one model."""
    answered = await session.execute(
        select(func.count(), func.count(Answer.photo_sha256.distinct())).where(
            Answer.model == model, ~IN_REVIEW
        )
    )
    said = await session.execute(
        select(
            func.count(_LABELS.c.photo_sha256.distinct()),
            func.count(),
            func.count(_LABELS.c.said_by.distinct()),
        ).where(_LABELS.c.model == model)
    )
    open_questions = await trust.contradictions(session, model)
    return Counts(*answered.one(), *said.one(), contradictions=len(open_questions))
