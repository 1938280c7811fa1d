"""Who teaches a model a class, where: their next photos there are examples of it."""

from typing import Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.clock import later, now
from bot.store.tables import Statement, Teaching

SOURCE: Final = "teaching"
"""The source of statements about examples."""
LEFT_OPEN_S = 3600.0
"""It ends by itself so long after its last photo: who forgot it gets answers again."""


async def begin(
    session: AsyncSession, chat_id: str, person_id: str, model: str, class_name: str
) -> Teaching:
    """From now on, in place of what the person taught in this chat before."""
    await end(session, chat_id, person_id)
    began = now()
    teaching = Teaching(
        chat_id=chat_id,
        person_id=person_id,
        model=model,
        class_name=class_name,
        began_at=began,
        seen_at=began,
    )
    session.add(teaching)
    await session.flush()
    return teaching


async def begun(session: AsyncSession, chat_id: str, person_id: str) -> Teaching | None:
    """What a person teaches in a chat and did not end, however long ago they began."""
    open_ = select(Teaching).where(*_open(chat_id, person_id)).order_by(Teaching.id.desc())
    return await session.scalar(open_.limit(1))


async def under_way(session: AsyncSession, chat_id: str, person_id: str) -> Teaching | None:
    """The same, unless it was left open: it ended by itself then."""
    open_ = await begun(session, chat_id, person_id)
    return open_ if open_ and open_.seen_at >= later(-LEFT_OPEN_S) else None


async def end(session: AsyncSession, chat_id: str, person_id: str) -> None:
    """The person teaches nothing in this chat any more."""
    theirs = update(Teaching).where(*_open(chat_id, person_id))
    await session.execute(theirs.values(ended_at=now()))


def _open(chat_id: str, person_id: str) -> tuple[ColumnElement[bool], ...]:
    theirs = Teaching.chat_id == chat_id, Teaching.person_id == person_id
    return (*theirs, Teaching.ended_at.is_(None))


async def examples(session: AsyncSession, teaching: Teaching) -> int:
    """How many photos were shown as examples since it began, and not taken back."""
    shown = select(func.count(Statement.photo_sha256.distinct())).where(
        Statement.chat_id == teaching.chat_id,
        Statement.person_id == teaching.person_id,
        Statement.source == SOURCE,
        Statement.said_at >= teaching.began_at,
        Statement.withdrawn_at.is_(None),
    )
    return (await session.scalars(shown)).one()
