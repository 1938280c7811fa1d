"""Who wrote, and where."""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.clock import now
from bot.store.tables import Answer, Chat, Inbox, Person, Statement


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


async def by_pseudonym(session: AsyncSession, pseudonyms: Collection[str]) -> dict[str, Person]:
    """Those who are known by these pseudonyms in training."""
    query = select(Person).where(Person.pseudonym.in_(pseudonyms))
    return {person.pseudonym: person for person in await session.scalars(query)}


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


async def language(session: AsyncSession, person_key: str) -> str | None:
    """The language that is spoken with the person; None if nothing hints at one."""
    person = await session.get(Person, person_key)
    return person.speaks if person else None


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


@dataclass(frozen=True, slots=True)
class Voice:
    """A person and how much they said: photos that they spoke of."""

    person: Person
    photos: int


async def voices(session: AsyncSession, limit: int) -> list[Voice]:
    """Those who spoke of photos, and those who are blocked: who spoke last first."""
    photos = func.count(Statement.photo_sha256.distinct())
    said = (
        select(Person, photos)
        .outerjoin(Statement, Statement.person_id == Person.id)
        .group_by(Person.id)
        .having(or_(photos > 0, Person.blocked_at.is_not(None)))
        .order_by(func.max(Statement.said_at).desc(), Person.id)
    )
    return [Voice(*row) for row in await session.execute(said.limit(limit))]


async def photos_spoken_of(session: AsyncSession, person_key: str) -> int:
    """Of how many photos a person said something that was not taken back."""
    said = select(func.count(Statement.photo_sha256.distinct())).where(
        Statement.person_id == person_key, Statement.withdrawn_at.is_(None)
    )
    return (await session.scalars(said)).one()


async def find(session: AsyncSession, named: str) -> Person | None:
    """The person by key, `telegram:123`, or by a name that only they have."""
    by_name = select(Person).where(Person.name == named).limit(2)
    found = await session.get(Person, named)
    namesakes = [] if found else list(await session.scalars(by_name))
    return found or (namesakes[0] if len(namesakes) == 1 else None)


async def admins_with_chat(session: AsyncSession, named: Collection[str]) -> list[Person]:
    """Admins who wrote in a chat of their own, whose key is theirs; `named`: by the settings."""
    is_admin = or_(Person.is_admin, Person.id.in_(named))
    query = select(Person).join(Chat, Person.id == Chat.id).where(is_admin).order_by(Person.id)
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
