"""The inbox: updates from their arrival until they are answered.

An update is waiting (not claimed), at work (claimed) or done. The photos of an album are claimed
together: they have the same chat, group and claim time, and one message answers them.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.conversation.messages import Incoming
from bot.store.clock import now
from bot.store.tables import Base, Inbox, Outbox

_INBOX = Base.metadata.tables["inbox"]
_CHAT = Base.metadata.tables["chat"]
_PERSON = Base.metadata.tables["person"]
_ROW = _INBOX.c.id == bindparam("row")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is answered together: one update, or the photos of an album.

    `attempts` are those before this one. `model` answers in the chat (None: the default).
    """

    ids: tuple[int, ...]
    incomings: tuple[Incoming, ...]
    attempts: int
    received_at: str
    model: str | None

    @property
    def first(self) -> Incoming:
        """The update that came first: it says the channel, the chat and the sender."""
        return self.incomings[0]

    @property
    def group(self) -> str | None:
        """The album that the photos belong to."""
        return group_key(self.first)


def group_key(incoming: Incoming) -> str | None:
    """The album, of a photo. What else platforms put into albums is answered by itself."""
    return incoming.group if incoming.kind == "photo" else None


@dataclass(frozen=True, slots=True)
class Window:
    """So many updates of a person, and no more, may arrive after `since`."""

    since: str
    limit: int


UNLIMITED = Window(since="", limit=sys.maxsize)


@dataclass(frozen=True, slots=True)
class Added:
    """An update that was saved. Of each window: when the one arrived that is too many, if one is.

    `minute` counts everything that the person sent, `hour` their photos, this one included.
    `blocked` says since when nothing is taken from them.
    """

    claim: Claim
    minute: str | None
    hour: str | None
    blocked: str | None


def _one_too_many(window: str, *which: ColumnElement[bool]) -> ColumnElement[str | None]:
    arrived = _INBOX.c.received_at
    mine = _INBOX.c.person_id == bindparam("person"), arrived > bindparam(f"{window}_since")
    newest = select(arrived).where(*mine, *which).order_by(arrived.desc()).limit(1)
    return newest.offset(bindparam(f"{window}_limit")).scalar_subquery().label(window)


_ADD = (
    insert(_INBOX)
    .on_conflict_do_nothing()
    .returning(
        _INBOX.c.id,
        select(_CHAT.c.model).where(_CHAT.c.id == bindparam("chat")).scalar_subquery(),
        _one_too_many("minute"),
        _one_too_many("hour", _INBOX.c.kind == "photo"),
        select(_PERSON.c.blocked_at).where(_PERSON.c.id == bindparam("person")).scalar_subquery(),
    )
)
"""All in one statement: each more would take 2 % of the time that answering a photo takes."""


async def add(
    session: AsyncSession,
    incoming: Incoming,
    not_before: str,
    minute: Window = UNLIMITED,
    hour: Window = UNLIMITED,
    *,
    claimed: bool = False,
) -> Added | None:
    """Save an update, as waiting or as claimed already; None if it was there already."""
    time = now()
    row = {
        "channel": incoming.channel,
        "external_id": incoming.external_id,
        "chat_id": incoming.chat_key,
        "person_id": incoming.person,
        "kind": incoming.kind,
        "payload": incoming.to_json(),
        "group_key": group_key(incoming),
        "not_before": not_before,
        "received_at": time,
        "claimed_at": time if claimed else None,
        "attempts": 1 if claimed else 0,
    }
    asked = {
        "chat": incoming.chat_key,
        "person": incoming.person,
        "minute_since": minute.since,
        "minute_limit": minute.limit,
        "hour_since": hour.since,
        "hour_limit": hour.limit,
    }
    added = (await session.execute(_ADD, row | asked)).first()
    if added is None:
        return None
    inbox_id, model, too_many_in_minute, too_many_in_hour, blocked = added
    claim = Claim((inbox_id,), (incoming,), 0, time, model)
    return Added(claim, too_many_in_minute, too_many_in_hour, blocked)


