"""What is removed from the inbox, and what stays because something needs it."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Photo, Reply
from bot.store import answers, dialogue, inbox, outbox, people, pruning, statements, tables, web
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


async def sent(session: AsyncSession, photo: str, days_ago: int) -> None:
    """A photo that Ann sent so long ago, the bot's answer, and what she said of it then."""
    then = later(-days_ago * DAY_S)
    await answers.add_photo(session, photo, f"photos/{photo}.jpg", 1, 1, 1, "b", b"figures")
    answer = await answers.add_answer(
        session, photo_sha256=photo, chat_id=CHAT, person_id=CHAT, model="bears", version="1",
        payload={}, twin={}, created_at=then,
    )  # fmt: skip
    await people.ensure_person(session, CHAT, "Ann")
    said = await statements.add_statement(session, answer, CHAT, "is", "words", 1.0, ["cat"], [])
    said.said_at = then
    (await session.get_one(tables.Photo, photo)).created_at = then
    reply = await outbox.add(session, CHAT, Reply("a cat", answers=(answer.id,)))
    await outbox.sent(session, reply, f"m{photo}")
    (await session.get_one(Outbox, reply)).created_at = then
    await session.flush()


async def test_photos_go_after_their_time_and_figures_and_words_stay(store: Store) -> None:
    """NONESUCH_PHOTO_DAYS: the file goes; the embedding and the labels still train."""
    async with store.writing() as session:
        await sent(session, "old", 40)
        await sent(session, "new", 10)

        assert await pruning.files_past(session, later(-30 * DAY_S)) == ["old"]
        assert await pruning.files_past(session, later(-30 * DAY_S)) == []
        kept = await session.execute(select(tables.Photo.sha256, tables.Photo.path))
        assert set(map(tuple, kept)) == {("old", None), ("new", "photos/new.jpg")}
        assert len((await session.scalars(select(tables.Embedding))).all()) == 2


async def test_everything_goes_after_its_time(store: Store) -> None:
    """NONESUCH_HISTORY_DAYS: photos that nobody sent or spoke of since, with all about them."""
    async with store.writing() as session:
        for photo, days_ago in (("old", 40), ("spoken of since", 40), ("new", 10)):
            await sent(session, photo, days_ago)
        later_word = select(tables.Statement).where(
            tables.Statement.photo_sha256 == "spoken of since"
        )
        (await session.scalars(later_word)).one().said_at = now()
        await session.flush()

        assert await pruning.remove_past(session, later(-30 * DAY_S)) == ["old"]

        left = (await session.scalars(select(tables.Photo.sha256))).all()
        assert sorted(left) == ["new", "spoken of since"]
        assert len((await session.scalars(select(tables.Statement))).all()) == 2
        assert (await session.scalars(select(Outbox.message_id))).all() == ["mnew"]
