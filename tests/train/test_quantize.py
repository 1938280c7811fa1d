"""`train/quantize.py`: the backbone in 8-bit integers says nearly the same, and is kept apart."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from typer.testing import CliRunner

from model.backbone import SHIPPED_BACKBONE, Backbone, normalize
from model.errors import BadData
from model.head import TRAIN, Memory
from model.image import squash
from tests.train.drawings import KINDS, draw_folders, drawing
from train import quantize
from train.__main__ import app
from train.embed import Cache
from train.events import Bars

Pixels = np.ndarray


def drawn(first: int, count: int) -> Pixels:
    """Drawn pictures of all kinds, (3 count, 3, 260, 260)."""
    seeds = range(first, first + count)
    return np.stack([squash(drawing(kind, seed), 260) for kind in KINDS for seed in seeds])


@pytest.fixture(scope="session")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped backbone in int8, calibrated on drawings."""
    path = tmp_path_factory.mktemp("int8") / "int8.onnx"
    quantize.quantize(SHIPPED_BACKBONE, path, iter(drawn(0, 8)))
    return path


def test_embeddings_are_nearly_the_same(int8: Path) -> None:
    """On pictures that did not calibrate: a cosine of .98 and more, but not the same numbers."""
    pixels = drawn(100, 3)

    given, expected = Backbone(int8).embed(pixels), Backbone().embed(pixels)

    assert (given.shape, given.dtype) == (expected.shape, expected.dtype)
    assert not np.array_equal(given, expected)
    for one, other in zip(given, expected, strict=True):
        assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.98


def test_embeddings_of_two_precisions_are_never_mixed(int8: Path, tmp_path: Path) -> None:
    """The key names the precision; what was embedded by one file is unknown to the other."""
    integers, floats = Backbone(int8), Backbone()
    Cache(tmp_path, floats.key).add({b"0" * 32: np.zeros(1280, dtype=np.float16)})

    assert integers.key == f"{integers.sha256[:16]}-int8-260"
    assert floats.key == f"{floats.sha256[:16]}-f32-260"
    assert Cache(tmp_path, integers.key).get(b"0" * 32) is None


def test_all_but_the_first_convolutions_compute_in_integers(int8: Path, tmp_path: Path) -> None:
    """Nothing between them goes back to float: paddings are part of the convolutions."""
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 3  # it warns that such a file is for this machine only
    ort.InferenceSession(int8, options, providers=["CPUExecutionProvider"])

    kinds = Counter(
        node.op_type for node in onnx.load_model(tmp_path / "optimized.onnx").graph.node
    )

    assert kinds["QLinearConv"] == 64 - quantize.FLOAT_CONVOLUTIONS
    assert kinds["QLinearAdd"] == 14
    assert kinds["QuantizeLinear"] == 1
    assert kinds["Pad"] == 0


def test_the_file_takes_any_batch_and_is_small(int8: Path) -> None:
    """As the float file does; it is little more than half as long."""
    pixels = normalize(drawn(100, 1))
    session = ort.InferenceSession(int8, providers=["CPUExecutionProvider"])

    [together] = session.run(["embedding"], {"pixels": pixels})
    alone = [session.run(["embedding"], {"pixels": each[None]})[0][0] for each in pixels]

    assert together == pytest.approx(np.stack(alone), abs=1e-4)
    assert int8.stat().st_size < 0.6 * SHIPPED_BACKBONE.stat().st_size


def test_what_calibrates_is_what_trains(own_home: Path, tmp_path: Path) -> None:
    """Photos that `fit` keeps for validation and testing, and their near twins, don't calibrate."""
    source = f"folders:{draw_folders(tmp_path / 'drawn', 12)}"
    fitted = CliRunner().invoke(app, ["fit", "--model", "drawn", "--data", source])
    assert fitted.exit_code == 0, fitted.stderr
    memory = Memory.load(own_home / "registry" / "drawn" / "1" / "memory.safetensors")
    trains = memory.split == TRAIN

    training, held_out = quantize.sides([source], tmp_path, Bars(), " ")

    assert hashes(training) == {row.tobytes() for row in memory.photo_sha256[trains]}
    assert hashes(held_out) == {row.tobytes() for row in memory.photo_sha256[~trains]}
    assert training
    assert held_out


def hashes(photos: list[Path]) -> set[bytes]:
    return {hashlib.sha256(photo.read_bytes()).digest() for photo in photos}


def test_the_command_tells_what_is_lost_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes, milliseconds by threads, cosines, and how many photos they are of."""
    for name, value in {"PHOTOS": 20, "CHECKED": 4, "TIMED": 1, "TURNS": 1}.items():
        monkeypatch.setattr(quantize, name, value)
    source, path = f"folders:{draw_folders(tmp_path / 'drawn', 14)}", tmp_path / "int8.onnx"

    done = CliRunner().invoke(app, ["convert", "--int8", str(path), "--data", source])

    assert done.exit_code == 0, done.stderr
    assert f"{path}: 5.4 against 9.7 MB" in done.stdout
    assert "ms a photo (threads: 1)" in done.stdout
    assert "ms a photo (threads: 2)" in done.stdout
    assert "over 4 photos; calibrated on 20 others" in done.stdout
    assert Backbone(path).key.split("-")[1] == "int8"


@pytest.mark.parametrize("arguments", [[], ["int8.onnx"], ["--data", "folders:."]])
def test_int8_needs_a_file_and_photos(arguments: list[str]) -> None:
    """Status 2, and what to add; the shipped file is not touched."""
    done = CliRunner().invoke(app, ["convert", "--int8", *arguments])

    assert done.exit_code == 2
    assert done.stderr.startswith("--int8 needs FILE, and a few hundred photos")


def test_too_few_photos_calibrate_nothing(tmp_path: Path) -> None:
    """No file is written."""
    source, path = f"folders:{draw_folders(tmp_path / 'drawn', 2)}", tmp_path / "int8.onnx"

    with pytest.raises(BadData, match="at least 20 photos that train"):
        quantize.convert_int8(
            SHIPPED_BACKBONE, path, [source], cache=tmp_path / "cache", events=Bars(), sep=" "
        )

    assert not path.exists()