def _waiting(channels: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Not claimed, its time has come, and the same is true of all open photos of its album."""
    other = _INBOX.alias()
    incomplete = exists().where(
        other.c.group_key == _INBOX.c.group_key,
        other.c.chat_id == _INBOX.c.chat_id,
        other.c.done_at.is_(None),
        or_(other.c.claimed_at.is_not(None), other.c.not_before > bindparam("now")),
    )
    return (
        _INBOX.c.done_at.is_(None),
        _INBOX.c.claimed_at.is_(None),
        _INBOX.c.not_before <= bindparam("now"),
        _INBOX.c.channel.in_(channels),
        ~incomplete,
    )


@cache
def _due(channels: frozenset[str]) -> Select[tuple[int, dict[str, Any], int, str, str | None]]:
    """The first so many that wait, and the rest of the albums among them."""
    waiting = _waiting(channels)
    page = select(_INBOX.c.id, _INBOX.c.group_key).where(*waiting).order_by(_INBOX.c.id)
    first = page.limit(bindparam("limit")).cte()
    whole = or_(
        _INBOX.c.id.in_(select(first.c.id)), _INBOX.c.group_key.in_(select(first.c.group_key))
    )
    return (
        select(
            _INBOX.c.id, _INBOX.c.payload, _INBOX.c.attempts, _INBOX.c.received_at, _CHAT.c.model
        )
        .outerjoin_from(_INBOX, _CHAT, _CHAT.c.id == _INBOX.c.chat_id)
        .where(*waiting, whole)
        .order_by(_INBOX.c.id)
    )


async def due(session: AsyncSession, channels: Collection[str], limit: int) -> list[Claim]:
    """What of these channels may be claimed now, in the order of arrival.

    About `limit` updates: albums are always whole. An album is due when none of its photos has to
    wait for another one, and none that came before is still at work (the rest comes late then: see
    `bot.store.outbox.former_answer`).
    """
    rows = await session.execute(_due(frozenset(channels)), {"now": now(), "limit": limit})
    together = defaultdict(list)
    for row in rows:
        incoming = Incoming.from_json(row.payload)
        album = group_key(incoming)
        together[(incoming.chat_key, album) if album else row.id].append((row, incoming))
    return [_claim(members) for members in together.values()]


def _claim(members: Sequence[tuple[Row[Any], Incoming]]) -> Claim:
    rows = [row for row, _ in members]
    return Claim(
        ids=tuple(row.id for row in rows),
        incomings=tuple(incoming for _, incoming in members),
        attempts=max(row.attempts for row in rows),
        received_at=rows[0].received_at,
        model=rows[0].model,
    )


_CLAIM = (
    update(_INBOX).where(_ROW).values(claimed_at=bindparam("now"), attempts=_INBOX.c.attempts + 1)
)


async def claim(session: AsyncSession, ids: Collection[int]) -> None:
    """These are at work from now on, and one more attempt is counted for each."""
    time = now()
    if ids:
        await session.execute(_CLAIM, [{"row": row, "now": time} for row in ids])


async def release(
    session: AsyncSession, ids: Collection[int], not_before: str, error: str, *, counts: bool
) -> None:
    """These wait again, until `not_before`; the attempt is taken back unless it counts."""
    attempts = Inbox.attempts if counts else Inbox.attempts - 1
    values = {"claimed_at": None, "not_before": not_before, "error": error, "attempts": attempts}
    await session.execute(update(Inbox).where(Inbox.id.in_(ids)).values(values))


_FINISH = update(_INBOX).where(_ROW).values(done_at=bindparam("now"))


async def finish(session: AsyncSession, ids: Collection[int]) -> None:
    """These are done. `error` stays what it was: what went wrong last, if anything did."""
    time = now()
    await session.execute(_FINISH, [{"row": row, "now": time} for row in ids])


async def take_up(session: AsyncSession) -> None:
    """What a former life of the process left at work waits again, unless its answer is stored."""
    answered = aliased(Inbox)
    stored = exists().where(Outbox.inbox_id == answered.id, _claimed_together(answered))
    at_work = Inbox.done_at.is_(None) & Inbox.claimed_at.is_not(None)
    await session.execute(update(Inbox).where(at_work, ~stored).values(claimed_at=None))


async def claimed_with(session: AsyncSession, inbox_id: int) -> list[int]:
    """The ids of all that were claimed together with this one, itself included."""
    this = aliased(Inbox)
    together = select(Inbox.id).join(this, _claimed_together(this)).where(this.id == inbox_id)
    return list(await session.scalars(together.order_by(Inbox.id)))


def _claimed_together(other: type[Inbox]) -> ColumnElement[bool]:
    same = or_(other.id == Inbox.id, other.group_key == Inbox.group_key)
    return (other.chat_id == Inbox.chat_id) & (other.claimed_at == Inbox.claimed_at) & same


async def photos_needed(session: AsyncSession) -> set[str]:
    """What `Photo.ref` is in all updates that are not done."""
    refs = select(Inbox.payload["photo"]["ref"].as_string()).where(
        Inbox.done_at.is_(None), Inbox.kind == "photo"
    )
    return {ref for ref in await session.scalars(refs) if ref}
