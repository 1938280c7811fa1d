"""The admin page's figures, from known rows in a real database."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Reply
from bot.store import answers, figures, inbox, outbox, people, statements, training_runs
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.figures import Answers, Confusion, Feedback, Queue
from bot.store.tables import Answer, Person, Statement
from model.decision import Answer as Said
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, answer

ANN, BOB, ADMIN = "memory:ann", "memory:bob", "memory:admin"
ALWAYS = ""
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


async def answered(
    session: AsyncSession, photo: str, said: Said | None, model: str = "bears", day: str = MONDAY
) -> Answer:
    """The model said this of a photo; None: it found a point."""
    await answers.add_photo(session, photo, None, 1, 1, 1, "b", b"")
    row = await answers.add_answer(
        session, photo_sha256=photo, chat_id="memory:1", person_id=ANN, model=model,
        version="shipped-1", payload=said.to_json() if said else {"point": [1, 2]}, twin={},
    )  # fmt: skip
    at = f"{day}T10:00:00.000000+00:00"
    await session.execute(update(Answer).where(Answer.id == row.id).values(created_at=at))
    return row


async def told(
    session: AsyncSession,
    row: Answer,
    present: str = "",
    absent: str = "",
    who: str = ANN,
    kind: str = "is",
    weight: float = 1.0,
    day: str = MONDAY,
) -> int:
    """Somebody said which classes are in the photo; the statement's id."""
    await people.ensure_person(session, who, "")
    said = await statements.add_statement(
        session, row, who, kind, "words", weight, present.split(), absent.split()
    )
    at = f"{day}T11:00:00.000000+00:00"
    await session.execute(update(Statement).where(Statement.id == said.id).values(said_at=at))
    return said.id


async def block(session: AsyncSession, who: str) -> None:
    await people.ensure_person(session, who, "")
    await session.execute(update(Person).where(Person.id == who).values(blocked_at=now()))


async def arrives(session: AsyncSession, number: int, who: str = "ann") -> tuple[int, ...]:
    update_ = Incoming("memory", f"u{number}", "text", "1", who, f"m{number}", text="hello")
    added = await inbox.add(session, update_, now())
    assert added
    return added.claim.ids


async def test_the_queues_count_what_is_still_to_be_done(store: Store) -> None:
    """Updates that are not done, and replies that were neither sent nor given up."""
    async with store.writing() as session:
        assert await figures.queue(session) == Queue(0, 0)
        await inbox.finish(session, await arrives(session, 1))
        await inbox.claim(session, await arrives(session, 2))
        await arrives(session, 3)
        sent, lost, *_ = [
            await outbox.add(session, "memory:1", Reply(str(number))) for number in range(3)
        ]
        await outbox.sent(session, sent, "m", again=False)
        await outbox.given_up(session, lost, "blocked by the user")

        assert await figures.queue(session) == Queue(to_answer=2, to_send=1)


async def test_runs_say_what_their_message_shows(store: Store) -> None:
    """The newest first, with the words and the progress of their message; no mere question."""
    async with store.writing() as session:
        await training_runs.request(session, "bears", "memory:1", ADMIN, status="asked")
        await training_runs.request(session, "pascal", "memory:1", ADMIN)
        run = await training_runs.request(session, "bears", "memory:1", ADMIN)
        message = await outbox.add(session, "memory:1", Reply("Training: 3 of 4", progress=0.75))
        await training_runs.update(session, run.id, outbox_id=message, status="running")

        newest, former = await figures.runs(session, 5)

        assert (newest.model, newest.status) == ("bears", "running")
        assert (newest.words, newest.progress) == ("Training: 3 of 4", 0.75)
        assert (former.model, former.words, former.progress) == ("pascal", None, None)
        assert await figures.runs(session, 1) == [newest]


async def test_answers_by_day(store: Store) -> None:
    """Per day, with the share of none; a point has no classes and is left out."""
    async with store.writing() as session:
        await answered(session, "long ago", NONE, day="2026-10-01")
        for photo, said in (("a", NONE), ("b", GRIZZLY), ("c", ASKED), ("d", None)):
            await answered(session, photo, said)
        await answered(session, "e", answer(unfamiliar=["grizzly"], grizzly=0.9), day=TUESDAY)

        assert await figures.answers_by_day(session, MONDAY) == [
            Answers(MONDAY, count=3, none=1),
            Answers(TUESDAY, count=1, none=1),
        ]


