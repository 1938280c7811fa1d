"""What is removed after a while: updates that nothing needs any more, and what settings say.

An update that was answered as a photo stays, because a reply to it finds the answer by it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import outbox
from bot.store.tables import Answer, Forgetting, Inbox, Outbox, Photo, Statement, WebMessage
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


def _not_since(before: str) -> ColumnElement[bool]:
    """Photos that nobody sent or spoke of since then."""
    sent = exists().where(Answer.photo_sha256 == Photo.sha256, Answer.created_at >= before)
    said = exists().where(Statement.photo_sha256 == Photo.sha256, Statement.said_at >= before)
    return (Photo.created_at < before) & ~sent & ~said


async def files_past(session: AsyncSession, before: str) -> list[str]:
    """Of photos not sent or spoken of since `before`, only the figures are kept from now on.

    Their hashes, `AT_ONCE` at most: the files are to be removed.
    """
    kept = select(Photo.sha256).where(Photo.path.is_not(None), _not_since(before)).limit(AT_ONCE)
    photos = list(await session.scalars(kept))
    await session.execute(update(Photo).where(Photo.sha256.in_(photos)).values(path=None))
    return photos


async def remove_past(session: AsyncSession, before: str) -> list[str]:
    """Remove photos not sent or spoken of since `before`, answers and words with them; messages.

    Their hashes, `AT_ONCE` at most: the files are to be removed.
    """
    photos = list(
        await session.scalars(select(Photo.sha256).where(_not_since(before)).limit(AT_ONCE))
    )
    await session.execute(delete(Photo).where(Photo.sha256.in_(photos)))
    open_ = select(Forgetting.outbox_id).where(Forgetting.outbox_id.is_not(None))
    sent = or_(Outbox.sent_at.is_not(None), Outbox.error.is_not(None))
    old = select(Outbox.id).where(Outbox.created_at < before, sent, Outbox.id.not_in(open_))
    await outbox.remove(session, list(await session.scalars(old.limit(AT_ONCE))))
    newest = select(func.max(WebMessage.id)).group_by(WebMessage.chat)  # it counts the revisions
    bubbles = WebMessage.created_at < before, WebMessage.id.not_in(newest)
    await session.execute(delete(WebMessage).where(*bubbles))
    return photos
