"""Looking at a kept photo again."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.explaining import Explaining, most_alike
from bot.models import Models
from bot.photos import PhotoFiles
from bot.store.answers import KeptPhoto
from model.backbone import Backbones
from model.errors import BadPhoto
from model.registry import Registry

CHELSEA = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "chelsea.jpg"


@pytest.fixture
async def models(tmp_path: Path) -> AsyncIterator[Models]:
    models = Models(Registry(tmp_path / "registry"), Backbones(threads=1))
    await models.start()
    yield models
    await models.stop()


@pytest.mark.parametrize("room", [True, False])
async def test_what_is_kept_is_explained_and_drawn(
    tmp_path: Path, models: Models, room: bool
) -> None:
    """The parts add up to a cat; the drawing stands beside the photo, where there is room."""
    data = CHELSEA.read_bytes()
    photos = PhotoFiles(tmp_path, len(data) + (10**6 if room else 1))
    kept = await photos.keep(data)
    assert kept.path
    sha256 = Path(kept.path).stem

    found = await Explaining(tmp_path, models, photos).explain("pascal", "cat", sha256, kept.path)

    assert found.why.logit > 3
    if not room:
        assert found.drawn is None
        return
    assert found.drawn is not None
    assert found.drawn.path.startswith(kept.path.removesuffix(".jpg"))
    with Image.open(io.BytesIO((tmp_path / found.drawn.path).read_bytes())) as drawn:
        assert drawn.size == (found.drawn.width_px, found.drawn.height_px) == (451, 300)


@pytest.mark.parametrize("path", [None, "photos/no/photo.jpg"])
async def test_what_is_gone_is_said(tmp_path: Path, models: Models, path: str | None) -> None:
    """A photo that was not kept, or whose file is gone: a sentence that says what to do."""
    explaining = Explaining(tmp_path, models, PhotoFiles(tmp_path, 10**6))

    with pytest.raises(BadPhoto, match="Please send it again"):
        await explaining.explain("pascal", "cat", "0" * 64, path)


def test_the_most_alike_come_first() -> None:
    """By cosine, so many as are wanted; of nothing nothing is alike."""

    def kept(name: str, *looks: float) -> KeptPhoto:
        return KeptPhoto(name, f"{name}.jpg", 1, 1, np.array(looks, "<f2").tobytes())

    asked = np.array([1, 0], "<f2").tobytes()
    photos = [kept("far", 0, 1), kept("same", 2, 0), kept("near", 1, 1)]

    found = most_alike(asked, photos, 2)

    assert [(each.photo.sha256, round(each.cosine, 2)) for each in found] == [
        ("same", 1.0),
        ("near", 0.71),
    ]
    assert most_alike(asked, [], 2) == []
