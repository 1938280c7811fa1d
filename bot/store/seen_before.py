"""Photos that look alike and were answered none: which are there, and what an admin was asked.

A photo is asked about once for each model; one whose question waits till later, again after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.clock import now
from bot.store.tables import (
    Answer,
    Base,
    Embedding,
    Outbox,
    Person,
    Photo,
    SeenBefore,
    SeenBeforePhoto,
    Statement,
)

_ADD_PHOTO = insert(Base.metadata.tables["seen_before_photo"])
_PHOTO = Base.metadata.tables["seen_before_photo"]


@dataclass(frozen=True, slots=True)
class NoneAnswer:
    """A photo that a model answered none and of which nobody said anything, as it is kept."""

    answer_id: int
    photo_sha256: str
    path: str
    vector: bytes


def _said_none(model: str) -> ColumnElement[bool]:
    reason = Answer.payload["reason"].as_string()
    return and_(Answer.model == model, reason.in_(("unfamiliar", "below threshold")))


async def newest(session: AsyncSession, model: str) -> int:
    """The id of the model's newest answer of none; 0 before the first."""
    answers = select(Answer.id).where(_said_none(model)).order_by(Answer.id.desc())
    return await session.scalar(answers.limit(1)) or 0


async def none_answers(
    session: AsyncSession, model: str, backbone: str, again: str, most: int
) -> list[NoneAnswer]:
    """Photos answered none, with their embedding by a backbone: the newest `most`, newest first.

    Not those that were asked about, but those of questions put off before the time `again`; nor
    those of people who are blocked.
    """
    spoken_of = exists().where(
        Statement.photo_sha256 == Answer.photo_sha256,
        Statement.model == model,
        Statement.withdrawn_at.is_(None),
    )
    asked = aliased(Answer)
    of_question = (
        select(asked.photo_sha256)
        .join(SeenBeforePhoto, SeenBeforePhoto.answer_id == asked.id)
        .join(SeenBefore, SeenBefore.id == SeenBeforePhoto.seen_before_id)
        .where(
            SeenBefore.model == model,
            or_(SeenBefore.status != "later", SeenBefore.created_at >= again),
        )
    )
    query = (
        select(Answer.id, Answer.photo_sha256, Photo.path, Embedding.vector, Answer.said)
        .join(Photo, Photo.sha256 == Answer.photo_sha256)
        .join(Embedding, Embedding.photo_sha256 == Answer.photo_sha256)
        .join(Person, Person.id == Answer.person_id)
        .where(
            _said_none(model),
            Embedding.backbone == backbone,
            Photo.path.is_not(None),
            Person.blocked_at.is_(None),
            ~spoken_of,
            Answer.photo_sha256.not_in(of_question),
        )
        .order_by(Answer.id.desc())
        .limit(most)
    )
    found: dict[str, NoneAnswer] = {}
    for answer_id, sha256, path, vector, said in await session.execute(query):
        if said is None and path is not None:  # nobody named a near twin of it either
            found.setdefault(sha256, NoneAnswer(answer_id, sha256, path, vector))
    return list(found.values())


async def is_asking(session: AsyncSession, model: str, since: str) -> bool:
    """Whether a question of the model that was asked since then still has no answer."""
    open_ = select(SeenBefore.id).where(
        SeenBefore.model == model, SeenBefore.status == "asked", SeenBefore.created_at > since
    )
    return await session.scalar(open_.limit(1)) is not None


async def ask(
    session: AsyncSession, model: str, chat_id: str, answer_ids: Sequence[int], sheet: str
) -> SeenBefore | None:
    """Write down that these photos are asked about; None if one of them is gone meanwhile."""
    there = select(func.count(Answer.id)).where(Answer.id.in_(answer_ids))
    if await session.scalar(there) != len(answer_ids):
        return None
    question = SeenBefore(
        model=model,
        chat_id=chat_id,
        status="asked",
        sheet=sheet,
        photos=len(answer_ids),
        created_at=now(),
    )
    session.add(question)
    await session.flush()
    photos = [{"seen_before_id": question.id, "answer_id": each} for each in answer_ids]
    await session.execute(_ADD_PHOTO, photos)
    return question


