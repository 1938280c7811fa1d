from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import answers, people, statements
from bot.store.engine import Store
from bot.store.tables import Answer, Statement

ANN, BOB = "memory:ann", "memory:bob"


@dataclass(frozen=True)
class Says:
    """A person says which classes are present and absent; perhaps they take it back at the end."""

    who: str
    present: str = ""
    absent: str = ""
    photo: str = "a"
    model: str = "bears"
    weight: float = 1.0
    withdrawn: bool = False


async def answer(session: AsyncSession, photo: str = "a", model: str = "bears") -> Answer:
    await answers.add_photo(
        session, sha256=photo, path=None, width=1, height=1, size_bytes=1, backbone="b", vector=b""
    )
    return await answers.add_answer(
        session, photo_sha256=photo, chat_id="memory:c", person_id=ANN, model=model,
        version="shipped-1", payload={}, twin={},
    )  # fmt: skip


async def say(session: AsyncSession, said: Says) -> Statement:
    await people.ensure_person(session, said.who, "")
    return await statements.add_statement(
        session,
        await answer(session, said.photo, said.model),
        said.who,
        kind="is",
        source="words",
        weight=said.weight,
        present=said.present.split(),
        absent=said.absent.split(),
    )


async def say_all(session: AsyncSession, sayings: Sequence[Says]) -> None:
    made = [(said, await say(session, said)) for said in sayings]
    for said, statement in made:
        if said.withdrawn:
            await statements.withdraw(session, statement.id)


CASES: dict[str, tuple[list[Says], set[tuple[str, str, str, str]]]] = {
    "nobody said anything": ([], set()),
    "one statement": (
        [Says(ANN, "grizzly", "black teddy")],
        {
            ("a", ANN, "grizzly", "present"),
            ("a", ANN, "black", "absent"),
            ("a", ANN, "teddy", "absent"),
        },
    ),
    "the latest counts": (
        [Says(ANN, "grizzly"), Says(ANN, absent="grizzly"), Says(ANN, "grizzly")],
        {("a", ANN, "grizzly", "present")},
    ),
    "for each class by itself": (
        [Says(ANN, "grizzly", "black"), Says(ANN, "black")],
        {("a", ANN, "grizzly", "present"), ("a", ANN, "black", "present")},
    ),
    "withdrawn words don't count": ([Says(ANN, "grizzly", withdrawn=True)], set()),
    "the word before a withdrawn one counts again": (
        [Says(ANN, "grizzly"), Says(ANN, absent="grizzly", withdrawn=True)],
        {("a", ANN, "grizzly", "present")},
    ),
    "withdrawing an older word changes nothing": (
        [Says(ANN, "grizzly", withdrawn=True), Says(ANN, absent="grizzly")],
        {("a", ANN, "grizzly", "absent")},
    ),
    "two people each have a word": (
        [Says(ANN, "grizzly"), Says(BOB, absent="grizzly")],
        {("a", ANN, "grizzly", "present"), ("a", BOB, "grizzly", "absent")},
    ),
    "one person's new word leaves the other's alone": (
        [Says(ANN, "grizzly"), Says(BOB, "grizzly"), Says(BOB, absent="grizzly")],
        {("a", ANN, "grizzly", "present"), ("a", BOB, "grizzly", "absent")},
    ),
    "each photo by itself": (
        [Says(ANN, "grizzly"), Says(ANN, absent="grizzly", photo="b")],
        {("a", ANN, "grizzly", "present"), ("b", ANN, "grizzly", "absent")},
    ),
    "nothing said, nothing labelled": ([Says(ANN)], set()),
}
"""Who said what -> the labels: photo, person, class, state."""


@pytest.mark.parametrize(("sayings", "labels"), CASES.values(), ids=CASES.keys())
async def test_training_reads_what_people_say_now(
    store: Store, sayings: list[Says], labels: set[tuple[str, str, str, str]]
) -> None:
    """The view `training_label` has each person's latest word on (photo, class) still standing."""
    async with store.writing() as session:
        await say_all(session, sayings)
    async with store.reading() as session:
        rows = await session.execute(
            text(
                "SELECT photo_sha256, person.id, class_name, state FROM training_label "
                "JOIN person ON person.pseudonym = said_by WHERE model = 'bears'"
            )
        )

        assert sorted(map(tuple, rows)) == sorted(labels)


@pytest.mark.parametrize(("sayings", "labels"), CASES.values(), ids=CASES.keys())
async def test_the_bot_answers_by_what_people_say_now(
    store: Store, sayings: list[Says], labels: set[tuple[str, str, str, str]]
) -> None:
    """`words_on` says the same of one photo as the view."""
    async with store.writing() as session:
        await say_all(session, sayings)
    async with store.reading() as session:
        words = await statements.words_on(session, "a", "bears")

    assert sorted(("a", word.person_id, word.class_name, word.state) for word in words) == sorted(
        label for label in labels if label[0] == "a"
    )


