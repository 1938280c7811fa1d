"""Queries of the web chat: browsers' sessions, one-time admin links, bubbles.

Tokens are never stored, only their SHA-256. Revisions count the changes of one chat; each is
allocated inside the write transaction that uses it, so their order is the order of the commits,
and a page that saw revision n misses nothing by asking for those above n.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ScalarResult,
    ScalarSelect,
    String,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.clock import later, now
from bot.store.tables import AdminLink, Inbox, Person, WebMessage, WebSession

CHANNEL = "webchat"
LINK_S = 15 * 60
"""How long an admin link is good for."""
REFUSED = "refused"
"""Key and author of a bubble that was not taken."""
RECENT = 1000
"""Bubbles looked through for ones that never reached the inbox: a crash leaves only the last."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind a browser's cookie. `person` is also the id of their only chat.

    `language` is what they chose by `/language`, if they did.
    """

    person: str
    is_admin: bool
    language: str | None = None


def digest(token: str) -> str:
    """What is stored in place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def number(given: str) -> int | None:
    """An id or a revision that came as text; None if it is none, or no database could hold it."""
    return int(given) if re.fullmatch("[0-9]{1,18}", given) else None


async def add_session(session: AsyncSession) -> tuple[Visitor, str]:
    """A new person and the token for their cookie."""
    token, person = secrets.token_urlsafe(32), secrets.token_hex(6)
    session.add(WebSession(token_sha256=digest(token), person=person, created_at=now()))
    return Visitor(person, is_admin=False), token


async def visitor(session: AsyncSession, token: str) -> Visitor | None:
    """Who holds this token; None if it was never given out, or no longer counts."""
    found = await session.execute(
        select(WebSession.person, Person.is_admin, Person.language)
        .join(Person, Person.id == CHANNEL + ":" + WebSession.person, isouter=True)
        .where(WebSession.token_sha256 == digest(token))
    )
    row = found.one_or_none()
    return Visitor(row.person, bool(row.is_admin), row.language) if row else None


async def rotate_session(session: AsyncSession, person: str) -> str:
    """A new token for a person; the old one no longer counts."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        update(WebSession).where(WebSession.person == person).values(token_sha256=digest(token))
    )
    return token


async def add_admin_link(session: AsyncSession) -> str:
    """The token of a new one-time link. Links that are over are swept out."""
    token = secrets.token_urlsafe(32)
    await session.execute(delete(AdminLink).where(AdminLink.expires_at < now()))
    session.add(AdminLink(token_sha256=digest(token), expires_at=later(LINK_S)))
    return token


async def use_admin_link(session: AsyncSession, token: str, person_key: str) -> bool:
    """Use a link up; False if it is unknown, was used, or is over."""
    used = await session.execute(
        update(AdminLink)
        .where(
            AdminLink.token_sha256 == digest(token),
            AdminLink.used_at.is_(None),
            AdminLink.expires_at >= now(),
        )
        .values(used_at=now(), used_by=person_key)
        .returning(AdminLink.token_sha256)
    )
    return used.one_or_none() is not None


def _next_revision(chat: str | BindParameter[str]) -> ScalarSelect[int]:
    other = aliased(WebMessage)
    newest = func.coalesce(func.max(other.revision), 0)
    return select(newest + 1).where(other.chat == chat).scalar_subquery()


_NEW = {
    name: bindparam(name, type_=WebMessage.__table__.c[name].type)
    for name in ("chat", "key", "author", "payload", "created_at")
}
_ADD_ONCE = select(WebMessage).from_statement(
    insert(WebMessage)
    .values(**_NEW, revision=_next_revision(_NEW["chat"]))
    .on_conflict_do_update(index_elements=["chat", "key"], set_={"key": _NEW["key"]})
    .returning(WebMessage)
)
"""Built once: every message goes through it, and building it takes as long as running it."""


async def add_message(
    session: AsyncSession, chat: str, key: str, author: str, payload: dict[str, Any]
) -> WebMessage:
    """A new bubble, or the one that is there under this key."""
    given = {"chat": chat, "key": key, "author": author, "payload": payload, "created_at": now()}
    added: ScalarResult[WebMessage] = await session.scalars(_ADD_ONCE, given)
    return added.one()


async def change_message(session: AsyncSession, row: WebMessage, payload: dict[str, Any]) -> None:
    """Give a bubble another payload and a new revision."""
    await session.execute(
        update(WebMessage)
        .where(WebMessage.id == row.id)
        .values(payload=payload, revision=_next_revision(row.chat))
    )


async def refuse_message(session: AsyncSession, row: WebMessage) -> None:
    """Take a bubble out of its chat.

    The newest one taken out stays as an unseen row, so that no revision is given twice: a page
    that saw it would never ask for the next.
    """
    refused = WebMessage.chat == row.chat, WebMessage.key == REFUSED
    await session.execute(delete(WebMessage).where(*refused))
    await session.execute(
        update(WebMessage).where(WebMessage.id == row.id).values(key=REFUSED, author=REFUSED)
    )


async def empty_chat(session: AsyncSession, chat: str) -> None:
    """Delete a chat's bubbles. The newest one stays as an unseen row without anything in it."""
    newest = select(func.max(WebMessage.id)).where(WebMessage.chat == chat)
    last = await session.scalar(newest)
    await session.execute(delete(WebMessage).where(WebMessage.chat == chat, WebMessage.id != last))
    await session.execute(
        update(WebMessage)
        .where(WebMessage.id == last)
        .values(key=REFUSED, author=REFUSED, payload={}, revision=_next_revision(chat))
    )


