"""`train/renames.py`: a base and a champion by the names that people gave their classes since."""

import asyncio
import re
from pathlib import Path

import numpy as np

from bot.renames import Renames
from bot.store import renames
from bot.store.clock import now
from bot.store.engine import Store
from model.head import ABSENT, PRESENT, UNKNOWN
from model.registry import Registry
from tests.train.chat import MODEL, SHIPPED_VERSION, bears, cats, database_url, is_a, say
from tests.train.toys import memory
from train.challenge import judged
from train.events import Bars
from train.learner import learn
from train.renames import answering_as, remembered
from train.retrain import Outcome, retrain


def rename(home: Path, names: Renames) -> None:
    """What the bot writes when an admin renames classes."""

    async def keep() -> None:
        store = Store(f"sqlite+aiosqlite:///{home / 'nonesuch.db'}")
        await store.open()
        async with store.writing() as session:
            await renames.keep(session, MODEL, names)
        await store.close()

    asyncio.run(keep())


def run(home: Path) -> Outcome:
    return retrain(
        MODEL,
        database_url(home),
        registry=Registry(home / "registry"),
        home=home,
        events=Bars(),
        command="a test",
        who="ann",
    )


def classes_of(home: Path, version: str) -> tuple[str, ...]:
    return Registry(home / "registry").card(MODEL, version).classes


def test_a_renamed_class_keeps_its_column() -> None:
    """Only the name changes."""
    base = memory([1, 2], [[PRESENT, ABSENT], [UNKNOWN, PRESENT]])

    same, classes = remembered(base, ("grizzly", "teddy"), {"grizzly": "brown"})

    assert classes == ("brown", "teddy")
    assert np.array_equal(same.state, base.state)


def test_a_merged_class_is_present_where_a_part_is() -> None:
    """Absent where all parts are, else unknown; the others keep their columns."""
    base = memory(
        [1, 2, 3, 4],
        [
            [PRESENT, ABSENT, ABSENT],
            [ABSENT, PRESENT, UNKNOWN],
            [ABSENT, ABSENT, ABSENT],
            [ABSENT, PRESENT, ABSENT],
        ],
    )

    one, classes = remembered(base, ("grizzly", "teddy", "black"), {"black": "grizzly"})

    assert classes == ("grizzly", "teddy")
    assert one.state.tolist() == [
        [PRESENT, ABSENT],
        [UNKNOWN, PRESENT],
        [ABSENT, ABSENT],
        [ABSENT, PRESENT],
    ]


def test_a_champion_is_judged_by_the_names_of_now() -> None:
    """It names the merged class wherever it named one of its parts."""
    classes, memory = bears()
    champion = learn(memory, classes, memory.learned)
    photos = memory.embedding[~memory.learned]
    before = judged(champion, photos, classes)

    merged = answering_as(champion, {"black": "bear", "grizzly": "bear"})
    after = judged(merged, photos, ("bear", "teddy"))

    wild = [classes.index("black"), classes.index("grizzly")]
    assert np.array_equal(after.named[:, 0], before.named[:, wild].any(axis=1))
    assert np.array_equal(after.named[:, 1], before.named[:, classes.index("teddy")])


def test_a_version_learns_by_the_new_names(own_home: Path) -> None:
    """Renamed, the base teaches `brown`; the gate loses no photo by it, and the shipped version
    keeps its name. Renamed back, the next version has the old one again."""
    say(own_home, is_a("cat", cats(30)))
    rename(own_home, Renames().renamed("grizzly", "brown", now()))

    outcome = run(own_home)

    assert outcome.promoted, outcome.why
    assert classes_of(own_home, outcome.version) == ("black", "brown", "teddy", "cat")
    assert classes_of(own_home, SHIPPED_VERSION) == ("black", "grizzly", "teddy")
    rename(own_home, Renames().renamed("brown", "grizzly", now()))
    assert classes_of(own_home, run(own_home).version) == ("black", "grizzly", "teddy", "cat")


def test_a_version_learns_merged_classes_as_one(own_home: Path) -> None:
    """The champion's names for either part are right for the one: by merging it loses no photo of
    its own test photos, and wins those whose bear it mistook for the other (237 of 257 before)."""
    say(own_home, is_a("cat", cats(30)))
    rename(own_home, Renames().merged("grizzly", "black", now()))

    outcome = run(own_home)

    assert classes_of(own_home, outcome.version) == ("black", "teddy", "cat")
    before = re.search(r"of its own test photos answered exactly right, (\d+) before", outcome.why)
    assert before is not None
    assert int(before.group(1)) >= 237
