"""What is removed from the inbox after some weeks: updates that nothing needs any more.

An update that was answered as a photo stays, because a reply to it finds the answer by it.
"""

from collections.abc import Sequence

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Answer, Inbox, Outbox, WebMessage
from bot.store.web import RECENT

AT_ONCE = 500
"""Updates removed in one transaction: nothing can be answered meanwhile."""


async def not_needed(session: AsyncSession, before: str) -> Sequence[int]:
    """The ids of updates that were done before then and are needed no more, `AT_ONCE` at most."""
    answered = exists().where(Answer.inbox_id == Inbox.id)
    unsent = exists().where(
        Outbox.inbox_id == Inbox.id, Outbox.sent_at.is_(None), Outbox.error.is_(None)
    )
    # At its start the web chat takes a new bubble without an update for one that was lost.
    newest = select(func.max(WebMessage.id)).scalar_subquery()
    bubbles = select(WebMessage.chat + ":" + WebMessage.key).where(WebMessage.id > newest - RECENT)
    query = select(Inbox.id).where(
        Inbox.done_at < before, ~answered, ~unsent, Inbox.external_id.not_in(bubbles)
    )
    return (await session.scalars(query.limit(AT_ONCE))).all()


async def remove(session: AsyncSession, ids: Sequence[int]) -> None:
    """Remove these updates; what was said to them stays."""
    await session.execute(update(Outbox).where(Outbox.inbox_id.in_(ids)).values(inbox_id=None))
    await session.execute(delete(Inbox).where(Inbox.id.in_(ids)))
