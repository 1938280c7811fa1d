"""A chat gets another id, as when a group becomes a supergroup: all that is known of it follows."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.people import ensure_chat
from bot.store.tables import Answer, Chat, Inbox, Outbox, Statement, Teaching, TrainingRun

OF_A_CHAT = (Answer, Inbox, Outbox, Statement, Teaching, TrainingRun)


async def move_chat(session: AsyncSession, old_key: str, new_key: str) -> None:
    """From now on the chat is `new_key`; a second time changes nothing.

    Its messages get other ids there, which nobody tells: none of them is edited any more.
    """
    sent = update(Outbox).where(Outbox.chat_id == old_key, Outbox.message_id.is_not(None))
    await session.execute(sent.values(message_id=""))
    for table in OF_A_CHAT:
        await session.execute(update(table).where(table.chat_id == old_key).values(chat_id=new_key))
    old = await session.get(Chat, old_key)
    if old is None:
        return
    new = await ensure_chat(session, new_key)
    new.model = new.model or old.model
    await session.delete(old)
    await session.flush()
