"""`train/forgetting.py`: a base whose memory holds photos that must be forgotten gives way."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.card import Card, read_card
from model.errors import BadData
from model.head import PRESENT, Memory
from model.registry import Registry
from tests.train.chat import FOLDER, MODEL, bears, bears_like, database_url, is_a, say
from train.events import Bars
from train.forgetting import forgotten_rows, without
from train.retrain import Outcome, retrain


def fitted_to(home: Path, sha256: str) -> str:
    """A local base, such as `fit` makes of an export: the shipped one, with this photo in it."""
    _, memory = bears()
    hashes = memory.photo_sha256.copy()
    hashes[0] = np.frombuffer(bytes.fromhex(sha256), np.uint8)

    def fill(folder: Path, version: str) -> Card:
        (folder / "head.safetensors").write_bytes((FOLDER / "head.safetensors").read_bytes())
        replace(memory, photo_sha256=hashes).save(folder / "memory.safetensors")
        return read_card(FOLDER).model_copy(update={"version": version, "provenance": {}})

    registry = Registry(home / "registry")
    version = registry.add(MODEL, fill)
    registry.promote(MODEL, version, who="ann", why="fitted")
    return version


def forget(home: Path, sha256: str) -> None:
    """What the bot writes when somebody is to be forgotten."""
    with closing(sqlite3.connect(home / "nonesuch.db")) as database, database:
        database.execute(
            "INSERT INTO forgetting (id, person_id, pseudonym, status, words, created_at)"
            " VALUES (1, 'web:eve', 'eve', 'erased', '', '2026')"
        )
        database.execute("INSERT INTO forgotten_photo VALUES (1, ?)", (sha256,))


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


def photos_of(home: Path, version: str) -> set[str]:
    folder = Registry(home / "registry").path(MODEL, version)
    return Memory.photos(folder / "memory.safetensors")


def test_a_version_never_takes_a_forgotten_photo_from_its_base(own_home: Path) -> None:
    """A base without it is made first, and the version after it starts from that."""
    say(own_home, is_a("teddy", bears_like("teddy", 6)))
    eve = "e" * 64
    base = fitted_to(own_home, eve)
    forget(own_home, eve)

    outcome = run(own_home)

    registry = Registry(own_home / "registry")
    assert registry.versions(MODEL) == ["shipped-1", base, "2", outcome.version]
    assert registry.card(MODEL, outcome.version).provenance["base"] == "2"
    for version in ("2", outcome.version):
        assert eve not in photos_of(own_home, version)
        assert photos_of(own_home, base) - photos_of(own_home, version) == {eve}


def test_where_nobody_else_said_anything_the_new_base_answers(own_home: Path) -> None:
    """There is nothing to learn, and still the photo has to go."""
    say(own_home, [])
    eve = "e" * 64
    fitted_to(own_home, eve)
    forget(own_home, eve)

    outcome = run(own_home)

    assert (outcome.version, outcome.promoted) == ("2", True)
    assert Registry(own_home / "registry").current(MODEL) == "2"
    assert outcome.metrics.exact is not None and outcome.metrics.exact > 0.8


def test_a_class_that_only_forgotten_photos_show_goes_with_them() -> None:
    """The others keep their rows and columns; without any class there is nothing to learn."""
    classes, memory = bears()
    shows = memory.state[:, classes.index("grizzly")] == PRESENT

    kept, names = without(memory, classes, shows)

    assert names == tuple(name for name in classes if name != "grizzly")
    assert kept.state.shape == (int((~shows).sum()), len(names))
    with pytest.raises(BadData, match="none left to learn from"):
        without(memory, classes, np.ones(len(memory), dtype=bool))


def test_rows_are_found_by_their_hash() -> None:
    """As the database writes it, in hex."""
    _, memory = bears()
    third = memory.photo_sha256[2].tobytes().hex()

    assert forgotten_rows(memory, {third, "0" * 64}).nonzero()[0].tolist() == [2]
