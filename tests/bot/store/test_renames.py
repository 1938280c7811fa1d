"""Words follow the names of classes: in what training reads, and in what is answered."""

import pytest
from sqlalchemy import text

from bot.store import dialogue, renames, statements
from bot.store.clock import now
from bot.store.engine import Store
from tests.bot.store.test_statements import ANN, Says, say

STEPS = {
    "by its former name": (["it's grizzly", "rename grizzly brown"], {"brown": "present"}),
    "what was said last, before the rename": (
        ["it's grizzly", "rename grizzly brown", "not brown", "rename brown bear"],
        {"bear": "absent"},
    ),
    "renamed back": (
        ["it's grizzly", "rename grizzly brown", "rename brown grizzly"],
        {"grizzly": "present"},
    ),
    "a former name said later": (
        ["not grizzly", "rename grizzly brown", "it's grizzly"],
        {"brown": "present"},
    ),
    "merged: it shows one of them": (
        ["it's grizzly", "not black", "merge grizzly black"],
        {"black": "present"},
    ),
    "merged: it shows none of them": (
        ["not grizzly", "not black", "merge grizzly black"],
        {"black": "absent"},
    ),
    "merged, and then denied": (
        ["it's grizzly", "not black", "merge grizzly black", "not black"],
        {"black": "absent"},
    ),
    "renamed, denied, and then merged": (
        ["it's grizzly", "rename grizzly brown", "not brown", "not black", "merge brown black"],
        {"black": "absent"},
    ),
    "merged and parted": (
        ["it's grizzly", "not black", "merge grizzly black", "part grizzly"],
        {"grizzly": "present", "black": "absent"},
    ),
}
"""What is said and done, and then the labels."""


async def do(store: Store, step: str) -> None:
    what, name, *other = step.split()
    async with store.writing() as session:
        if what in {"it's", "not"}:
            present, absent = (name, "") if what == "it's" else ("", name)
            await say(session, Says(ANN, present, absent=absent))
            return
        names = await renames.of_model(session, "bears")
        if what == "rename":
            names = names.renamed(name, *other, now())
        else:
            names = names.merged(name, *other, now()) if other else names.parted(name)
        await renames.keep(session, "bears", names)


@pytest.mark.parametrize(("steps", "labels"), STEPS.values(), ids=STEPS.keys())
async def test_words_follow_the_names(
    store: Store, steps: list[str], labels: dict[str, str]
) -> None:
    """Training and the answers read the same, by the names that classes have now."""
    for step in steps:
        await do(store, step)

    async with store.reading() as session:
        rows = await session.execute(text("SELECT class_name, state FROM training_label"))
        words = await statements.words_on(session, "a", "bears")

    assert {row.class_name: row.state for row in rows} == labels
    assert {word.class_name: word.state for word in words} == labels


async def test_a_class_of_people_s_own_is_offered_by_its_new_name(store: Store) -> None:
    """Not by the former one, nor twice where two became one."""
    for step in ("it's polar", "it's ice_bear", "merge ice_bear polar", "rename polar white"):
        await do(store, step)

    async with store.reading() as session:
        assert await dialogue.coming_classes(session, "bears", (), 0, 9) == ("white",)


async def test_another_model_keeps_its_names(store: Store) -> None:
    """A rename is one model's."""
    await do(store, "rename grizzly brown")

    async with store.reading() as session:
        assert (await renames.of_model(session, "bears")).now("grizzly") == "brown"
        assert (await renames.of_model(session, "pascal")).now("grizzly") == "grizzly"


async def test_the_words_on_one_photo_are_found_without_reading_all(store: Store) -> None:
    """SQLite reaches through the view to the index of the photo."""
    query = "SELECT * FROM latest_word WHERE photo_sha256 = 'a' AND model = 'bears'"
    async with store.reading() as session:
        plan = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {query}"))]

    assert any("ix_statement_photo_sha256_model" in line for line in plan)
    assert not any(line.startswith("SCAN statement") for line in plan)
