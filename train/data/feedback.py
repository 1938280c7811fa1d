"""`feedback:DATABASE_URL`: what people said in chat, read from SQL views and nothing else.

`training_label` has each person's latest word on (photo, model, class), `training_photo` the photos
with their embeddings (DESIGN.md section 4). Where people differ, the side counts that has at least
`MAJORITY` times the other's weight; else they contradict each other, and nothing is learned.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from model.errors import BadData
from train.data.frame import Row, frame_of

MAJORITY = 2.0
FULL_WEIGHT = 1.0
"""A photo's weight in the loss at most, however many spoke of it; a bystander's word alone weighs
less."""

LABELS = text("""
    SELECT photo_sha256, class_name, state, weight, said_by FROM training_label
    WHERE model = :model AND weight > 0
    ORDER BY said_at, photo_sha256, class_name, said_by
""")
PATHS = text("""
    SELECT DISTINCT photo_sha256, path FROM training_photo
    WHERE photo_sha256 IN (SELECT photo_sha256 FROM training_label WHERE model = :model)
""")
EMBEDDINGS = text("""
    SELECT photo_sha256, embedding FROM training_photo WHERE backbone = :backbone
    AND photo_sha256 IN (SELECT photo_sha256 FROM training_label WHERE model = :model)
""")
FORGOTTEN = text("SELECT photo_sha256 FROM training_forgotten")
RENAMES = text("SELECT old_name, new_name FROM training_rename WHERE model = :model")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """People who differ on one class in one photo, by pseudonym, with no clear majority."""

    photo_sha256: str
    class_name: str
    said_present: tuple[str, ...]
    said_absent: tuple[str, ...]


@dataclass(slots=True)
class _Side:
    weight: float = 0.0
    people: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Words:
    """What was said on one class in one photo."""

    present: _Side = field(default_factory=_Side)
    absent: _Side = field(default_factory=_Side)

    @property
    def state(self) -> str:
        """`present` or `absent`, or `contradiction`."""
        if self.present.weight >= MAJORITY * self.absent.weight:
            return "present"
        return "absent" if self.absent.weight >= MAJORITY * self.present.weight else "contradiction"

    @property
    def counting(self) -> _Side:
        """The side that counts, unless they contradict each other."""
        return max(self.present, self.absent, key=lambda side: side.weight)


def read(
    url: str, *, model: str, backbone_key: str, home: Path | None = None
) -> tuple[pd.DataFrame, list[Contradiction]]:
    """What people said of photos that `model` answered: a frame, and what they differ on.

    Photos come in the order of the first word on them; those on which nothing is agreed are left
    out. An embedding of another backbone than `backbone_key` is not used: the photo's file is, its
    path being relative to `home`, by default the database's folder. Raises `BadData`.
    """
    path = _sqlite_path(url)
    with _reading(path) as connection:
        said = _said(connection, model)
        wanted = {"model": model, "backbone": backbone_key}
        paths: dict[str, str | None] = dict(connection.execute(PATHS, wanted).all())
        embeddings: dict[str, bytes] = dict(connection.execute(EMBEDDINGS, wanted).all())
    home = home or path.parent
    rows = []
    for sha256, words in said.items():
        kept = paths.get(sha256)  # None: the photo is gone, and only its embedding may be left
        photo = home / kept if kept else None
        rows.append(_row(sha256, words, photo, embeddings.get(sha256)))
    return frame_of(row for row in rows if row.present or row.absent), _contradictions(said)


def forgotten(url: str) -> set[str]:
    """Photos of people who are being forgotten (SHA-256, hex): no version may hold them any longer.

    Raises `BadData`.
    """
    with _reading(_sqlite_path(url)) as connection:
        return set(connection.execute(FORGOTTEN).scalars())


def renames(url: str, *, model: str) -> dict[str, str]:
    """How classes of `model` are called now, by their former names; what `read` gives has the names
    of now. Raises `BadData`."""
    with _reading(_sqlite_path(url)) as connection:
        return dict(connection.execute(RENAMES, {"model": model}).all())


def _said(connection: Connection, model: str) -> dict[str, dict[str, _Words]]:
    """Words by photo and class, photos in the order of the first word on them."""
    said: dict[str, dict[str, _Words]] = {}
    for photo, class_name, state, weight, who in connection.execute(LABELS, {"model": model}):
        words = said.setdefault(photo, {}).setdefault(class_name, _Words())
        side = words.present if state == "present" else words.absent
        side.weight += weight
        side.people.append(who)
    return said


def _row(sha256: str, said: dict[str, _Words], photo: Path | None, embedding: bytes | None) -> Row:
    def names(state: str) -> frozenset[str]:
        return frozenset(name for name, words in said.items() if words.state == state)

    return Row(
        where=f"feedback on photo {sha256[:12]}",
        photo=photo,
        photo_sha256=sha256,
        embedding=embedding,
        present=names("present"),
        absent=names("absent"),  # explicit: what nobody spoke of is unknown
        unknown=names("contradiction"),
        weight=min(FULL_WEIGHT, max(words.counting.weight for words in said.values())),
        said_by={
            name: tuple(words.counting.people)
            for name, words in sorted(said.items())
            if words.state != "contradiction"
        },
    )


def _contradictions(said: dict[str, dict[str, _Words]]) -> list[Contradiction]:
    return [
        Contradiction(photo, name, tuple(words.present.people), tuple(words.absent.people))
        for photo, classes in said.items()
        for name, words in sorted(classes.items())
        if words.state == "contradiction"
    ]


def _sqlite_path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BadData(f"{url!r} is no database that I read: write sqlite:///path/to/the/file.")
    return Path(parsed.database)


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """One read-only transaction: what it sees belongs together, and the bot may go on writing."""
    if not path.is_file():
        raise BadData(f"There is no database {path}: start the bot once, or correct the path.")

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    except DatabaseError as error:
        raise BadData(
            f"{path} can't be read as the bot's database ({error.orig}): its views training_label, "
            "training_photo, training_forgotten and training_rename are made when the bot starts."
        ) from error
