"""A chat in which people corrected photos: the bot's own database, filled by its own functions."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import bot.conversation  # noqa: F401 - bot.store.answers can't be the first to be imported
from bot.store import answers, people, statements
from bot.store.engine import Store
from model.backbone import EMBEDDING, SHIPPED, Backbone
from model.card import read_card
from model.head import PRESENT, Memory

MODEL, SHIPPED_VERSION = "bears", "shipped-1"
FOLDER = SHIPPED / MODEL / SHIPPED_VERSION
ANN = "web:ann"


@dataclass(frozen=True)
class Photo:
    """A photo that the bot answered: its hash, its kept file if any, its embedding."""

    sha256: str
    embedding: NDArray[np.float16]  # (D,)
    path: str | None = None


@dataclass(frozen=True)
class Words:
    """What a person said of a photo, all in one statement."""

    photo: Photo
    present: Sequence[str] = ()
    absent: Sequence[str] = ()


@cache
def bears() -> tuple[tuple[str, ...], Memory]:
    """The shipped model's classes and memory."""
    return read_card(FOLDER).classes, Memory.load(FOLDER / "memory.safetensors")


@cache
def backbone() -> Backbone:
    return Backbone()


def bears_like(name: str, count: int, seed: int = 0) -> list[Photo]:
    """New photos of a shipped class: each the mean of three that the model knows."""
    classes, memory = bears()
    of_class = (memory.state[:, classes.index(name)] == PRESENT).nonzero()[0]
    generator = np.random.default_rng(seed)
    threes = [memory.embedding[generator.choice(of_class, 3, replace=False)] for _ in range(count)]
    return [_photo(f"{name} {seed}", three.astype(np.float32).mean(axis=0)) for three in threes]


def cats(count: int, skip: int = 0) -> list[Photo]:
    """Photos of something new: a bear's with the features of the embedding shuffled.

    As unlike each other as photos of one class are, and as unlike bears as a cat.
    """
    classes, memory = bears()
    teddies = memory.embedding[memory.state[:, classes.index("teddy")] == PRESENT]
    shuffled = teddies[:, np.random.default_rng(0).permutation(EMBEDDING)]
    return [_photo("cat", row) for row in shuffled[skip : skip + count]]


def _photo(name: str, embedding: NDArray[np.floating]) -> Photo:
    stored = embedding.astype("<f2")
    return Photo(hashlib.sha256(name.encode() + stored.tobytes()).hexdigest(), stored)


def is_a(name: str, photos: list[Photo]) -> list[Words]:
    """Fix labels: this class, and none of the model's others."""
    others = [other for other in bears()[0] if other != name]
    return [Words(photo, [name], others) for photo in photos]


def say(
    home: Path, words: list[Words], *, backbone_key: str | None = None, who: str = ANN
) -> list[int]:
    """Ann, or `who`, sends photos and says what is in them; the statements' ids."""
    return asyncio.run(_say(home, words, backbone_key or backbone().key, who))


def take_back(home: Path, statement_ids: list[int]) -> None:
    """Ann withdraws statements."""
    asyncio.run(_take_back(home, statement_ids))


def database_url(home: Path) -> str:
    """As the bot passes it to the training process."""
    return f"sqlite:///{home / 'nonesuch.db'}"


def _store(home: Path) -> Store:
    return Store(f"sqlite+aiosqlite:///{home / 'nonesuch.db'}")


async def _say(home: Path, words: list[Words], key: str, who: str) -> list[int]:
    store = _store(home)
    await store.open()
    said = []
    async with store.writing() as session:
        await people.ensure_person(session, who, who)
        for each in words:
            photo = each.photo
            vector = photo.embedding.tobytes()
            await answers.add_photo(session, photo.sha256, photo.path, 4, 3, 99, key, vector)
            answer = await answers.add_answer(
                session,
                photo_sha256=photo.sha256,
                chat_id=who,
                person_id=who,
                model=MODEL,
                version=SHIPPED_VERSION,
                payload={},
                twin={},
            )
            statement = await statements.add_statement(
                session, answer, who, "fix", "tap", 1.0, each.present, each.absent
            )
            said.append(statement.id)
    await store.close()
    return said


async def _take_back(home: Path, statement_ids: list[int]) -> None:
    store = _store(home)
    async with store.writing() as session:
        for statement_id in statement_ids:
            await statements.withdraw(session, statement_id)
    await store.close()
