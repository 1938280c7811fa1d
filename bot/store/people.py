"""Who wrote, and where."""

from collections.abc import Collection
from secrets import token_hex

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.clock import now
from bot.store.tables import Chat, Inbox, Person


async def ensure_person(session: AsyncSession, person_key: str, name: str) -> Person:
    """The person, made if new. A `name` that is not empty replaces the one that was stored."""
    person = await session.get(Person, person_key)
    if person is None:
        person = Person(id=person_key, pseudonym=token_hex(8), name=name, created_at=now())
        session.add(person)
    elif name:
        person.name = name
    await session.flush()
    return person


async def ensure_chat(session: AsyncSession, chat_key: str) -> Chat:
    """The chat, made if new, with no model of its own then."""
    chat = await session.get(Chat, chat_key)
    if chat is None:
        chat = Chat(id=chat_key, created_at=now())
        session.add(chat)
        await session.flush()
    return chat


async def set_model(session: AsyncSession, chat_key: str, model: str) -> None:
    """From now on `model` answers in this chat."""
    (await ensure_chat(session, chat_key)).model = model
    await session.flush()


async def make_admin(session: AsyncSession, person_key: str) -> None:
    """Make the person an admin; the person need not have written before."""
    (await ensure_person(session, person_key, "")).is_admin = True
    await session.flush()


async def admins(session: AsyncSession) -> list[Person]:
    """Those who were made admins, longest known first (not those that the settings name)."""
    query = select(Person).where(Person.is_admin).order_by(Person.created_at, Person.id)
    return list(await session.scalars(query))


async def admin_at_hand(session: AsyncSession, named: Collection[str]) -> tuple[str, str] | None:
    """The admin who wrote last in a private chat, and that chat (keys); None if nobody did.

    `named` are the admins that the settings name.
    """
    wrote = (
        select(Inbox.person_id, Inbox.chat_id)
        .join(Person, Person.id == Inbox.person_id)
        .where(
            or_(Person.is_admin, Person.id.in_(named)),
            Inbox.payload["private"].as_boolean(),
        )
    )
    row = (await session.execute(wrote.order_by(Inbox.id.desc()).limit(1))).first()
    return (row.person_id, row.chat_id) if row else None
