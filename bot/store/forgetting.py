"""People who asked to be forgotten: what of theirs is deleted here, and what is still to be done.

asked -> erased -> done, and then the row itself goes. A photo that somebody else sent, too, stays
for them; everything else of the person goes, and what others said of the person's own photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import outbox, web
from bot.store.clock import now
from bot.store.tables import (
    AdminLink,
    Answer,
    Backup,
    Base,
    Chat,
    Forgetting,
    ForgottenPhoto,
    Inbox,
    Outbox,
    OutboxAnswer,
    Person,
    Photo,
    SeenBefore,
    Statement,
    StatementLabel,
    TrainingRun,
    WebMessage,
    WebSession,
)

_FORGOTTEN = Base.metadata.tables["forgotten_photo"]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of a person: photos that they sent, and statements about photos."""

    photos: int
    words: int


async def kept_of(session: AsyncSession, person_id: str) -> Kept:
    """How much there is to be forgotten."""
    photos = select(func.count(Answer.photo_sha256.distinct())).where(Answer.person_id == person_id)
    words = select(func.count()).where(Statement.person_id == person_id)
    return Kept(await session.scalar(photos) or 0, await session.scalar(words) or 0)


async def request(session: AsyncSession, person: Person, chat_id: str | None) -> Forgetting:
    """Write down that this person is to be forgotten; one who asks twice has asked once."""
    open_ = await of_person(session, person.id)
    if open_ is not None:
        return open_
    row = Forgetting(
        person_id=person.id,
        pseudonym=person.pseudonym,
        chat_id=chat_id,
        status="asked",
        language=person.speaks,
        words="",
        created_at=now(),
    )
    session.add(row)
    await session.flush()
    return row


async def of_person(session: AsyncSession, person_id: str) -> Forgetting | None:
    """The person's request, if there is one."""
    return await session.scalar(select(Forgetting).where(Forgetting.person_id == person_id))


async def all_open(session: AsyncSession) -> Sequence[Forgetting]:
    """All requests of which something is left to do, the oldest first."""
    return (await session.scalars(select(Forgetting).order_by(Forgetting.id))).all()


async def change(session: AsyncSession, forgetting_id: int, **columns: Any) -> None:
    """Set columns of a request."""
    await session.execute(
        update(Forgetting).where(Forgetting.id == forgetting_id).values(**columns)
    )


async def is_at_work(session: AsyncSession, row: Forgetting) -> bool:
    """Whether something is still being answered that the person sent before they asked."""
    open_ = select(Inbox.id).where(
        Inbox.person_id == row.person_id,
        Inbox.received_at <= row.created_at,
        Inbox.claimed_at.is_not(None),
        Inbox.done_at.is_(None),
    )
    return await session.scalar(open_.limit(1)) is not None


async def erase(session: AsyncSession, row: Forgetting) -> list[str]:
    """Delete what is kept of the person; the photos whose files are to go, by their hash.

    Those, and the photos that the person spoke of, are forgotten photos from now on.
    """
    gone = await _own_photos(session, row.person_id)
    spoken = select(Statement.photo_sha256).where(Statement.person_id == row.person_id).distinct()
    spoken_of = list(await session.scalars(spoken))
    await forget_photos(session, row.id, {*gone, *spoken_of})
    # What others were answered by the person's words is the model's own answer again.
    shared = update(Answer).where(Answer.photo_sha256.in_(spoken_of)).values(said=None)
    await session.execute(shared)
    await _erase_messages(session, row)
    for photo in gone:
        await session.execute(delete(Photo).where(Photo.sha256 == photo))
    await session.execute(delete(Answer).where(Answer.person_id == row.person_id))
    await session.execute(delete(AdminLink).where(AdminLink.used_by == row.person_id))
    await session.execute(delete(Chat).where(Chat.id == row.person_id))
    await session.execute(delete(Person).where(Person.id == row.person_id))
    return gone


async def _own_photos(session: AsyncSession, person_id: str) -> list[str]:
    """Photos that this person sent and nobody else did."""
    query = (
        select(Answer.photo_sha256)
        .group_by(Answer.photo_sha256)
        .having(func.min(Answer.person_id) == person_id, func.max(Answer.person_id) == person_id)
    )
    return list(await session.scalars(query))


