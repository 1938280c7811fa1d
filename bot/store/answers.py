"""Photos, and what versions said of them: which answers a message shows, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_once
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from bot.store.clock import now
from bot.store.tables import Answer, Base, Embedding, Inbox, Outbox, OutboxAnswer, Photo

_NEW_PHOTO = insert_once(Base.metadata.tables["photo"])
_ADD_PHOTO = _NEW_PHOTO.on_conflict_do_update(
    index_elements=["sha256"], set_={"path": func.coalesce(Photo.path, _NEW_PHOTO.excluded.path)}
)
_ADD_EMBEDDING = insert_once(Base.metadata.tables["embedding"]).on_conflict_do_nothing()


async def add_photo(
    session: AsyncSession,
    sha256: str,
    path: str | None,
    width: int,
    height: int,
    size_bytes: int,
    backbone: str,
    vector: bytes,
) -> None:
    """Store a photo and its embedding by one backbone, unless they are stored already.

    Sizes are of the upright photo in px, and of the bytes received. A photo of which only the
    figures were kept gets its `path` when it comes again and there is room for it.
    """
    row = {
        "sha256": sha256,
        "path": path,
        "width": width,
        "height": height,
        "size_bytes": size_bytes,
        "created_at": now(),
    }
    await session.execute(_ADD_PHOTO, row)
    embedding = {"photo_sha256": sha256, "backbone": backbone, "vector": vector}
    await session.execute(_ADD_EMBEDDING, embedding)


async def photo(session: AsyncSession, sha256: str) -> Photo | None:
    """The photo by the SHA-256 of the bytes received."""
    return await session.get(Photo, sha256)


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo that is kept at `path` below the home, and its embedding by one backbone."""

    sha256: str
    path: str
    width_px: int
    height_px: int
    vector: bytes


async def kept_photos(
    session: AsyncSession, backbone: str, most: int, person: str | None
) -> list[KeptPhoto]:
    """The newest `most` photos that are kept; with a `person` (key) only those that they sent."""
    kept = (
        select(Photo.sha256, Photo.path, Photo.width, Photo.height, Embedding.vector)
        .join(Embedding, Embedding.photo_sha256 == Photo.sha256)
        .where(Photo.path.is_not(None), Embedding.backbone == backbone)
        .order_by(Photo.created_at.desc())
        .limit(most)
    )
    if person is not None:
        theirs = select(Answer.photo_sha256).where(Answer.person_id == person)
        kept = kept.where(Photo.sha256.in_(theirs))
    rows = await session.execute(kept)
    return [
        KeptPhoto(sha256, path, width, height, vector)
        for sha256, path, width, height, vector in rows
        if path is not None  # as asked above: said for mypy
    ]


async def embeddings(session: AsyncSession, photos: Sequence[str]) -> list[dict[str, bytes]]:
    """Of each photo (SHA-256) its embeddings (little-endian float16) by the backbone's key."""
    kept = select(Embedding).where(Embedding.photo_sha256.in_(photos))
    found: dict[str, dict[str, bytes]] = {}
    for row in await session.scalars(kept):
        found.setdefault(row.photo_sha256, {})[row.backbone] = row.vector
    return [found.get(photo, {}) for photo in photos]


_ANSWER = Base.metadata.tables["answer"]
_UPDATE = select(Inbox.id).where(
    Inbox.channel == bindparam("channel"), Inbox.external_id == bindparam("external_id")
)
_ADD_ANSWER = (
    insert(_ANSWER)
    .values(inbox_id=_UPDATE.scalar_subquery())
    .returning(_ANSWER.c.id, _ANSWER.c.inbox_id)
)


async def add_answer(
    session: AsyncSession, channel: str = "", external_id: str = "", **columns: Any
) -> Answer:
    """Store an answer to an update of a channel, if it is one.

    `columns` are those of `answer`, but `id`, `inbox_id` and `created_at`.
    """
    columns = {"said": None, "draft": None, "position": 0, "created_at": now(), **columns}
    row = {name: value for name, value in columns.items() if value is not None}
    update = {"channel": channel, "external_id": external_id}
    added = (await session.execute(_ADD_ANSWER, row | update)).one()
    answer = Answer(id=added.id, inbox_id=added.inbox_id, **columns)
    make_transient_to_detached(answer)  # as if it had been read: that would be a second query
    session.add(answer)
    return answer


async def answer_by_id(session: AsyncSession, answer_id: int) -> Answer | None:
    """The answer, if there is one with this id."""
    return await session.get(Answer, answer_id)


async def answers_of_message(session: AsyncSession, chat_key: str, message_id: str) -> list[Answer]:
    """The answers that a message of ours shows, in the order shown; none if it shows none."""
    of_message = (Outbox.chat_id == chat_key) & (Outbox.message_id == message_id)
    return await _shown_by(session, of_message)


async def answers_together(session: AsyncSession, answer_id: int) -> list[Answer]:
    """All answers that stand in the same message as this one, in the order shown."""
    return await _shown_by(session, OutboxAnswer.answer_id == answer_id)


async def _shown_by(session: AsyncSession, which: ColumnElement[bool]) -> list[Answer]:
    """The answers of the newest reply of which `which` is true: an edit has a row of its own."""
    newest = select(func.max(Outbox.id)).join(OutboxAnswer).where(which).scalar_subquery()
    query = (
        select(Answer)
        .join(OutboxAnswer, OutboxAnswer.answer_id == Answer.id)
        .where(OutboxAnswer.outbox_id == newest)
        .order_by(OutboxAnswer.position)
    )
    return list(await session.scalars(query))


async def latest_answer(session: AsyncSession, chat_key: str) -> Answer | None:
    """The newest answer in a chat."""
    newest = select(Answer).where(Answer.chat_id == chat_key).order_by(Answer.id.desc())
    return await session.scalar(newest.limit(1))


async def message_of_answer(session: AsyncSession, answer_id: int) -> str | None:
    """The platform's id of the newest message that shows the answer; None while none was sent."""
    shown = (
        select(Outbox.message_id)
        .join(OutboxAnswer)
        .where(OutboxAnswer.answer_id == answer_id, Outbox.message_id > "")
    )
    return await session.scalar(shown.order_by(Outbox.id.desc()).limit(1))
