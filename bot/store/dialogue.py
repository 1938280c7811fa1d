"""The conversation's own queries: from a message to its answers, and to what was said of them.

A notice to somebody who tapped leaves an empty message id: it is no message.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.answers import answers_of_message
from bot.store.people import ensure_chat, ensure_person
from bot.store.reviewing import IN_REVIEW
from bot.store.tables import (
    Answer,
    Chat,
    ClassAlias,
    Inbox,
    Outbox,
    OutboxAnswer,
    Person,
    Statement,
    StatementLabel,
)

_KNOWN = (
    select(Person, Chat)
    .outerjoin(Chat, Chat.id == bindparam("chat"))
    .where(Person.id == bindparam("person"))
)


async def ensure_known(
    session: AsyncSession, person_key: str, name: str, chat_key: str
) -> tuple[Person, Chat]:
    """The person and the chat, made if new: one query for those who wrote before.

    A `name` that is not empty replaces the one that was stored.
    """
    known = await session.execute(_KNOWN, {"person": person_key, "chat": chat_key})
    person, chat = known.one_or_none() or (None, None)
    if person is None or name not in {"", person.name}:
        person = await ensure_person(session, person_key, name)
    return person, chat or await ensure_chat(session, chat_key)


async def answers_to(session: AsyncSession, chat_key: str, message: str) -> list[Answer]:
    """The answers to a photo, by the platform's id of the message that brought it."""
    query = (
        select(Answer)
        .join(Inbox, Inbox.id == Answer.inbox_id)
        .where(Inbox.chat_id == chat_key, Inbox.payload["message"].as_string() == message)
    )
    return list(await session.scalars(query.order_by(Answer.id)))


async def own_message(session: AsyncSession, answer_id: int) -> str | None:
    """The platform's id of the message that answered, not of a later one about the answer."""
    shown = select(Outbox.message_id).join(OutboxAnswer).where(OutboxAnswer.answer_id == answer_id)
    return await session.scalar(shown.where(Outbox.message_id > "").order_by(Outbox.id).limit(1))


async def sender(session: AsyncSession, chat_key: str, message: str) -> str | None:
    """Who sent a message to a chat, or the photo that a message of ours answers (person key)."""
    shown = await answers_of_message(session, chat_key, message)
    if shown:
        return shown[0].person_id
    sent = select(Inbox.person_id).where(
        Inbox.chat_id == chat_key,
        Inbox.payload["message"].as_string() == message,
        Inbox.kind.in_(("photo", "text")),  # a tap names the message that was tapped
    )
    return await session.scalar(sent.limit(1))


async def shown_last(session: AsyncSession, chat_key: str) -> list[Answer]:
    """The answers in the newest message to a chat; none if it shows none.

    An edit is no new message: it does not come below what was sent after the first.
    """
    newest = select(Outbox.message_id).where(
        Outbox.chat_id == chat_key,
        Outbox.message_id > "",
        Outbox.payload["edits"].as_string().is_(None),
    )
    message = await session.scalar(newest.order_by(Outbox.id.desc()).limit(1))
    return await answers_of_message(session, chat_key, message) if message else []


async def naming(session: AsyncSession, chat_key: str, since: str) -> Answer | None:
    """The newest answer for which a new class's name was asked for since then, and not given."""
    asked = select(Answer).where(
        Answer.chat_id == chat_key, Answer.draft["fix"]["naming"].as_string() > since
    )
    return await session.scalar(asked.order_by(Answer.id.desc()).limit(1))


async def decisive(
    session: AsyncSession, answer_ids: Iterable[int], weight: float
) -> dict[int, Statement]:
    """Of each answer the newest statement of at least this weight that was not withdrawn."""
    said = select(Statement).where(
        Statement.answer_id.in_(answer_ids),
        Statement.weight >= weight,
        Statement.withdrawn_at.is_(None),
    )
    rows = await session.scalars(said.order_by(Statement.id))
    return {row.answer_id: row for row in rows if row.answer_id is not None}


async def said_by(
    session: AsyncSession, person_id: str, answer_ids: Iterable[int]
) -> Sequence[Statement]:
    """What a person said of these answers and did not withdraw, oldest first."""
    said = select(Statement).where(
        Statement.person_id == person_id,
        Statement.answer_id.in_(answer_ids),
        Statement.withdrawn_at.is_(None),
    )
    return (await session.scalars(said.order_by(Statement.id))).all()


async def coming_classes(
    session: AsyncSession, model: str, known: Iterable[str], weight: float, limit: int
) -> tuple[str, ...]:
    """Classes that people see in photos and that the model does not know yet, most seen first.

    By the names that they have now. Only statements of at least this weight count.
    """
    name = func.coalesce(ClassAlias.new_name, StatementLabel.class_name)
    seen = (
        select(name)
        .select_from(StatementLabel)
        .join(Statement, Statement.id == StatementLabel.statement_id)
        .outerjoin(
            ClassAlias,
            and_(
                ClassAlias.model == Statement.model,
                ClassAlias.old_name == StatementLabel.class_name,
            ),
        )
        .join(Person, Person.id == Statement.person_id)
        .where(
            Person.blocked_at.is_(None),
            Statement.model == model,
            Statement.withdrawn_at.is_(None),
            Statement.weight >= weight,
            StatementLabel.state == "present",
            name.not_in(known),
        )
        .group_by(name)
        .order_by(func.count().desc(), name)
    )
    return tuple(await session.scalars(seen.limit(limit)))


async def count_none(session: AsyncSession, model: str) -> int:
    """How many of the model's answers named nothing and asked nothing."""
    reason = Answer.payload["reason"].as_string()
    query = select(func.count()).where(
        Answer.model == model, reason.in_(("unfamiliar", "below threshold")), ~IN_REVIEW
    )
    return (await session.scalars(query)).one()


async def count_corrections(session: AsyncSession, model: str) -> int:
    """How many statements, not withdrawn, said something else than "right"."""
    query = select(func.count()).where(
        Statement.model == model,
        Statement.kind.not_in(("right", "skip")),
        Statement.withdrawn_at.is_(None),
    )
    return (await session.scalars(query)).one()
