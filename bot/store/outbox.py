"""The outbox: replies from the moment they are decided on until a platform has them.

A row is unsent while it has neither `sent_at` nor an `error`. An unsent row with a `message_id` was
sent before, and is to be sent again as an edit of that message.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Reply
from bot.store.clock import now
from bot.store.tables import Base, Inbox, Outbox, OutboxAnswer, TrainingRun

_OUTBOX = Base.metadata.tables["outbox"]
_ADD = insert(_OUTBOX).returning(_OUTBOX.c.id)
_SHOW = insert(Base.metadata.tables["outbox_answer"])


async def add(
    session: AsyncSession, chat_key: str, reply: Reply, inbox_id: int | None = None
) -> int:
    """Store a reply that is to be sent, and which answers it shows; its id."""
    row = {
        "inbox_id": inbox_id,
        "chat_id": chat_key,
        "payload": reply.to_json(),
        "created_at": now(),
    }
    outbox_id = int((await session.execute(_ADD, row)).scalar_one())
    if reply.answers:
        shown = [
            {"outbox_id": outbox_id, "position": position, "answer_id": answer_id}
            for position, answer_id in enumerate(reply.answers)
        ]
        await session.execute(_SHOW, shown)
    return outbox_id


async def rewrite(session: AsyncSession, outbox_id: int, reply: Reply) -> Outbox:
    """Store what a message shows from now on; it is unsent again."""
    row = await session.get_one(Outbox, outbox_id)
    row.payload, row.sent_at, row.error = reply.to_json(), None, None
    await session.flush()
    return row


async def unsent(session: AsyncSession) -> Sequence[Outbox]:
    """All that is still to be sent, in the order in which it was decided on."""
    is_unsent = Outbox.sent_at.is_(None) & Outbox.error.is_(None)
    return (await session.scalars(select(Outbox).where(is_unsent).order_by(Outbox.id))).all()


async def message_id(session: AsyncSession, outbox_id: int) -> str | None:
    """The platform's id of the message; None while it was not sent."""
    return await session.scalar(select(Outbox.message_id).where(Outbox.id == outbox_id))


_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(message_id=bindparam("message"), sent_at=bindparam("now"), error=None)
)


async def sent(
    session: AsyncSession, outbox_id: int, message_id: str, *, again: bool = False
) -> None:
    """The platform has it, as its message `message_id`; `again` if it was rewritten meanwhile."""
    done = {"row": outbox_id, "message": message_id, "now": None if again else now()}
    await session.execute(_SENT, done)


async def given_up(session: AsyncSession, outbox_id: int, error: str) -> None:
    """It will not be sent: `error` says why."""
    await session.execute(update(Outbox).where(Outbox.id == outbox_id).values(error=error))


async def remove(session: AsyncSession, ids: Collection[int]) -> None:
    """Remove messages; what they said is nowhere then, also not where a training told something.

    The newest of all stays as a row without anything in it: SQLite would give its id again, and
    platforms take what comes under one id for the same message.
    """
    rows = Outbox.id.in_(ids)
    of_run = update(TrainingRun).where(TrainingRun.outbox_id.in_(ids)).values(outbox_id=None)
    await session.execute(of_run)
    await session.execute(delete(OutboxAnswer).where(OutboxAnswer.outbox_id.in_(ids)))
    newest = select(func.max(Outbox.id)).scalar_subquery()
    nothing: dict[str, Any] = {
        "inbox_id": None,
        "chat_id": "",
        "payload": {},
        "message_id": None,
        "error": "",
    }
    await session.execute(
        update(Outbox).where(rows, Outbox.id == newest).values(**nothing, sent_at=now())
    )
    await session.execute(delete(Outbox).where(rows, Outbox.id != newest))


async def former_answer(session: AsyncSession, chat_key: str, group: str) -> str | None:
    """The platform's id of the message that answered an album's earlier photos.

    None if none did: they are not answered yet, or were no photos, or it could not be sent.
    """
    return await session.scalar(
        select(Outbox.message_id)
        .join(Inbox, Inbox.id == Outbox.inbox_id)
        .where(
            Inbox.chat_id == chat_key,
            Inbox.group_key == group,
            Outbox.message_id > "",
            exists().where(OutboxAnswer.outbox_id == Outbox.id),
        )
        .order_by(Outbox.id.desc())
        .limit(1)
    )
