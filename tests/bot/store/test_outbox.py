from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Button, Incoming, Photo, Picture, Reply
from bot.store import answers, inbox, outbox
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Answer, Outbox

CHAT = "memory:1"
PHOTO = Incoming("memory", "1", "photo", "1", "1", "u1", photo=Photo("ref"), group="album")


async def receive(session: AsyncSession, incoming: Incoming) -> int:
    added = await inbox.add(session, incoming, later(0))
    assert added is not None
    return added.claim.ids[0]


async def add_answer(session: AsyncSession) -> Answer:
    await answers.add_photo(session, "a", None, 1, 1, 1, "b", b"")
    return await answers.add_answer(
        session, photo_sha256="a", chat_id=CHAT, person_id=CHAT, model="bears", version="1",
        payload={}, twin={},
    )  # fmt: skip


async def test_a_reply_comes_back_as_it_was_stored(store: Store) -> None:
    """Buttons, picture, what it quotes and edits: everything."""
    async with store.writing() as session:
        answer = await add_answer(session)
        reply = Reply(
            "a grizzly",
            buttons=((Button("right:1", "Right"), Button("wrong:1", "Wrong")),),
            reply_to="u1",
            edits="m1",
            progress=0.5,
            answers=(answer.id,),
            notice="noted",
            tap_id="t",
            picture=Picture("photos/ab/abc-1.jpg", "Your photo, with a ring", 320, 240),
        )
        await outbox.add(session, CHAT, reply)
    async with store.reading() as session:
        [row] = await outbox.unsent(session)

    assert Reply.from_json(row.payload) == reply


async def test_unsent_is_what_is_neither_sent_nor_given_up(store: Store) -> None:
    """In the order in which it was stored; what is rewritten is unsent again."""
    async with store.writing() as session:
        ids = [await outbox.add(session, CHAT, Reply(f"{number}")) for number in range(5)]
        await outbox.sent(session, ids[0], "m0")
        await outbox.given_up(session, ids[1], "blocked")
        await outbox.sent(session, ids[2], "m2")
        await outbox.sent(session, ids[4], "m4", again=True)
        await outbox.rewrite(session, ids[2], Reply("new"))
    async with store.reading() as session:
        rows = [(row.id, row.message_id) for row in await outbox.unsent(session)]

    assert rows == [(ids[2], "m2"), (ids[3], None), (ids[4], "m4")]


async def test_what_is_sent_after_all_has_no_error(store: Store) -> None:
    """A message that was given up and then edited is sent like any other."""
    async with store.writing() as session:
        outbox_id = await outbox.add(session, CHAT, Reply("…"))
        await outbox.given_up(session, outbox_id, "no answer")
        await outbox.sent(session, outbox_id, "m1")
    async with store.reading() as session:
        row = await session.get_one(Outbox, outbox_id)

    assert row.error is None
    assert row.message_id == "m1"


@pytest.mark.parametrize(
    ("chat", "album", "found"),
    [(CHAT, "album", "m2"), (CHAT, "other", None), ("memory:2", "album", None)],
)
async def test_the_former_answer_of_an_album(
    store: Store, chat: str, album: str, found: str | None
) -> None:
    """The newest message that shows answers to its photos: no notice, and nothing about others."""
    async with store.writing() as session:
        first = await receive(session, PHOTO)
        tap = await receive(session, replace(PHOTO, external_id="2", kind="tap"))
        shown = (await add_answer(session)).id
        for message_id, inbox_id, reply in (
            ("m1", first, Reply("one", answers=(shown,))),
            ("m2", first, Reply("two", answers=(shown,))),
            ("m3", first, Reply("and something else")),
            ("m4", tap, Reply("open list", answers=(shown,))),
            ("", first, Reply("", notice="noted", answers=(shown,))),
        ):
            await outbox.sent(session, await outbox.add(session, CHAT, reply, inbox_id), message_id)
        await outbox.add(session, CHAT, Reply("unsent", answers=(shown,)), first)

        assert await outbox.former_answer(session, chat, album) == found
