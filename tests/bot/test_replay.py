"""What versions say of photos that were seen before."""

from pathlib import Path

import numpy as np
import pytest

from bot.replay import replay
from model import image
from model.backbone import Backbones
from model.classifier import embed
from model.errors import BadVersion
from model.registry import Registry
from model.version import Version, load
from tests import photos
from tests.bot.versions import MODEL, add_version, damage


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Version:
    registry = Registry(tmp_path_factory.mktemp("registry"))
    return load(registry.path(MODEL, "shipped-1"), Backbones(threads=1))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


def kept(version: Version, seed: int) -> tuple[np.ndarray, dict[str, bytes]]:
    """A photo's embedding (1, D), and how it is kept."""
    data = photos.encode(photos.noise(seed, 320, 240), "JPEG")
    embedding = embed(version.backbone, [image.pixels(data, version.backbone.size_px)])
    return embedding, {version.backbone.key: embedding.astype("<f2").tobytes()}


def test_it_says_what_it_would_say_of_the_photo(registry: Registry, shipped: Version) -> None:
    """The answer from the kept embedding is the answer to the photo; none where none was kept."""
    version = add_version(registry)
    (first, one), (second, two) = kept(shipped, 1), kept(shipped, 2)
    own = [shipped.classifier.answers(each)[0] for each in (first, second)]

    said = replay(registry, MODEL, version, [one, {"0" * 16 + "-f32-260": b""}, two])

    assert said[1] is None
    for found, expected in zip((said[0], said[2]), own, strict=True):
        assert found is not None
        assert found.labels == expected.labels
        assert found.scores == pytest.approx(expected.scores, abs=1e-5)
    assert replay(registry, MODEL, version, [{}]) == [None]


def test_a_damaged_version_is_refused(registry: Registry, shipped: Version) -> None:
    """Its checksums don't fit: it says nothing rather than something wrong."""
    version = add_version(registry)
    damage(registry, version)

    with pytest.raises(BadVersion):
        replay(registry, MODEL, version, [kept(shipped, 1)[1]])
