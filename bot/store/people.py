"""Who wrote, and where."""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.clock import now
from bot.store.tables import Answer, Chat, Person, Statement


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


async def admin_chats(session: AsyncSession, named: Collection[str]) -> list[str]:
    """The chats of their own in which admins wrote; `named` are those of the settings."""
    is_admin = or_(Person.is_admin, Person.id.in_(named))
    query = select(Chat.id).join(Person, Person.id == Chat.id).where(is_admin).order_by(Chat.id)
    return list(await session.scalars(query))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who wrote, and how much is kept of them: photos sent, statements about photos."""

    id: str
    name: str
    created_at: str
    photos: int
    words: int


async def everybody(session: AsyncSession) -> list[Known]:
    """All who wrote, longest known first."""
    photos = select(func.count(Answer.photo_sha256.distinct())).where(Answer.person_id == Person.id)
    words = select(func.count(Statement.id)).where(Statement.person_id == Person.id)
    query = select(
        Person.id, Person.name, Person.created_at, photos.scalar_subquery(), words.scalar_subquery()
    ).order_by(Person.created_at, Person.id)
    return [Known(*row) for row in await session.execute(query)]
