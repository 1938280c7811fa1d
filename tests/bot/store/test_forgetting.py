"""Rows of a person who is forgotten, in chats of their own and in those with others."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Reply
from bot.store import (
    answers,
    forgetting,
    inbox,
    outbox,
    people,
    seen_before,
    statements,
    training_runs,
    web,
)
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.tables import Answer, Forgetting, Inbox, Outbox, Statement, TrainingRun

ANN, BOB, GROUP = "memory:ann", "memory:bob", "memory:group"


async def sent(session: AsyncSession, who: str, photo: str, number: int) -> Answer:
    """A photo that somebody sent to the group, answered there."""
    await people.ensure_person(session, who, "")
    update = Incoming(
        "memory", f"{number}", "photo", "group", who.removeprefix("memory:"), f"u{number}"
    )
    added = await inbox.add(session, update, now(), claimed=True)
    assert added is not None
    await answers.add_photo(session, photo, None, 1, 1, 1, "b", b"figures")
    answer = await answers.add_answer(
        session, "memory", f"{number}", photo_sha256=photo, chat_id=GROUP, person_id=who,
        model="bears", version="1", payload={}, twin={},
    )  # fmt: skip
    reply = Reply("a bear", answers=(answer.id,))
    row = await outbox.add(session, GROUP, reply, added.claim.ids[0])
    await outbox.sent(session, row, f"m{number}")
    await inbox.finish(session, added.claim.ids)
    return answer


async def ask(session: AsyncSession, who: str) -> Forgetting:
    person = await people.ensure_person(session, who, "")
    return await forgetting.request(session, person, who)


async def test_in_a_group_only_what_is_the_persons_goes(store: Store) -> None:
    """Their photo, the answer to it, and what others said of it; others' photos stay."""
    async with store.writing() as session:
        hers = await sent(session, ANN, "hers", 1)
        his = await sent(session, BOB, "his", 2)
        for row, who in ((hers, BOB), (his, BOB), (his, ANN)):
            said = (row, who, "is", "words", 1.0, ["teddy"], [])
            await statements.add_statement(session, *said)

        request = await ask(session, ANN)
        assert await forgetting.erase(session, request) == ["hers"]

        assert (await session.scalars(select(Answer.person_id))).all() == [BOB]
        left = await session.execute(select(Statement.person_id, Statement.photo_sha256))
        assert left.all() == [(BOB, "his")]
        assert (await session.scalars(select(Inbox.person_id))).all() == [BOB]
        assert (await session.scalars(select(Outbox.message_id))).all() == ["m2"]
        assert await forgetting.forgotten_photos(session, request.id) == {
            "hers": False,
            "his": True,
        }
        view = await session.scalars(text("SELECT photo_sha256 FROM training_forgotten"))
        assert sorted(view) == ["hers", "his"]


async def test_who_asks_twice_has_asked_once(store: Store) -> None:
    """The first request stands."""
    async with store.writing() as session:
        assert (await ask(session, ANN)).id == (await ask(session, ANN)).id
        assert len(await forgetting.all_open(session)) == 1


async def test_what_is_being_answered_is_waited_for(store: Store) -> None:
    """A photo at work would be stored after everything was deleted."""
    async with store.writing() as session:
        update = Incoming("memory", "1", "photo", "group", "ann", "u1")
        added = await inbox.add(session, update, now(), claimed=True)
        assert added is not None
        request = await ask(session, ANN)

        assert await forgetting.is_at_work(session, request)
        await inbox.finish(session, added.claim.ids)
        assert not await forgetting.is_at_work(session, request)


async def test_trainings_that_the_person_asked_for_go(store: Store) -> None:
    """Others' stay, though the message that told of one goes."""
    async with store.writing() as session:
        await sent(session, BOB, "his", 1)
        for who in (ANN, BOB):
            run = await training_runs.request(session, "bears", ANN if who == ANN else GROUP, who)
            run.status, run.outbox_id = "failed", 1
        await session.flush()

        await forgetting.erase(session, await ask(session, ANN))

        assert (await session.scalars(select(TrainingRun.person_id))).all() == [BOB]


async def test_lists_that_name_the_person_to_an_admin_go(store: Store) -> None:
    """Nobody finds their id or name in another chat; what else was said there stays."""
    async with store.writing() as session:
        for text_ in ("· Ann (memory:ann): 3 of 5 photos", "hello"):
            await outbox.add(session, BOB, Reply(text_))
            await web.add_message(session, "abc", text_, "bot", {"text": text_})

        await forgetting.erase(session, await ask(session, ANN))

        told = [Reply.from_json(row.payload).text for row in await outbox.unsent(session)]
        assert told == ["hello"]
        shown = await web.history(session, "abc", None, 50)
        assert [each.payload["text"] for each in shown] == ["…", "hello"]


async def test_what_an_admin_was_asked_may_be_asked_of_another(store: Store) -> None:
    """Photos of others stay; the forgotten admin's chat is named no more."""
    async with store.writing() as session:
        his = await sent(session, BOB, "his", 1)
        question = await seen_before.ask(session, "bears", ANN, [his.id], "photos/sheets/a.jpg")
        assert question is not None

        await forgetting.erase(session, await ask(session, ANN))

        await session.refresh(question)
        assert (question.chat_id, question.status) == ("", "later")


async def test_the_id_of_a_message_never_comes_again(store: Store) -> None:
    """Platforms take what comes under one id for the same message."""
    async with store.writing() as session:
        first = await outbox.add(session, ANN, Reply("hello"))
        await outbox.remove(session, [first])

        assert await outbox.unsent(session) == []
        assert await outbox.add(session, BOB, Reply("hello")) > first


async def test_an_emptied_web_chat_goes_on_counting(store: Store) -> None:
    """An open page asks for what changed after the last revision that it saw."""
    async with store.writing() as session:
        for number in range(3):
            row = await web.add_message(session, "abc", f"{number}", "me", {"text": "secret"})
        seen = row.revision
        await web.empty_chat(session, "abc")
        await web.add_message(session, "abc", "farewell", "bot", {"text": "gone"})

        shown = await web.history(session, "abc", None, 50)
        assert [each.payload["text"] for each in shown] == ["gone"]
        assert [each.key for each in await web.changes(session, "abc", seen)] == ["farewell"]
        kept = await session.scalars(text("SELECT payload FROM web_message"))
        assert "secret" not in "".join(kept)