async def by_id(session: AsyncSession, question_id: int) -> SeenBefore | None:
    """The question, if there is one with this id."""
    return await session.get(SeenBefore, question_id)


async def asked_by(session: AsyncSession, chat_key: str, message: str | None) -> SeenBefore | None:
    """The question that a message of ours asks; that of the chat's newest message without one."""
    if message is None:
        last = select(Outbox.message_id).where(
            Outbox.chat_id == chat_key,
            Outbox.message_id > "",
            Outbox.payload["edits"].as_string().is_(None),
        )
        message = await session.scalar(last.order_by(Outbox.id.desc()).limit(1))
    asked = (
        select(SeenBefore)
        .join(Outbox, Outbox.id == SeenBefore.outbox_id)
        .where(Outbox.chat_id == chat_key, Outbox.message_id == message)
    )
    return await session.scalar(asked)


async def answers_of(session: AsyncSession, question: SeenBefore) -> Sequence[Answer]:
    """The answers to the photos that are still there."""
    answers = (
        select(Answer)
        .join(SeenBeforePhoto, SeenBeforePhoto.answer_id == Answer.id)
        .where(SeenBeforePhoto.seen_before_id == question.id)
    )
    return (await session.scalars(answers.order_by(Answer.id))).all()


async def named(
    session: AsyncSession, question: SeenBefore, statements: Sequence[Statement]
) -> None:
    """These statements name the photos together."""
    question.status = "named"
    by_answer = (
        update(_PHOTO)
        .where(_PHOTO.c.seen_before_id == question.id, _PHOTO.c.answer_id == bindparam("answer"))
        .values(statement_id=bindparam("statement"))
    )
    rows = [{"answer": each.answer_id, "statement": each.id} for each in statements]
    await (await session.connection()).execute(by_answer, rows)


async def statements_of(session: AsyncSession, question_id: int) -> Sequence[Statement]:
    """What was said of the photos of a question together, and not taken back."""
    said = (
        select(Statement)
        .join(SeenBeforePhoto, SeenBeforePhoto.statement_id == Statement.id)
        .where(SeenBeforePhoto.seen_before_id == question_id, Statement.withdrawn_at.is_(None))
    )
    return (await session.scalars(said)).all()


async def named_with(session: AsyncSession, statement: Statement) -> Sequence[Statement]:
    """All that was said together with this statement, itself too; nothing if it stands alone."""
    question = select(SeenBeforePhoto.seen_before_id).where(
        SeenBeforePhoto.statement_id == statement.id
    )
    found = await session.scalar(question.limit(1))
    return () if found is None else await statements_of(session, found)


async def with_stale_sheet(session: AsyncSession, before: str) -> Sequence[SeenBefore]:
    """Questions whose picture is to be deleted.

    It is older than that, or not wanted, or shows a photo that is not kept any more.
    """
    kept = (
        select(func.count())
        .select_from(SeenBeforePhoto)
        .join(Answer, Answer.id == SeenBeforePhoto.answer_id)
        .join(Photo, Photo.sha256 == Answer.photo_sha256)
        .where(SeenBeforePhoto.seen_before_id == SeenBefore.id, Photo.path.is_not(None))
    )
    stale = or_(
        SeenBefore.created_at < before,
        SeenBefore.status.in_(("apart", "later")),
        kept.scalar_subquery() < SeenBefore.photos,
    )
    found = select(SeenBefore).where(SeenBefore.sheet.is_not(None), stale)
    return (await session.scalars(found)).all()


async def remove_empty(session: AsyncSession) -> None:
    """Delete questions of whose photos none is left, and whose picture is deleted."""
    shown = exists().where(SeenBeforePhoto.seen_before_id == SeenBefore.id)
    await session.execute(delete(SeenBefore).where(SeenBefore.sheet.is_(None), ~shown))
