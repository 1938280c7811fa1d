"""`feedback:DATABASE_URL`: people's words, weighed, from the bot's real tables and views."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import BACKBONE_KEY, MODEL, ChatDatabase
from train.data import feedback
from train.data.feedback import Contradiction
from train.data.frame import Row, rows_of

SHA, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ChatDatabase]:
    """Three people and a photo with an embedding, nothing said yet."""
    database = ChatDatabase(tmp_path / "home")
    for name in ("ann", "bob", "eve"):
        database.person(name)
    database.photo(SHA, "photos/ab.jpg", {BACKBONE_KEY: b"vector", "other": b"no"})
    yield database
    database.close()


def read(database: ChatDatabase) -> tuple[list[Row], list[Contradiction]]:
    frame, contradictions = feedback.read(database.url, model=MODEL, backbone_key=BACKBONE_KEY)
    return list(rows_of(frame)), contradictions


def test_words_become_states(database: ChatDatabase) -> None:
    """Present and absent are explicit; what nobody spoke of stays unknown."""
    database.say("ann", SHA, present={"cat"}, absent={"dog"})

    (row,), contradictions = read(database)

    assert (row.present, row.absent, row.unknown) == ({"cat"}, {"dog"}, frozenset())
    assert row.photo_sha256 == SHA
    assert row.weight == 1.0
    assert contradictions == []


def test_who_said_it_is_carried_along(database: ChatDatabase) -> None:
    """Class by class, by pseudonym, and only those whose word counts."""
    database.say("ann", SHA, present={"cat"}, absent={"dog"}, weight=2.0)
    database.say("bob", SHA, present={"cat", "dog"})
    database.say("eve", SHA, absent={"cat"})

    (row,), _ = read(database)

    assert dict(row.said_by) == {"cat": ("ann", "bob"), "dog": ("ann",)}


def test_an_embedding_counts_only_for_its_backbone(database: ChatDatabase) -> None:
    """Of another backbone's photo the file is taken, relative to the database's folder."""
    database.photo(OTHER, "photos/cd.jpg", {"other": b"no"})
    database.say("ann", SHA, present={"cat"})
    database.say("ann", OTHER, present={"cat"})

    (mine, others), _ = read(database)

    assert mine.embedding == b"vector"
    assert others.embedding is None
    assert others.photo == database.home / "photos" / "cd.jpg"


def test_photos_may_lie_elsewhere(database: ChatDatabase, tmp_path: Path) -> None:
    """`home` says where, if the database lies apart."""
    database.say("ann", SHA, present={"cat"})

    frame, _ = feedback.read(
        database.url, model=MODEL, backbone_key=BACKBONE_KEY, home=tmp_path / "elsewhere"
    )

    assert frame["photo"].tolist() == [tmp_path / "elsewhere" / "photos" / "ab.jpg"]


def test_a_photo_of_which_only_figures_were_kept_has_no_path(database: ChatDatabase) -> None:
    """Its embedding is enough."""
    database.photo(OTHER, None, {BACKBONE_KEY: b"other vector"})
    database.say("ann", OTHER, present={"cat"})

    (row,), _ = read(database)

    assert (row.photo, row.embedding) == (None, b"other vector")


def test_words_on_other_models_are_not_used(database: ChatDatabase) -> None:
    """Only what was said of this model's answers."""
    database.say("ann", SHA, present={"cat"}, model="other")

    assert read(database) == ([], [])


def test_the_latest_word_of_a_person_counts(database: ChatDatabase) -> None:
    """Who changes their mind contradicts nobody."""
    database.say("ann", SHA, present={"cat"})
    database.say("ann", SHA, absent={"cat"})

    (row,), contradictions = read(database)

    assert (row.present, row.absent) == (frozenset(), {"cat"})
    assert contradictions == []


@pytest.mark.parametrize(
    ("weight_for", "weight_against", "state"),
    [
        (1.0, 0.5, "present"),
        (1.0, 0.51, "contradiction"),
        (1.0, 1.0, "contradiction"),
        (0.51, 1.0, "contradiction"),
        (0.5, 1.0, "absent"),
    ],
)
def test_the_heavier_side_needs_twice_the_weight(
    database: ChatDatabase, weight_for: float, weight_against: float, state: str
) -> None:
    """With less than twice the other's weight nothing is learned of this class."""
    database.say("ann", SHA, present={"cat"}, absent={"dog"}, weight=weight_for)
    database.say("eve", SHA, absent={"cat"}, weight=weight_against)

    (row,), contradictions = read(database)

    assert row.present == ({"cat"} if state == "present" else frozenset())
    assert row.absent == ({"cat", "dog"} if state == "absent" else {"dog"})
    assert row.unknown == ({"cat"} if state == "contradiction" else frozenset())
    assert len(contradictions) == (state == "contradiction")


