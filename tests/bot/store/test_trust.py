"""Whose words agree with others', and what waits because people differ."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import trust
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.tables import Person
from tests.bot.store.test_statements import ANN, BOB, Says, say_all

CEM, ADMIN = "memory:cem", "memory:admin"


def votes(who: str, state: str, photos: int, weight: float = 1.0) -> list[Says]:
    """The same word on so many photos."""
    said = {"present": "grizzly"} if state == "present" else {"absent": "grizzly"}
    return [Says(who, photo=f"p{number}", weight=weight, **said) for number in range(photos)]


async def trust_of(session: AsyncSession, *people: str) -> list[float]:
    await trust.measure(session)
    return [(await session.get_one(Person, who, populate_existing=True)).trust for who in people]


async def test_who_contradicts_an_admin_weighs_less(store: Store) -> None:
    """Bob contradicts an admin and Ann 8 times: with 8 in advance, half of his words agree."""
    async with store.writing() as session:
        words = votes(ADMIN, "present", 8, weight=3) + votes(ANN, "present", 8)
        await say_all(session, words + votes(BOB, "absent", 8))

        assert await trust_of(session, ADMIN, ANN, BOB) == [1.0, 1.0, 0.5]
        rows = await session.execute(text("SELECT DISTINCT weight FROM training_label"))
        assert sorted(row.weight for row in rows) == [0.5, 1.0, 3.0]


async def test_one_slip_costs_nothing(store: Store) -> None:
    """Two words of ten that differ are what honest people do."""
    async with store.writing() as session:
        await say_all(session, votes(ADMIN, "present", 2, weight=3) + votes(BOB, "absent", 2))

        assert await trust_of(session, BOB) == [1.0]


async def test_trust_comes_back(store: Store) -> None:
    """It is measured anew from all words that count now."""
    async with store.writing() as session:
        words = votes(ADMIN, "present", 8, weight=3)
        await say_all(session, words + votes(BOB, "absent", 8))
        assert await trust_of(session, BOB) == [0.5]
        await say_all(session, votes(BOB, "present", 8))

        assert await trust_of(session, BOB) == [1.0]


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([ANN], 1.0),
        ([ANN, CEM], 0.5),
    ],
    ids=["one other person", "two other people"],
)
async def test_one_person_s_word_is_no_measure(
    store: Store, others: Sequence[str], found: float
) -> None:
    """Against one other person it is word against word; two who agree are a measure."""
    async with store.writing() as session:
        words = [said for who in others for said in votes(who, "present", 8)]
        await say_all(session, words + votes(BOB, "absent", 8))

        assert await trust_of(session, BOB) == [found]


CASES: dict[str, tuple[list[Says], list[tuple[str, str]]]] = {
    "people who agree": ([Says(ANN, "grizzly"), Says(BOB, "grizzly")], []),
    "word against word": ([Says(ANN, "grizzly"), Says(BOB, absent="grizzly")], [("a", "grizzly")]),
    "a word that was taken back": (
        [Says(ANN, "grizzly"), Says(BOB, absent="grizzly", withdrawn=True)],
        [],
    ),
    "another class": ([Says(ANN, "grizzly"), Says(BOB, absent="black")], []),
    "an admin decides": ([Says(ANN, "grizzly"), Says(ADMIN, absent="grizzly", weight=3)], []),
    "a bystander decides nothing": (
        [Says(ANN, "grizzly"), Says(BOB, absent="grizzly", weight=0.25)],
        [],
    ),
    "another model": (
        [Says(ANN, "grizzly", model="pascal"), Says(BOB, absent="grizzly", model="pascal")],
        [],
    ),
}


@pytest.mark.parametrize(("said", "waiting"), CASES.values(), ids=CASES.keys())
async def test_what_waits_for_somebody_to_decide(
    store: Store, said: list[Says], waiting: list[tuple[str, str]]
) -> None:
    """A class of a photo on which neither side has twice the other's weight: it trains nothing."""
    async with store.writing() as session:
        await say_all(session, said)

        assert await trust.contradictions(session, "bears") == waiting


async def test_the_blocked_contradict_nobody(store: Store) -> None:
    """Their words are in no view, so that nothing waits for them."""
    async with store.writing() as session:
        await say_all(session, [Says(ANN, "grizzly"), Says(BOB, absent="grizzly")])
        (await session.get_one(Person, BOB)).blocked_at = now()
        await session.flush()

        assert await trust.contradictions(session, "bears") == []
        said_by = await session.execute(text("SELECT DISTINCT state FROM training_label"))
        assert [row.state for row in said_by] == ["present"]
