"""`train/convert.py`: the shipped ONNX file is the published network."""

import importlib.metadata
import importlib.resources
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from model.backbone import SHIPPED_BACKBONE, Backbone, normalize
from model.errors import BadData
from model.image import squash
from tests.train.drawings import KINDS, drawing
from train import convert

# torch would have its newer exporter used, which needs onnxscript and gains nothing here
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, made afresh."""
    path = tmp_path_factory.mktemp("convert") / "fresh.onnx"
    convert.convert(path)
    return path


@pytest.fixture(scope="session")
def pixels() -> np.ndarray:
    """Drawn pictures, (8, 3, 260, 260)."""
    return np.stack([squash(drawing(kind, n), 260) for kind in KINDS for n in range(3)][:8])


def test_the_shipped_file_is_what_is_converted_afresh(converted: Path) -> None:
    """The same weights, value for value, in the same order."""
    shipped, fresh = (
        [numpy_helper.to_array(each) for each in onnx.load_model(path).graph.initializer]
        for path in (SHIPPED_BACKBONE, converted)
    )

    assert len(shipped) == len(fresh) > 100
    for one, other in zip(shipped, fresh, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_the_shipped_file_says_what_torch_says(pixels: np.ndarray) -> None:
    """Embeddings and feature maps, to a cosine of .9999; a batch is its photos one by one."""
    backbone, network = Backbone(), convert.published_network()
    with torch.inference_mode():
        feature_map, embedding = (
            each.numpy() for each in network(torch.from_numpy(normalize(pixels)))
        )

    given = backbone.embed(pixels)

    assert given.shape == (8, 1280)
    for one, other in zip(given, embedding, strict=True):
        assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.9999
    maps = backbone.feature_map(pixels)
    assert maps.shape == feature_map.shape
    assert maps.mean(axis=(2, 3)) == pytest.approx(given, abs=1e-4)
    alone = np.concatenate([backbone.embed(each[None]) for each in pixels])
    assert alone == pytest.approx(given, abs=1e-4)


def test_the_weights_are_stored_small(converted: Path) -> None:
    """As float16: half the bytes, within what a shipped file may take."""
    assert converted.stat().st_size < 10e6


def test_the_licence_lies_beside_the_file(converted: Path) -> None:
    """The weights' own, as it was published."""
    licence = converted.with_suffix(".LICENSE").read_text()

    assert "Apache" in licence
    assert licence == SHIPPED_BACKBONE.with_suffix(".LICENSE").read_text()
    assert licence == importlib.metadata.distribution(convert.PACKAGE).read_text("LICENSE")


def test_nothing_unchecked_is_left_behind(converted: Path) -> None:
    """The file and its licence, nothing else."""
    assert {path.name for path in converted.parent.iterdir()} == {"fresh.onnx", "fresh.LICENSE"}


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that was changed is not the published file."""
    monkeypatch.setattr(convert, "WEIGHTS_SHA256_PREFIX", "000000000000")

    with pytest.raises(BadData, match="not the published file"):
        convert.published_network()


def test_a_file_that_says_something_else_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there stays as it was."""
    path = tmp_path / "backbone.onnx"
    path.write_bytes(b"the former one")
    monkeypatch.setattr(convert, "MIN_COSINE", 1.1)

    with pytest.raises(BadData, match="not what torch says"):
        convert.convert(path)

    assert path.read_bytes() == b"the former one"
