"""`model/backbone.py`: pixels -> embeddings, by the file that is shipped."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model import image
from model.backbone import EMBEDDING, SHIPPED_BACKBONE, SIZE_PX, Backbone, normalize
from model.errors import BadVersion
from tests import photos


@pytest.fixture(scope="module")
def batch() -> NDArray[np.uint8]:
    return np.stack([image.squash(photos.noise(seed), SIZE_PX) for seed in range(5)])


def test_pixels_lie_between_minus_one_and_one() -> None:
    """These weights want mean and std 0.5; ImageNet's cost six points."""
    levels = normalize(np.array([0, 255], np.uint8))
    assert levels.tolist() == [-1, 1]
    assert levels.dtype == np.float32


def test_an_embedding_is_1280_numbers(backbone: Backbone, batch: NDArray[np.uint8]) -> None:
    """float32, all finite, none negative: a mean of clipped activations."""
    embedding = backbone.embed(batch)
    assert embedding.shape == (5, EMBEDDING)
    assert embedding.dtype == np.float32
    assert np.isfinite(embedding).all()
    assert embedding.min() >= 0


def test_a_batch_is_its_photos_one_by_one(backbone: Backbone, batch: NDArray[np.uint8]) -> None:
    """A photo's embedding does not depend on its neighbours."""
    one_by_one = np.concatenate([backbone.embed(photo[None]) for photo in batch])
    assert backbone.embed(batch) == pytest.approx(one_by_one, abs=1e-4)


def test_photos_differ(backbone: Backbone, batch: NDArray[np.uint8]) -> None:
    """Different photos have different embeddings; the same photo the same."""
    first, second = backbone.embed(batch[:2])
    assert np.abs(first - second).max() > 0.1
    assert np.array_equal(backbone.embed(batch[:1]), backbone.embed(batch[:1]))


def test_the_embedding_is_the_mean_of_the_feature_map(
    backbone: Backbone, batch: NDArray[np.uint8]
) -> None:
    """So a heat map adds up to the answer."""
    feature_map = backbone.feature_map(batch[:2])
    assert feature_map.shape == (2, EMBEDDING, 9, 9)
    assert feature_map.mean(axis=(2, 3)) == pytest.approx(backbone.embed(batch[:2]), abs=1e-4)


def test_embeddings_are_keyed_by_file_precision_and_size(backbone: Backbone) -> None:
    """Embeddings of two keys are never mixed."""
    assert backbone.size_px == SIZE_PX
    assert backbone.key == f"{backbone.sha256[:16]}-f32-260"


@pytest.mark.parametrize("damage", [b"", b"no model", SHIPPED_BACKBONE.read_bytes()[:100_000]])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    """A clear error, not a crash."""
    path = tmp_path / "backbone.onnx"
    path.write_bytes(damage)
    with pytest.raises(BadVersion, match="can't be loaded"):
        Backbone(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The same."""
    with pytest.raises(BadVersion, match="can't be loaded"):
        Backbone(tmp_path / "not there.onnx")
