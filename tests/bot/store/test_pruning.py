"""What is removed from the inbox, and what stays because something needs it."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Photo, Reply
from bot.store import answers, dialogue, inbox, outbox, pruning, web
from bot.store.clock import later, now
from bot.store.engine import Store
from bot.store.tables import Inbox, Outbox

DAY_S = 24 * 3600.0
CHAT = "memory:1"


def update(number: int) -> Incoming:
    return Incoming("memory", f"{number}", "text", "1", "1", f"u{number}", text="hello")


async def receive(session: AsyncSession, incoming: Incoming) -> int:
    """Save an update; its id."""
    added = await inbox.add(session, incoming, later(0))
    assert added is not None
    return added.claim.ids[0]


async def finish_long_ago(session: AsyncSession, *ids: int) -> None:
    await inbox.finish(session, ids)
    for row in ids:
        (await session.get_one(Inbox, row)).done_at = later(-31 * DAY_S)
    await session.flush()


async def prune(session: AsyncSession) -> list[int]:
    """Remove what is not needed; the ids that are left."""
    await pruning.remove(session, await pruning.not_needed(session, later(-30 * DAY_S)))
    return list(await session.scalars(select(Inbox.id).order_by(Inbox.id)))


async def test_old_words_go_and_what_was_said_to_them_stays(store: Store) -> None:
    """Updates that were done long ago are removed; the replies to them are not."""
    async with store.writing() as session:
        old, recent = await receive(session, update(1)), await receive(session, update(2))
        reply = await outbox.add(session, CHAT, Reply("noted"), old)
        await outbox.sent(session, reply, "m1")
        await finish_long_ago(session, old)
        await inbox.finish(session, [recent])

        assert await prune(session) == [recent]
        kept = await session.get_one(Outbox, reply)
        assert (kept.message_id, kept.inbox_id) == ("m1", None)


async def test_what_is_not_done_stays(store: Store) -> None:
    """However old it is: it is still to be answered."""
    async with store.writing() as session:
        open_ = await receive(session, update(1))
        (await session.get_one(Inbox, open_)).received_at = later(-90 * DAY_S)

        assert await prune(session) == [open_]


async def test_a_reply_that_is_still_to_be_sent_keeps_its_update(store: Store) -> None:
    """A start sends the replies to one update together."""
    async with store.writing() as session:
        old = await receive(session, update(1))
        await outbox.add(session, CHAT, Reply("noted"), old)
        await finish_long_ago(session, old)

        assert await prune(session) == [old]


async def test_a_photo_that_was_answered_is_found_by_its_message(store: Store) -> None:
    """Who replies to an old photo still means the answer to it."""
    async with store.writing() as session:
        old = await receive(session, replace(update(1), kind="photo", photo=Photo("ref")))
        await answers.add_photo(session, "a", None, 1, 1, 1, "b", b"")
        answer = await answers.add_answer(
            session, "memory", "1", photo_sha256="a", chat_id=CHAT, person_id=CHAT, model="bears",
            version="1", payload={}, twin={},
        )  # fmt: skip
        await finish_long_ago(session, old)
        await prune(session)

        assert [row.id for row in await dialogue.answers_to(session, CHAT, "u1")] == [answer.id]


async def test_a_bubble_without_its_update_is_not_taken_for_a_lost_one(store: Store) -> None:
    """At its start the web chat hands over bubbles that never reached the inbox."""
    async with store.writing() as session:
        key = str(uuid4())
        await web.add_message(session, "abc", key, "me", {"text": "hello"})
        sent = replace(update(1), channel=web.CHANNEL, chat="abc", external_id=f"abc:{key}")
        old = await receive(session, sent)
        await finish_long_ago(session, old)

        assert await prune(session) == [old]
        assert await web.not_received(session) == []

        for number in range(web.RECENT):
            await web.add_message(session, "abc", f"{number}", "bot", {"text": "noted"})
        assert await prune(session) == []
        assert await web.not_received(session) == []


async def test_only_so_many_are_removed_at_once(store: Store) -> None:
    """People are answered in between."""
    async with store.writing() as session:
        ids = [await receive(session, update(number)) for number in range(pruning.AT_ONCE + 1)]
        await finish_long_ago(session, *ids)

        assert len(await pruning.not_needed(session, now())) == pruning.AT_ONCE
        assert await prune(session) == ids[-1:]