async def unname(session: AsyncSession, person_id: str) -> None:
    """Empty the bubbles in others' chats that name a person by key, such as an admin's lists."""
    naming = cast(WebMessage.payload, String).contains(person_id, autoescape=True)
    for row in await session.scalars(select(WebMessage).where(naming)):
        row.payload = {**row.payload, "text": "\N{HORIZONTAL ELLIPSIS}"}


async def message(session: AsyncSession, chat: str, message_id: str | None) -> WebMessage | None:
    """A bubble of this chat by its id as text, which may be anything."""
    row = await any_message(session, message_id)
    return row if row and row.chat == chat else None


async def any_message(session: AsyncSession, message_id: str | None) -> WebMessage | None:
    """A bubble of any chat by its id as text, which may be anything."""
    given = number(message_id or "")
    row = await session.get(WebMessage, given) if given is not None else None
    return row if row and row.author != REFUSED else None


async def changes(
    session: AsyncSession, chat: str, after: int, limit: int = 100
) -> Sequence[WebMessage]:
    """The bubbles that changed after a revision, in the order of their changes."""
    return (
        await session.scalars(
            select(WebMessage)
            .where(
                WebMessage.chat == chat, WebMessage.revision > after, WebMessage.author != REFUSED
            )
            .order_by(WebMessage.revision)
            .limit(limit)
        )
    ).all()


async def history(
    session: AsyncSession, chat: str, before: int | None, limit: int
) -> Sequence[WebMessage]:
    """The newest bubbles, or the newest before an id, oldest first."""
    shown = select(WebMessage).where(WebMessage.chat == chat, WebMessage.author != REFUSED)
    if before is not None:
        shown = shown.where(WebMessage.id < before)
    rows = await session.scalars(shown.order_by(WebMessage.id.desc()).limit(limit))
    return rows.all()[::-1]


async def newest_revision(session: AsyncSession, chat: str) -> int:
    """The revision of the last change in a chat; 0 if it has no bubbles."""
    newest = select(func.max(WebMessage.revision)).where(WebMessage.chat == chat)
    return await session.scalar(newest) or 0


async def shows_photo(session: AsyncSession, chat: str, sha256: str) -> bool:
    """Whether a bubble of this chat shows this photo."""
    shown = WebMessage.payload["photo"]["sha256"].as_string() == sha256
    found = await session.scalar(
        select(WebMessage.id)
        .where(WebMessage.chat == chat, WebMessage.author != REFUSED, shown)
        .limit(1)
    )
    return found is not None


async def not_received(session: AsyncSession) -> Sequence[WebMessage]:
    """Bubbles of people that never reached the inbox: the process died between the two."""
    external_id = WebMessage.chat + ":" + WebMessage.key
    newest = await session.scalar(select(func.max(WebMessage.id))) or 0
    received = select(Inbox.id).where(Inbox.channel == CHANNEL, Inbox.external_id == external_id)
    return (
        await session.scalars(
            select(WebMessage)
            .where(WebMessage.id > newest - RECENT, WebMessage.author == "me", ~received.exists())
            .order_by(WebMessage.id)
        )
    ).all()