def test_people_are_added_up(database: ChatDatabase) -> None:
    """Two agreeing people outweigh one."""
    database.say("ann", SHA, present={"cat"})
    database.say("bob", SHA, present={"cat"})
    database.say("eve", SHA, absent={"cat"})

    (row,), contradictions = read(database)

    assert row.present == {"cat"}
    assert contradictions == []


def test_an_opinion_alone_weighs_less(database: ChatDatabase) -> None:
    """A bystander's word counts a quarter; with the sender's word the photo counts in full."""
    database.say("eve", SHA, present={"cat"}, weight=0.25)
    (opinion,), _ = read(database)
    database.say("ann", SHA, present={"cat"}, weight=1.0)
    (confirmed,), _ = read(database)

    assert (opinion.weight, confirmed.weight) == (0.25, 1.0)


def test_contradictions_name_who_said_what(database: ChatDatabase) -> None:
    """By pseudonym, both sides; a photo on which nothing is agreed is left out."""
    database.say("bob", SHA, present={"cat"}, weight=0.5)
    database.say("ann", SHA, present={"cat"}, weight=0.5)
    database.say("eve", SHA, absent={"cat"})

    assert read(database) == ([], [Contradiction(SHA, "cat", ("bob", "ann"), ("eve",))])


def test_words_without_weight_say_nothing(database: ChatDatabase) -> None:
    """A weight of zero is no voice, for or against."""
    database.say("eve", SHA, present={"cat"}, weight=0.0)

    assert read(database) == ([], [])


def test_photos_come_by_first_word_then_hash(database: ChatDatabase) -> None:
    """The order is that of time, whatever the order of rows; at one time that of hashes."""
    for sha in (OTHER, "00" * 32):
        database.photo(sha, None, {})
    database.say("ann", OTHER, present={"cat"}, at="2026-11-25T12:00:00Z")
    database.say("ann", "00" * 32, present={"cat"}, at="2026-11-25T12:00:00Z")
    database.say("ann", SHA, present={"cat"}, at="2026-11-25T11:00:00Z")
    database.say("bob", OTHER, present={"cat"}, at="2026-11-25T13:00:00Z")

    rows, _ = read(database)

    assert [row.photo_sha256 for row in rows] == [SHA, "00" * 32, OTHER]


def test_reading_does_not_disturb_a_writer(database: ChatDatabase) -> None:
    """While the bot is in a writing transaction, what is committed can be read."""
    database.say("ann", SHA, present={"cat"})
    writer = sqlite3.connect(database.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM statement")

    rows, _ = read(database)

    writer.execute("COMMIT")
    writer.close()
    assert len(rows) == 1
    assert read(database) == ([], [])


def test_reading_makes_no_file(tmp_path: Path) -> None:
    """A path mistyped stays without a database."""
    with pytest.raises(BadData, match="no database"):
        feedback.read(f"sqlite:///{tmp_path / 'typo.db'}", model=MODEL, backbone_key="k")

    assert not (tmp_path / "typo.db").exists()


def test_odd_characters_in_the_path_are_kept(tmp_path: Path) -> None:
    """The path is no URL with a question in it."""
    database = ChatDatabase(tmp_path / "what? #1 50% café")
    database.person("ann")
    database.photo(SHA, None, {})
    database.say("ann", SHA, present={"cat"})
    database.close()

    frame, _ = feedback.read(f"sqlite:///{database.path}", model=MODEL, backbone_key="k")

    assert len(frame) == 1


def test_a_database_without_the_views_is_refused(tmp_path: Path) -> None:
    """What is no database of the bot's says which views it lacks."""
    path = tmp_path / "other.db"
    sqlite3.connect(path).close()
    path.write_bytes(b"")

    with pytest.raises(BadData, match="training_label"):
        feedback.read(f"sqlite:///{path}", model=MODEL, backbone_key="k")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Neither is a photo."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" * 1000)

    with pytest.raises(BadData, match="not a database"):
        feedback.read(f"sqlite:///{path}", model=MODEL, backbone_key="k")


@pytest.mark.parametrize("url", ["", "sqlite://", "var/nonesuch.db", "mysql://localhost/x"])
def test_other_urls_are_refused(url: str) -> None:
    """The form of the URL is said."""
    with pytest.raises(BadData, match="sqlite:///"):
        feedback.read(url, model=MODEL, backbone_key="k")
