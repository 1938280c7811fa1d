import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Reply
from bot.store import answers, inbox, outbox
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Answer, Embedding, Photo

CHAT = "memory:1"


async def add_photo(session: AsyncSession, sha256: str, path: str | None = None) -> None:
    await answers.add_photo(
        session,
        sha256=sha256,
        path=path,
        width=640,
        height=480,
        size_bytes=1000,
        backbone="b1",
        vector=b"\0\1",
    )


async def add_answer(session: AsyncSession, sha256: str = "a", chat: str = CHAT) -> Answer:
    await add_photo(session, sha256)
    return await answers.add_answer(
        session,
        photo_sha256=sha256,
        chat_id=chat,
        person_id=chat,
        model="bears",
        version="shipped-1",
        payload={"labels": ["grizzly"]},
        twin={"label": "grizzly"},
        position=0,
    )


async def send(session: AsyncSession, message_id: str, *shown: Answer, chat: str = CHAT) -> None:
    """A message of ours that was sent, and shows these answers."""
    reply = Reply("…", answers=tuple(answer.id for answer in shown))
    await outbox.sent(session, await outbox.add(session, chat, reply), message_id)


async def test_the_same_photo_is_stored_once(store: Store) -> None:
    """A photo that comes again adds neither a photo nor an embedding."""
    async with store.writing() as session:
        await add_photo(session, "a", "photos/a.jpg")
        await add_photo(session, "a", "photos/a.jpg")

        photo = await answers.photo(session, "a")
        assert photo is not None
        assert (photo.path, photo.width, photo.height) == ("photos/a.jpg", 640, 480)
        for table in (Photo, Embedding):
            assert await session.scalar(select(func.count()).select_from(table)) == 1


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [(None, "photos/a.jpg", "photos/a.jpg"), ("photos/a.jpg", None, "photos/a.jpg")],
)
async def test_a_photo_keeps_the_path_that_it_had_once(
    store: Store, first: str | None, second: str | None, path: str
) -> None:
    """There was no room for it at one of two times."""
    async with store.writing() as session:
        await add_photo(session, "a", first)
        await add_photo(session, "a", second)
    async with store.reading() as session:
        photo = await answers.photo(session, "a")

    assert photo is not None
    assert photo.path == path


async def test_two_backbones_see_one_photo(store: Store) -> None:
    """Each backbone has an embedding of its own."""
    async with store.writing() as session:
        await add_photo(session, "a")
        await answers.add_photo(
            session, sha256="a", path=None, width=1, height=1, size_bytes=1, backbone="b2",
            vector=b"\2",
        )  # fmt: skip
        rows = await session.execute(select(Embedding.backbone, Embedding.vector))

        assert sorted(map(tuple, rows)) == [("b1", b"\0\1"), ("b2", b"\2")]


async def test_an_answer_is_found_by_its_id(store: Store) -> None:
    """What was stored comes back, JSON included; another id finds nothing."""
    async with store.writing() as session:
        added = await add_answer(session)
    async with store.reading() as session:
        found = await answers.answer_by_id(session, added.id)

        assert found is not None
        assert found.payload == {"labels": ["grizzly"]}
        assert found.said is None
        assert await answers.answer_by_id(session, added.id + 1) is None


async def test_a_message_shows_its_answers_in_order(store: Store) -> None:
    """An album's message leads to all of its answers, in the order shown, in its own chat only."""
    async with store.writing() as session:
        one, two, three = [await add_answer(session, name) for name in "abc"]
        await send(session, "m1", two, one, three)

        shown = await answers.answers_of_message(session, CHAT, "m1")
        together = await answers.answers_together(session, one.id)

        assert [answer.id for answer in shown] == [two.id, one.id, three.id]
        assert [answer.id for answer in together] == [two.id, one.id, three.id]
        assert await answers.answers_of_message(session, "memory:2", "m1") == []
        assert await answers.answers_of_message(session, CHAT, "m2") == []


async def test_an_edit_counts_for_the_message_that_it_changed(store: Store) -> None:
    """After a late photo the message shows more answers; an edit without any changes none."""
    async with store.writing() as session:
        one, two = [await add_answer(session, name) for name in "ab"]
        await send(session, "m1", one)
        await send(session, "m1", one, two)
        await send(session, "m1")

        shown = await answers.answers_of_message(session, CHAT, "m1")

    assert [answer.id for answer in shown] == [one.id, two.id]


async def test_answers_stand_together_before_they_are_sent(store: Store) -> None:
    """A tap can't come before the message, but a word can."""
    async with store.writing() as session:
        one, two = [await add_answer(session, name) for name in "ab"]
        await outbox.add(session, CHAT, Reply("…", answers=(one.id, two.id)))

        together = await answers.answers_together(session, two.id)
        assert [answer.id for answer in together] == [one.id, two.id]
        assert await answers.message_of_answer(session, two.id) is None


async def test_the_message_of_an_answer_is_the_newest_that_shows_it(store: Store) -> None:
    """Also after a notice, which has no message of its own, and in spite of other messages."""
    async with store.writing() as session:
        one, two = [await add_answer(session, name) for name in "ab"]
        await send(session, "m1", one)
        await send(session, "m2", one)
        await send(session, "m3", two)
        await send(session, "", one)

        assert await answers.message_of_answer(session, one.id) == "m2"


async def test_the_latest_answer_is_that_of_the_chat(store: Store) -> None:
    """Other chats' answers don't count."""
    async with store.writing() as session:
        assert await answers.latest_answer(session, CHAT) is None
        await add_answer(session, "a")
        mine = await add_answer(session, "b")
        await add_answer(session, "c", chat="memory:2")

        latest = await answers.latest_answer(session, CHAT)

    assert latest is not None
    assert latest.id == mine.id


async def test_an_answer_can_be_changed_after_it_was_stored(store: Store) -> None:
    """The row that comes back is the stored one: what is set on it is stored too."""
    async with store.writing() as session:
        answer = await add_answer(session)
        answer.draft = {"open": True}
    async with store.reading() as session:
        stored = await answers.answer_by_id(session, answer.id)

    assert stored is not None
    assert stored.draft == {"open": True}
    assert stored.created_at == answer.created_at


async def test_an_answer_knows_its_update(store: Store) -> None:
    """By the channel and the id that the platform gave it."""
    update = Incoming("memory", "7", "photo", chat="1", sender="1", message="u7")
    async with store.writing() as session:
        added = await inbox.add(session, update, later(0))
        await add_photo(session, "a")
        columns = {
            "photo_sha256": "a", "chat_id": CHAT, "person_id": CHAT, "model": "bears",
            "version": "1", "payload": {}, "twin": {},
        }  # fmt: skip
        answer = await answers.add_answer(session, "memory", "7", **columns)
        other = await answers.add_answer(session, "memory", "8", **columns)

    assert added is not None
    assert answer.inbox_id == added.claim.ids[0]
    assert other.inbox_id is None
