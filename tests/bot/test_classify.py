"""From bytes to what a model sees, many at once; what goes wrong stays with its own photo."""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.classify import THREADS, Classify, Elsewhere
from bot.models import Models
from model.backbone import EMBEDDING, Backbone, Backbones
from model.card import BackboneRef
from model.decision import Answer
from model.errors import BadPhoto, BadVersion
from model.point import Point
from model.registry import Registry
from tests import photos
from tests.bot.versions import MODEL, add_version

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


class Moody(Backbone):
    """The real backbone, which can be made to wait, and to fail."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self.go_on = threading.Event()
        self.go_on.set()
        self.error: Exception | None = None
        self.begun = 0

    def embed(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        if threading.current_thread().name.startswith("classify"):  # not a version's first warming
            self.begun += 1
            self.go_on.wait()
            if self.error:
                raise self.error
        return super().embed(batch)


class Only(Backbones):
    """The same backbone for every version."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self._backbone = backbone

    def of(self, folder: Path, wanted: BackboneRef) -> Backbone:
        return self._backbone


@pytest.fixture(scope="module")
def shared_backbone() -> Moody:
    return Moody()


@pytest.fixture
def backbone(shared_backbone: Moody) -> Moody:
    shared_backbone.go_on.set()
    shared_backbone.error, shared_backbone.begun = None, 0
    return shared_backbone


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
async def models(registry: Registry, backbone: Moody) -> AsyncIterator[Models]:
    models = Models(registry, Only(backbone))
    await models.start()
    yield models
    await models.stop()


@pytest.fixture
async def classify(backbone: Moody, models: Models) -> AsyncIterator[Classify]:
    classify = Classify(models)
    yield classify
    backbone.go_on.set()
    await classify.stop()


def jpeg(seed: int) -> bytes:
    """A photo of nothing in particular, no two alike."""
    return photos.encode(photos.noise(seed, 320, 240), "JPEG")


async def begun(backbone: Moody, count: int) -> None:
    """Wait until so many photos are with the backbone."""
    async with asyncio.timeout(10):
        while backbone.begun < count:
            await asyncio.sleep(0.005)


async def test_all_that_is_kept_of_a_photo(classify: Classify, backbone: Moody) -> None:
    """Its name by content, its upright size, its embedding and whose it is, answer and twin."""
    data = photos.turned(6)
    seen = await classify.see(data, MODEL)

    assert seen.sha256 == hashlib.sha256(data).hexdigest()
    assert (seen.width, seen.height) == (photos.WIDTH, photos.HEIGHT)
    assert len(np.frombuffer(seen.embedding, "<f2")) == EMBEDDING
    assert (seen.backbone, seen.model, seen.version) == (backbone.key, MODEL, "shipped-1")
    assert isinstance(seen.answer, Answer)
    assert seen.twin
    assert set(seen.answer.scores) == set(seen.twin.scores)


async def test_a_point_is_found(classify: Classify) -> None:
    """By a model that finds one: in px of the upright photo, and with the photo's embedding."""
    data = photos.turned(6)
    seen, of_bears = await classify.see(data, "heads"), await classify.see(data, MODEL)

    assert isinstance(seen.answer, Point)
    assert 0 <= seen.answer.x_px <= photos.WIDTH
    assert 0 <= seen.answer.y_px <= photos.HEIGHT
    assert (seen.model, seen.twin) == ("heads", None)
    vectors = [np.frombuffer(each.embedding, "<f2") for each in (seen, of_bears)]
    assert vectors[0] == pytest.approx(vectors[1], abs=2e-3)


async def test_what_another_model_names_where_this_one_names_none(classify: Classify) -> None:
    """Chelsea is no bear, and pascal knows a cat; pascal itself has nobody to ask."""
    data = (PICTURES / "chelsea.jpg").read_bytes()

    assert (await classify.see(data, MODEL)).elsewhere == (Elsewhere("pascal", ("cat",)),)
    assert (await classify.see(data, "pascal")).elsewhere == ()


