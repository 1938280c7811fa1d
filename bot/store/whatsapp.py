"""What WhatsApp asks of the inbox, where a person's chat has the person's key.

Nothing arrives before it was sent, so that the index on (person, arrival) bounds both queries.
"""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming
from bot.store.clock import later
from bot.store.tables import Inbox

_SENT_AT = Inbox.payload["sent_at"].as_string()


async def wrote_within(session: AsyncSession, person_key: str, seconds: float) -> bool:
    """Whether the person did something so recently, by the platform's time of it."""
    since = later(-seconds)
    wrote = exists().where(
        Inbox.person_id == person_key, Inbox.received_at > since, since < _SENT_AT
    )
    return bool(await session.scalar(select(wrote)))


async def reacted_later(session: AsyncSession, reaction: Incoming) -> bool:
    """Whether a reaction of the same person to the same message, sent later, is there already."""
    same = exists().where(
        Inbox.person_id == reaction.person,
        Inbox.received_at > reaction.sent_at,
        Inbox.kind == "reaction",
        Inbox.payload["message"].as_string() == reaction.message,
        reaction.sent_at < _SENT_AT,
    )
    return bool(await session.scalar(select(same)))
