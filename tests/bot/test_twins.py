"""Near twins of photos that people spoke of."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot import twins
from bot.classify import Seen
from bot.store import answers, people, statements
from bot.store.engine import Store
from bot.store.tables import Statement
from bot.twins import Twins
from model import image
from model.backbone import EMBEDDING, Backbones
from model.classifier import embed
from model.registry import Registry
from model.version import Version, load
from tests.bot.conversation.dialogue import GRIZZLY
from tests.photos import encode

ANN = "memory:ann"
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


def vector(*beginning: float) -> bytes:
    embedding = np.zeros(EMBEDDING, "<f2")
    embedding[: len(beginning)] = beginning
    return embedding.tobytes()


def seen(sha256: str, *looks: float, backbone: str = "lite2", model: str = "bears") -> Seen:
    return Seen(sha256, 640, 480, backbone, vector(*looks), model, "shipped-1", GRIZZLY, None)


async def speak(session: AsyncSession, photo: Seen) -> int:
    """Ann says that it is a grizzly; the statement's id."""
    await people.ensure_person(session, ANN, "")
    await answers.add_photo(
        session, photo.sha256, None, 640, 480, 9, photo.backbone, photo.embedding
    )
    answer = await answers.add_answer(
        session, photo_sha256=photo.sha256, chat_id="memory:1", person_id=ANN, model=photo.model,
        version="shipped-1", payload={}, twin={},
    )  # fmt: skip
    said = await statements.add_statement(session, answer, ANN, "is", "words", 1, ["grizzly"], [])
    return said.id


async def test_the_most_alike_comes_first_and_never_the_photo_itself(store: Store) -> None:
    """Twins are ordered by cosine."""
    async with store.writing() as session:
        for photo in [seen("far", 1, 0.3), seen("near", 1, 0.1), seen("other", 0, 1)]:
            await speak(session, photo)
        await speak(session, seen("itself", 1))

        assert await Twins().of(session, seen("itself", 1)) == ["near", "far"]


async def test_what_is_said_later_is_known_at_once(store: Store) -> None:
    """The same index finds a photo that was spoken of since it was last asked."""
    index = Twins()
    async with store.writing() as session:
        assert await index.of(session, seen("new", 1)) == []
        await speak(session, seen("one", 1))
        assert await index.of(session, seen("new", 1)) == ["one"]
        await speak(session, seen("two", 1, 0.1))
        await speak(session, seen("one", 1))

        assert await index.of(session, seen("new", 1)) == ["one", "two"]


async def test_another_model_or_backbone_knows_nothing_of_it(store: Store) -> None:
    """Embeddings of two backbones are never compared, nor words to two models mixed."""
    index = Twins()
    async with store.writing() as session:
        await speak(session, seen("one", 1))

        assert await index.of(session, seen("new", 1, backbone="int8")) == []
        assert await index.of(session, seen("new", 1, model="pascal")) == []
        assert await index.of(session, seen("new", 1)) == ["one"]


async def test_a_statement_that_is_gone_makes_it_read_anew(store: Store) -> None:
    """When the newest statement was deleted and its id given to another, no photo is missed."""
    index = Twins()
    async with store.writing() as session:
        await speak(session, seen("stays", 1))
        gone = await speak(session, seen("goes", 1))
        assert await index.of(session, seen("new", 1)) == ["stays", "goes"]
        await session.execute(delete(Statement).where(Statement.id == gone))
        assert await speak(session, seen("comes", 1)) == gone

        assert await index.of(session, seen("new", 1)) == ["stays", "comes"]


async def test_only_the_newest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: the oldest photos leave, also where more come one by one."""
    monkeypatch.setattr(twins, "MOST", 2)
    index = Twins()
    async with store.writing() as session:
        for name in ["one", "two", "three"]:
            await speak(session, seen(name, 1))
            await index.of(session, seen("new", 1))

        assert await index.of(session, seen("new", 1)) == ["two", "three"]
        assert await Twins().of(session, seen("new", 1)) == ["two", "three"]


@pytest.mark.parametrize(
    ("copy", "is_twin"),
    [
        (lambda photo: encode(photo, "JPEG", quality=50), True),
        (lambda photo: encode(photo.resize((902, 600)), "JPEG"), True),
        (lambda photo: encode(ImageOps.grayscale(photo), "PNG"), False),
        (lambda _: (PICTURES / "coffee.jpg").read_bytes(), False),
    ],
    ids=["a worse copy", "a larger copy", "in grey", "another photo"],
)
async def test_real_photos(
    store: Store, shipped: Version, copy: Callable[[Image.Image], bytes], is_twin: bool
) -> None:
    """Chelsea in another quality or size is the same photo; in grey it is not, nor is coffee."""
    with Image.open(PICTURES / "chelsea.jpg") as chelsea:
        data = copy(chelsea)
    original = (PICTURES / "chelsea.jpg").read_bytes()
    async with store.writing() as session:
        await speak(session, looked_at(shipped, original))

        found = await Twins().of(session, looked_at(shipped, data))

    assert bool(found) == is_twin


def looked_at(version: Version, data: bytes) -> Seen:
    """A photo through the real backbone."""
    vector = embed(version.backbone, [image.pixels(data, version.backbone.size_px)])
    photo = seen(hashlib.sha256(data).hexdigest(), backbone=version.backbone.key)
    return replace(photo, embedding=vector.astype("<f2").tobytes())


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Version:
    registry = Registry(tmp_path_factory.mktemp("registry"))
    return load(registry.path("bears", "shipped-1"), Backbones(threads=1))