async def test_another_model_that_only_asks_is_not_quoted(classify: Classify) -> None:
    """What no model names for certain is named nowhere."""
    assert (await classify.see(jpeg(1), MODEL)).elsewhere == ()


async def test_a_crowd_is_answered_like_each_alone(classify: Classify) -> None:
    """Who else sends photos at the same time changes nothing of an answer."""
    crowd = [jpeg(seed) for seed in range(12)]
    alone = [await classify.see(data, MODEL) for data in crowd]

    assert await asyncio.gather(*(classify.see(data, MODEL) for data in crowd)) == alone


async def test_no_photo_spoils_its_neighbours(classify: Classify) -> None:
    """A file that is no photo is refused by a sentence; those beside it are answered."""
    files = [jpeg(1), b"this is no photo", jpeg(2)]
    first, bad, second = await asyncio.gather(
        *(classify.see(data, MODEL) for data in files), return_exceptions=True
    )

    assert isinstance(bad, BadPhoto)
    assert str(bad).endswith(".")
    assert not isinstance(first, BaseException)
    assert not isinstance(second, BaseException)


async def test_an_unknown_model_is_refused(classify: Classify) -> None:
    """With a sentence, before anything is decoded."""
    with pytest.raises(BadVersion, match="no model 'birds'"):
        await classify.see(b"", "birds")


async def test_a_failing_backbone_fails_only_who_waits(classify: Classify, backbone: Moody) -> None:
    """The error goes to the photos it met; the next photo is answered."""
    backbone.error = RuntimeError("out of memory")
    with pytest.raises(RuntimeError, match="out of memory"):
        await classify.see(jpeg(1), MODEL)

    backbone.error = None
    assert (await classify.see(jpeg(1), MODEL)).model == MODEL


async def test_a_photo_is_answered_by_the_version_it_began_with(
    classify: Classify, backbone: Moody, models: Models, registry: Registry
) -> None:
    """A swap in the middle of a photo doesn't mix two versions; the next one gets the new one."""
    backbone.go_on.clear()
    at_work = asyncio.create_task(classify.see(jpeg(1), MODEL))
    await begun(backbone, 1)
    await models.promote(MODEL, add_version(registry), who="ann")
    backbone.go_on.set()

    assert (await at_work).version == "shipped-1"
    assert (await classify.see(jpeg(1), MODEL)).version == "1"


async def test_who_does_not_wait_any_more_costs_nothing(
    classify: Classify, backbone: Moody
) -> None:
    """A photo that was given up before its turn is not looked at."""
    backbone.go_on.clear()
    at_work = [asyncio.create_task(classify.see(jpeg(seed), MODEL)) for seed in range(THREADS)]
    await begun(backbone, THREADS)
    waiting = asyncio.create_task(classify.see(jpeg(99), MODEL))
    await asyncio.sleep(0)  # it is in the queue
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    backbone.go_on.set()
    await asyncio.gather(*at_work)
    await classify.see(jpeg(1), MODEL)

    assert backbone.begun == THREADS + 1


async def test_stopping_drops_what_waits_and_finishes_what_is_begun(
    classify: Classify, backbone: Moody
) -> None:
    """Nobody waits for ever for an answer that will not come."""
    backbone.go_on.clear()
    at_work = [asyncio.create_task(classify.see(jpeg(seed), MODEL)) for seed in range(THREADS)]
    await begun(backbone, THREADS)
    waiting = asyncio.create_task(classify.see(jpeg(99), MODEL))
    await asyncio.sleep(0)  # it is in the queue
    stopping = asyncio.create_task(classify.stop())
    with pytest.raises(asyncio.CancelledError):
        await waiting
    backbone.go_on.set()
    await stopping

    assert len(await asyncio.gather(*at_work)) == THREADS
    assert backbone.begun == THREADS