async def test_feedback_by_day(store: Store) -> None:
    """Right and corrections; what was taken back, and words of the blocked, are left out."""
    async with store.writing() as session:
        row = await answered(session, "a", GRIZZLY)
        await told(session, row, "grizzly", kind="right")
        await told(session, row, "teddy", kind="is", who=BOB)
        await told(session, row, "", "grizzly", kind="not", who=BOB)
        await statements.withdraw(session, await told(session, row, "black"))
        await told(session, row, "grizzly", kind="right", day=TUESDAY)
        await told(session, row, "black", who="memory:troll")
        await block(session, "memory:troll")

        assert await figures.feedback_by_day(session, MONDAY) == [
            Feedback(MONDAY, right=1, corrections=2),
            Feedback(TUESDAY, right=1, corrections=0),
        ]


PAIRS: dict[str, tuple[Said, dict[str, Any], list[tuple[str | None, str | None]]]] = {
    "one for the other": (
        GRIZZLY, {"present": "teddy", "absent": "grizzly"}, [("grizzly", "teddy")]
    ),
    "named, and nothing is there": (GRIZZLY, {"absent": "grizzly"}, [("grizzly", None)]),
    "none, and something is there": (NONE, {"present": "teddy"}, [(None, "teddy")]),
    "a class that the model does not know": (NONE, {"present": "kite"}, [(None, "kite")]),
    "rightly named": (GRIZZLY, {"present": "grizzly", "absent": "teddy"}, []),
    "rightly none": (NONE, {"absent": "grizzly teddy"}, []),
    "asked about, and it is": (ASKED, {"present": "grizzly"}, []),
    "asked about, and it is not": (ASKED, {"absent": "grizzly"}, []),
    "two seen in place of one": (
        GRIZZLY,
        {"present": "black teddy", "absent": "grizzly"},
        [("grizzly", "black"), ("grizzly", "teddy")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
async def test_what_was_taken_for_what(store: Store, case: str) -> None:
    """What the model named wrongly, beside what people see and it did not name."""
    said, words, pairs = PAIRS[case]
    async with store.writing() as session:
        await told(session, await answered(session, "a", said), **words)

        found = await figures.confusions(session, ALWAYS, 10)

        assert found == [Confusion("bears", *pair, photos=1) for pair in pairs]


async def test_confusions_count_photos_most_first(store: Store) -> None:
    """A photo that was answered twice counts once; models are kept apart; old answers are left."""
    async with store.writing() as session:
        for photo in ("a", "b"):
            await answered(session, photo, GRIZZLY)
            await told(session, await answered(session, photo, GRIZZLY), "teddy", "grizzly")
        await told(session, await answered(session, "c", NONE), "teddy")
        await told(session, await answered(session, "a", GRIZZLY, "cubs"), "teddy", "grizzly")
        await told(session, await answered(session, "d", NONE, day="2026-10-01"), "black")

        assert await figures.confusions(session, MONDAY, 10) == [
            Confusion("bears", "grizzly", "teddy", 2),
            Confusion("bears", None, "teddy", 1),
            Confusion("cubs", "grizzly", "teddy", 1),
        ]
        assert len(await figures.confusions(session, MONDAY, 2)) == 2


async def test_what_people_disagree_on_is_no_confusion(store: Store) -> None:
    """Word against word says nothing; an admin's word outweighs one other's."""
    async with store.writing() as session:
        row = await answered(session, "a", NONE)
        await told(session, row, "teddy")
        await told(session, row, absent="teddy", who=BOB)
        assert await figures.confusions(session, ALWAYS, 10) == []
        await told(session, row, "teddy", who=ADMIN, weight=3)

        assert await figures.confusions(session, ALWAYS, 10) == [
            Confusion("bears", None, "teddy", 1)
        ]


async def test_people_by_when_they_were_here(store: Store) -> None:
    """The blocked first, then whoever wrote or spoke last; words taken back don't count."""
    async with store.writing() as session:
        for who in (ANN, BOB, "memory:troll"):
            await people.ensure_person(session, who, "")
        row = await answered(session, "a", GRIZZLY)
        await told(session, row, "grizzly", who=BOB)
        await statements.withdraw(session, await told(session, row, "teddy", who=BOB))
        await block(session, "memory:troll")
        await arrives(session, 1, "bob")
        await session.execute(update(Person).values(created_at="2026-11-01"))

        seen = await figures.people(session, 10)

        assert [each.person.id for each in seen] == ["memory:troll", BOB, ANN]
        assert [each.words for each in seen] == [0, 1, 0]
        assert seen[1].last_at > TUESDAY
        assert seen[2].last_at == "2026-11-01"
        assert len(await figures.people(session, 1)) == 1
        assert await figures.count_people(session) == 3
