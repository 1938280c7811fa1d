"""`train/export.py`: one ONNX file that answers like the model, with ONNX Runtime alone."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from typer.testing import CliRunner

from model import image
from model.backbone import Backbone, Backbones
from model.card import Card
from model.classifier import embed
from model.head import Head, Memory
from model.registry import Registry
from model.version import Version, load
from tests import photos
from tests.model import making
from train import export
from train.__main__ import app

# torch would have its newer exporter used, which needs onnxscript and gains nothing here
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Parts = tuple[Backbone, Head, Memory]


@pytest.fixture(scope="module")
def parts() -> Parts:
    """The small model that tells shapes; no disc is familiar enough to be named, only asked."""
    backbone = Backbone()
    head, memory = making.make(backbone)
    strict = head.gate_assert.copy()
    strict[making.CLASSES.index("disc")] = 0.999
    return backbone, replace(head, gate_assert=strict), memory


@pytest.fixture
def version(parts: Parts, own_home: Path) -> Version:
    """It, registered in this test's home."""
    registry = Registry(own_home / "registry")
    name = making.register(registry, *parts)
    registry.promote(making.MODEL, name, who="a test", why="to answer")
    return load(registry.path(making.MODEL, name), Backbones())


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    """Each shape, and nothing, as photos that the model never saw: (12, 3, 260, 260)."""
    names = (*making.CLASSES, "nothing")
    scenes = [making.shape(name, seed) for name in names for seed in range(100, 103)]
    return np.stack([image.pixels(photos.encode(scene, "JPEG"), 260) for scene in scenes])


def exported(path: Path, *options: str) -> ort.InferenceSession:
    """What the command writes, opened by ONNX Runtime with nothing of this project."""
    done = CliRunner().invoke(app, ["export", "--model", making.MODEL, str(path), *options])
    assert done.exit_code == 0, done.stderr
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def test_the_file_answers_like_the_model(
    version: Version, pixels: np.ndarray, tmp_path: Path
) -> None:
    """The same classes named and asked about, the same scores, cosines and forced choices."""
    session = exported(tmp_path / "deep" / "shapes.onnx")

    scores, twins, similarity, named, asked = session.run(list(export.OUTPUTS), {"pixels": pixels})

    classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
    embedding = embed(version.backbone, list(pixels))
    answers = version.classifier.answers(embedding)
    for row, answer in enumerate(answers):
        assert {classes[i] for i in np.flatnonzero(named[row])} == set(answer.labels)
        assert {classes[i] for i in np.flatnonzero(asked[row])} == set(answer.unsure)
    assert {answer.labels for answer in answers} == {(), ("square",), ("stripes",)}
    assert {answer.unsure for answer in answers} == {(), ("disc",)}
    assert scores == pytest.approx(version.classifier.head.scores(embedding), abs=1e-2)
    assert twins == pytest.approx(version.classifier.head.twin_scores(embedding), abs=1e-2)
    assert similarity == pytest.approx(version.classifier.similarity(embedding), abs=1e-3)


def test_a_batch_is_its_photos_one_by_one(
    version: Version, pixels: np.ndarray, tmp_path: Path
) -> None:
    """Any number of photos fits."""
    session = exported(tmp_path / "shapes.onnx")

    [together] = session.run(["scores"], {"pixels": pixels[:3]})
    alone = [session.run(["scores"], {"pixels": each[None]})[0][0] for each in pixels[:3]]

    assert together == pytest.approx(np.stack(alone), abs=1e-2)


def test_the_file_says_what_a_program_must_know(version: Version, tmp_path: Path) -> None:
    """Classes, thresholds, gates and the card as JSON, and how to prepare a photo in words."""
    told = exported(tmp_path / "shapes.onnx").get_modelmeta().custom_metadata_map

    rule = version.classifier.head.rule
    assert told["preprocessing"].startswith("Decode, turn upright")
    assert "260 x 260" in told["preprocessing"]
    assert json.loads(told["classes"]) == list(making.CLASSES)
    assert json.loads(told["threshold"]) == pytest.approx(rule.threshold.tolist())
    assert json.loads(told["gate_assert"]) == rule.gate_assert.tolist()
    assert json.loads(told["gate_unsure"]) == rule.gate_unsure.tolist()
    assert json.loads(told["size_px"]) == 260
    assert Card.model_validate_json(told["card"]) == version.card


def test_a_class_without_photos_is_held_up_by_no_gate(version: Version, pixels: np.ndarray) -> None:
    """Nothing can be said against it: its nearest cosine is 1, as in `model/familiarity.py`."""
    present = version.classifier.present.copy()
    present[:, 0] = False
    lonely = replace(version, part=replace(version.classifier, present=present))

    whole = export.assemble(lonely)
    export.check(whole, lonely)

    session = ort.InferenceSession(whole, providers=["CPUExecutionProvider"])
    [similarity] = session.run(["similarity"], {"pixels": pixels[:2]})
    assert (similarity[:, 0, 0] == 1).all()


@pytest.mark.usefixtures("version")
def test_a_file_that_says_something_else_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there stays as it was, and nothing unchecked beside it."""
    path = tmp_path / "out" / "shapes.onnx"
    path.parent.mkdir()
    path.write_bytes(b"the former one")
    monkeypatch.setattr(export, "TOLERANCE", -1.0)

    done = CliRunner().invoke(app, ["export", "--model", making.MODEL, str(path)])

    assert done.exit_code == 2
    assert "The exported file doesn't say what shapes 1 says" in done.stderr
    assert path.read_bytes() == b"the former one"
    assert list(path.parent.iterdir()) == [path]


def test_a_point_model_is_refused(own_home: Path, parts: Parts, tmp_path: Path) -> None:
    """With a sentence: it has no classes to write."""
    backbone, head, memory = parts

    def fill(folder: Path, version: str) -> Card:
        head.save(folder / "head.safetensors")
        memory.save(folder / "memory.safetensors")
        return making.card(version, backbone).model_copy(update={"task": "point"})

    Registry(own_home / "registry").add(making.MODEL, fill)

    done = CliRunner().invoke(
        app, ["export", "--model", f"{making.MODEL}@1", str(tmp_path / "out.onnx")]
    )

    assert done.exit_code == 2
    assert "shapes is a point model" in done.stderr
    assert not (tmp_path / "out.onnx").exists()


def test_an_unknown_model_is_told(tmp_path: Path) -> None:
    """Status 2, and which models there are."""
    done = CliRunner().invoke(app, ["export", "--model", "cats", str(tmp_path / "cats.onnx")])

    assert done.exit_code == 2
    assert "bears" in done.stderr
