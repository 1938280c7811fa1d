"""Which answers may wait for review, on a real database."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import answers, people, reviewing, statements, trust
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.pruning import remove_past
from bot.store.tables import Answer, Photo
from tests.bot.store.test_statements import ANN, BOB, Says, say_all

DESK = "webchat:admin"


async def answered(session: AsyncSession, photo: str, path: str | None = "photos/x.jpg") -> Answer:
    await answers.add_photo(session, photo, path, 1, 1, 1, "b", b"")
    return await answers.add_answer(
        session, photo_sha256=photo, chat_id=ANN, person_id=ANN, model="bears",
        version="shipped-1", payload={"classes": ["grizzly"]}, twin={},
    )  # fmt: skip


async def waiting(session: AsyncSession) -> list[str]:
    return [row.photo_sha256 for row in await reviewing.unspoken(session, "bears", 10)]


async def test_the_newest_answer_of_each_photo_that_nobody_spoke_of(store: Store) -> None:
    """Newest first, each photo once; none whose file is gone."""
    async with store.writing() as session:
        for photo in ("a", "b", "a"):
            await answered(session, photo)
        await answered(session, "gone", path=None)

        assert await waiting(session) == ["a", "b"]


async def test_the_blocked_hide_nothing(store: Store) -> None:
    """A photo waits again when whoever spoke of it is blocked, or takes it back."""
    async with store.writing() as session:
        await answered(session, "a")
        await say_all(session, [Says(BOB, "grizzly", photo="a")])
        assert await waiting(session) == []
        (await people.ensure_person(session, BOB, "")).blocked_at = now()
        await session.flush()

        assert await waiting(session) == ["a"]


async def test_open_words(store: Store) -> None:
    """What people differ on first; then single words; not what two people or an admin say."""
    async with store.writing() as session:
        said = [
            Says(ANN, "grizzly", photo="differ"),
            Says(BOB, absent="grizzly", photo="differ"),
            Says(ANN, "grizzly", photo="agree"),
            Says(BOB, "grizzly", photo="agree"),
            Says(DESK, "grizzly", photo="admin", weight=3),
            Says(ANN, "teddy", "black", photo="alone"),
        ]
        await say_all(session, said)

        found = await trust.open_words(session, "bears", 10)

    assert [(each.photo_sha256, each.class_name, each.state) for each in found] == [
        ("differ", "grizzly", "differ"),
        ("alone", "black", "absent"),
        ("alone", "teddy", "present"),
    ]


@pytest.mark.parametrize("trolls", [0, 1, 7])
async def test_a_word_that_outweighs_settles(store: Store, trolls: int) -> None:
    """Whatever was said before, with 3 and twice the weight of that nothing is contradictory."""
    async with store.writing() as session:
        await say_all(session, [Says(ANN, "grizzly", photo="a")])
        await say_all(session, [Says(f"t{each}", absent="grizzly") for each in range(trolls)])
        weight = 3 + await trust.to_outweigh(session, "a", "bears")
        await say_all(session, [Says(DESK, "grizzly", photo="a", weight=weight)])

        assert await trust.contradictions(session, "bears") == []
        assert (await trust.decided(session, "bears", 1))["a"] == {"grizzly": "present"}


async def test_looking_at_a_photo_keeps_it_no_longer(store: Store) -> None:
    """What an admin was shown is as old as the answer, and goes by its age with it."""
    async with store.writing() as session:
        row = await answered(session, "a")
        row.created_at = (await session.get_one(Photo, "a")).created_at = "2026-01-01"
        await session.flush()
        again = await reviewing.show_again(session, row, DESK, {"review": {"open": True}})
        assert (again.person_id, again.chat_id) == (ANN, DESK)

        assert await remove_past(session, "2026-02-01") == ["a"]
        assert list(await session.scalars(select(Answer.id))) == []


async def test_what_was_said_in_review_at_once_is_one_batch(store: Store) -> None:
    """The latest of it that stands, in this chat and by this person; nothing said elsewhere."""
    async with store.writing() as session:
        await people.ensure_person(session, DESK, "")
        for photo, at in (("a", "1"), ("b", "2"), ("c", "2")):
            row = await answered(session, photo)
            row = await reviewing.show_again(session, row, DESK, {"review": {"open": False}})
            said = await statements.add_statement(
                session, row, DESK, "none", "tap", 3, (), ["grizzly"]
            )
            said.said_at = at
        await say_all(session, [Says(DESK, "grizzly", photo="d")])
        await session.flush()

        last = await reviewing.judged_last(session, DESK, DESK)
        assert [each.photo_sha256 for each in last] == ["b", "c"]
        for each in last:
            await statements.withdraw(session, each.id)
        last = await reviewing.judged_last(session, DESK, DESK)
        assert [each.photo_sha256 for each in last] == ["a"]