async def test_models_have_words_of_their_own(store: Store) -> None:
    """What is said about one model's answer trains that model only."""
    async with store.writing() as session:
        await say_all(session, [Says(ANN, "cat", model="pascal"), Says(ANN, "grizzly")])

        bears = await statements.words_on(session, "a", "bears")
        pascal = await statements.words_on(session, "a", "pascal")

    assert [word.class_name for word in bears] == ["grizzly"]
    assert [word.class_name for word in pascal] == ["cat"]


async def test_a_label_says_how_much_it_weighs_and_by_whom(store: Store) -> None:
    """Training sees the weight and a pseudonym, never the platform's id; the bot sees both."""
    async with store.writing() as session:
        statement = await say(session, Says(ANN, "grizzly", weight=0.25))
        await people.make_admin(session, ANN)
        rows = await session.execute(text("SELECT * FROM training_label"))
        columns, row = list(rows.keys()), rows.one()
        [word] = await statements.words_on(session, "a", "bears")

    assert columns == [
        "photo_sha256", "model", "class_name", "state", "weight", "said_by", "said_at",
    ]  # fmt: skip
    assert (row.weight, row.said_at) == (0.25, statement.said_at)
    assert ANN not in row.said_by
    assert (word.weight, word.chat_id, word.is_admin) == (0.25, "memory:c", True)


async def test_training_finds_photos_with_and_without_embedding(store: Store) -> None:
    """The view `training_photo` has a row for each backbone, or one without."""
    async with store.writing() as session:
        for backbone, vector in (("b1", b"\1\2"), ("b2", b"\3")):
            await answers.add_photo(
                session, sha256="a", path="photos/a.jpg", width=640, height=480, size_bytes=9,
                backbone=backbone, vector=vector,
            )  # fmt: skip
        await session.execute(
            text("INSERT INTO photo VALUES ('b', NULL, 1, 2, 3, '2026-11-25T00:00:00+00:00')")
        )
        rows = await session.execute(
            text("SELECT * FROM training_photo ORDER BY photo_sha256, backbone")
        )

        assert list(rows.keys()) == [
            "photo_sha256", "path", "width", "height", "backbone", "embedding",
        ]  # fmt: skip
        assert list(map(tuple, rows)) == [
            ("a", "photos/a.jpg", 640, 480, "b1", b"\1\2"),
            ("a", "photos/a.jpg", 640, 480, "b2", b"\3"),
            ("b", None, 1, 2, None, None),
        ]


async def test_what_a_statement_says_can_be_shown(store: Store) -> None:
    """A statement's labels come by name; a class that is both is present."""
    async with store.writing() as session:
        statement = await say(session, Says(ANN, "grizzly teddy", "teddy black"))

        assert await statements.labels_of(session, statement.id) == {
            "black": "absent",
            "grizzly": "present",
            "teddy": "present",
        }
        found = await statements.statement_by_id(session, statement.id)
        assert found is not None
        assert (found.photo_sha256, found.model, found.kind) == ("a", "bears", "is")
        assert await statements.statement_by_id(session, statement.id + 1) is None


async def test_undo_finds_the_last_word_of_the_person_in_the_chat(store: Store) -> None:
    """Other people's and withdrawn words are not found; with none left, nothing is."""
    async with store.writing() as session:
        first = await say(session, Says(ANN, "grizzly"))
        second = await say(session, Says(ANN, "black"))
        await say(session, Says(BOB, "teddy"))

        found = []
        while statement := await statements.latest_statement(session, ANN, "memory:c"):
            found.append(statement.id)
            await statements.withdraw(session, statement.id)

        assert found == [second.id, first.id]
        assert await statements.latest_statement(session, BOB, "memory:other") is None


async def test_withdrawing_twice_keeps_the_first_time(store: Store) -> None:
    """A second tap on Undo changes nothing."""
    async with store.writing() as session:
        statement = await say(session, Says(ANN, "grizzly"))
        await statements.withdraw(session, statement.id)
    async with store.writing() as session:
        before = (await session.get_one(Statement, statement.id)).withdrawn_at
        await statements.withdraw(session, statement.id)
    async with store.reading() as session:
        assert (await session.get_one(Statement, statement.id)).withdrawn_at == before is not None


async def test_the_figures_of_a_model(store: Store) -> None:
    """Answers, photos, labels, people and contradictions are counted for the model alone."""
    async with store.writing() as session:
        await say_all(
            session,
            [
                Says(ANN, "grizzly", "black"),
                Says(BOB, "black"),
                Says(ANN, "cat", model="pascal"),
            ],
        )
        await answer(session, photo="b")

        assert await statements.counts(session, "bears") == statements.Counts(
            answers=3,
            photos_answered=2,
            photos_labelled=1,
            labels=3,
            people=2,
            contradictions=1,
        )