async def forget_photos(
    session: AsyncSession, forgetting_id: int, photos: set[str] | frozenset[str]
) -> None:
    """Nothing may be learned from these any more."""
    known = set(await forgotten_photos(session, forgetting_id))
    new = [
        {"forgetting_id": forgetting_id, "photo_sha256": each} for each in sorted(photos - known)
    ]
    if new:
        await session.execute(insert(_FORGOTTEN), new)


async def forgotten_photos(session: AsyncSession, forgetting_id: int) -> dict[str, bool]:
    """The photos of a request by their hash: whether one is (again) kept for somebody."""
    query = (
        select(ForgottenPhoto.photo_sha256, Photo.sha256.is_not(None).label("is_kept"))
        .outerjoin(Photo, Photo.sha256 == ForgottenPhoto.photo_sha256)
        .where(ForgottenPhoto.forgetting_id == forgetting_id)
    )
    return {row.photo_sha256: row.is_kept for row in await session.execute(query)}


def _own_chat(row: Forgetting, column: Any) -> ColumnElement[bool]:
    """In a chat with nobody else, whose id is the person's."""
    return column == row.person_id  # type: ignore[no-any-return]  # a column compared is one


async def _erase_messages(session: AsyncSession, row: Forgetting) -> None:
    """What the person wrote, and what was said to it; trainings that they asked for."""
    wrote = select(Inbox.id).where(
        or_(Inbox.person_id == row.person_id, _own_chat(row, Inbox.chat_id)),
        or_(Inbox.done_at.is_not(None), Inbox.received_at <= row.created_at),
    )
    shows = (
        select(OutboxAnswer.outbox_id)
        .join(Answer, Answer.id == OutboxAnswer.answer_id)
        .where(Answer.person_id == row.person_id)
    )
    # What names them to others: admins' lists of people.
    names = cast(Outbox.payload, String).contains(row.person_id, autoescape=True)
    said = select(Outbox.id).where(
        or_(_own_chat(row, Outbox.chat_id), Outbox.inbox_id.in_(wrote), Outbox.id.in_(shows), names)
    )
    ran = or_(TrainingRun.person_id == row.person_id, _own_chat(row, TrainingRun.chat_id))
    await session.execute(delete(TrainingRun).where(ran))
    # What an admin was asked about photos of others; it may be asked of another one.
    asked = update(SeenBefore).where(_own_chat(row, SeenBefore.chat_id))
    await session.execute(asked.values(chat_id="", outbox_id=None, status="later"))
    await outbox.remove(session, list(await session.scalars(said)))
    await session.execute(delete(Inbox).where(Inbox.id.in_(wrote)))
    await web.empty_chat(session, row.person_id.removeprefix(f"{web.CHANNEL}:"))
    await web.unname(session, row.person_id)


async def vanish(session: AsyncSession, row: Forgetting) -> None:
    """Delete what telling the person left: the message, the request, a browser's session.

    Somebody who came back since keeps what is new.
    """
    if row.outbox_id is not None:
        await outbox.remove(session, [row.outbox_id])
    await session.execute(delete(Forgetting).where(Forgetting.id == row.id))
    if await session.get(Person, row.person_id) is None:
        browser = row.person_id.removeprefix(f"{web.CHANNEL}:")
        await session.execute(delete(WebMessage).where(WebMessage.chat == browser))
        await session.execute(delete(WebSession).where(WebSession.person == browser))


async def words_left(session: AsyncSession, model: str) -> bool:
    """Whether there is anything to learn from for a model."""
    said = (
        select(Statement.id)
        .join(StatementLabel, StatementLabel.statement_id == Statement.id)
        .where(Statement.model == model, Statement.withdrawn_at.is_(None))
    )
    return await session.scalar(said.limit(1)) is not None


async def backups(session: AsyncSession) -> list[str]:
    """Where backups were written, the oldest first."""
    return list(await session.scalars(select(Backup.path).order_by(Backup.created_at)))
