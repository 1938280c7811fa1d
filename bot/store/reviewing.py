"""Answers in review: those that may wait for an admin's word, and those that an admin was shown.

What is shown is a row of its own, the same answer once more in the admin's chat, so that words,
buttons and Undo work there as anywhere, and nothing moves in the chat that the photo came to. It
belongs to whoever sent the photo: it is forgotten, and goes by its age, with the first one.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.answers import add_answer
from bot.store.tables import Answer, Person, Photo, Statement

IN_REVIEW = Answer.draft["review"].as_string().is_not(None)
"""Whether a row is an answer shown for review."""
_KEPT = (Photo.sha256 == Answer.photo_sha256) & Photo.path.is_not(None)
"""Joins an answer with its photo, where the file is kept."""


def _said(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody who counts said something, or skipped it, of an answer's photo."""
    said = select(Statement.id).join(Person, Person.id == Statement.person_id)
    said = said.where(
        Statement.photo_sha256 == Answer.photo_sha256,
        Statement.model == Answer.model,
        Statement.withdrawn_at.is_(None),
        Person.blocked_at.is_(None),
        *more,
    )
    return said.correlate(Answer).exists()


async def unspoken(session: AsyncSession, model: str, most: int) -> list[Answer]:
    """The newest `most` answers on photos that are kept and that nobody spoke of, newest first."""
    query = select(Answer).join(Photo, _KEPT).where(Answer.model == model, ~_said())
    rows = await session.scalars(query.order_by(Answer.id.desc()).limit(most))
    newest: dict[str, Answer] = {}
    for row in rows:
        newest.setdefault(row.photo_sha256, row)
    return list(newest.values())


async def spoken(session: AsyncSession, model: str, photos: Collection[str]) -> dict[str, Answer]:
    """The newest answer that somebody spoke of to each of these photos, if it is kept.

    Not to photos that were skipped.
    """
    query = (
        select(Answer)
        .join(Statement, Statement.answer_id == Answer.id)
        .join(Photo, _KEPT)
        .where(Answer.model == model, Answer.photo_sha256.in_(photos))
        .where(~_said(Statement.kind == "skip"))
    )
    rows = await session.scalars(query.order_by(Answer.id))
    return {row.photo_sha256: row for row in rows}


async def show_again(
    session: AsyncSession, row: Answer, chat_key: str, draft: dict[str, Any]
) -> Answer:
    """The same answer once more, in a chat (key) that an admin reviews in.

    As old as the first one: a photo is kept no longer because an admin looked at it.
    """
    return await add_answer(
        session,
        photo_sha256=row.photo_sha256,
        chat_id=chat_key,
        person_id=row.person_id,
        model=row.model,
        version=row.version,
        payload=row.payload,
        twin=row.twin,
        draft=draft,
        created_at=row.created_at,
    )


async def shown_last(session: AsyncSession, chat_key: str) -> Answer | None:
    """The answer that was shown for review last in this chat."""
    shown = select(Answer).where(Answer.chat_id == chat_key, IN_REVIEW)
    return await session.scalar(shown.order_by(Answer.id.desc()).limit(1))


async def judged_last(session: AsyncSession, person_id: str, chat_key: str) -> Sequence[Statement]:
    """What a person said in review in this chat last, of one photo or of several at once."""
    said = (
        select(Statement)
        .join(Answer, Answer.id == Statement.answer_id)
        .where(
            Statement.person_id == person_id,
            Statement.chat_id == chat_key,
            Statement.withdrawn_at.is_(None),
            IN_REVIEW,
        )
    )
    newest = await session.scalar(said.with_only_columns(func.max(Statement.said_at)))
    batch = said.where(Statement.said_at == newest).order_by(Statement.id)
    return (await session.scalars(batch)).all()
