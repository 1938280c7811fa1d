"""`model/head.py`: linear heads and the training memory, in and out of safetensors."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from model.errors import BadVersion
from model.head import Head, Memory

Parts = tuple[Head, Memory]


@pytest.fixture
def head() -> Head:
    """Two classes on two features."""
    two = np.zeros(2, np.float32)
    gate = np.zeros((2, 2), np.float32)
    return Head(
        weight=np.array([[2, 0], [0, -1]], np.float32),
        bias=np.array([1, 0], np.float32),
        twin_weight=np.array([[1, 0], [0, 1]], np.float32),
        twin_bias=two,
        feature_mean=np.array([1, 1], np.float32),
        feature_std=np.array([2, 1], np.float32),
        threshold=two + 0.5,
        class_mean=np.eye(2, dtype=np.float32),
        gate_assert=gate,
        gate_unsure=gate,
        threshold_unsure=two + 0.25,
    )


def test_scores_are_sigmoids_of_standardized_features(head: Head) -> None:
    """x = (3, 1) is z = (1, 0): logits 2 + 1 and 0."""
    scores = head.scores(np.array([[3, 1]], np.float32))
    assert scores == pytest.approx(np.array([[1 / (1 + np.exp(-3)), 0.5]]))


def test_twin_scores_are_a_softmax(head: Head) -> None:
    """z = (1, 0): e to 1, and they sum to one."""
    scores = head.twin_scores(np.array([[3, 1], [1, 1]], np.float32))
    assert scores == pytest.approx(np.array([[np.e / (np.e + 1), 1 / (np.e + 1)], [0.5, 0.5]]))


def test_huge_features_overflow_nothing(head: Head) -> None:
    """Scores stay between 0 and 1; the rest would be a warning, and so an error here."""
    far = np.array([[1e30, 1e30]], np.float32)
    assert head.scores(far).tolist() == [[pytest.approx(1), pytest.approx(0)]]
    assert np.isfinite(head.twin_scores(np.array([[1e30, 1]], np.float32))).all()


def test_what_is_saved_is_loaded(tmp_path: Path, parts: Parts) -> None:
    """Array by array, bit by bit."""
    for part in parts:
        part.save(tmp_path / "file")
        again = type(part).load(tmp_path / "file")
        for field in fields(part):
            saved, loaded = getattr(part, field.name), getattr(again, field.name)
            assert saved.dtype == loaded.dtype
            assert np.array_equal(saved, loaded)


def test_the_files_hold_what_the_contract_names(tmp_path: Path, parts: Parts) -> None:
    """Names, types and shapes of DESIGN.md section 4."""
    head, memory = parts
    head.save(tmp_path / "head")
    memory.save(tmp_path / "memory")
    arrays = {**load_file(tmp_path / "head"), **load_file(tmp_path / "memory")}
    count, classes, width = len(memory), 3, 1280
    assert {name: (array.dtype.name, array.shape) for name, array in arrays.items()} == {
        "weight": ("float32", (count,)),
        "bias": ("float32", (classes,)),
        "twin_weight": ("float32", (classes, width)),
        "twin_bias": ("float32", (classes,)),
        "feature_mean": ("float32", (width,)),
        "feature_std": ("float32", (width,)),
        "threshold": ("float32", (classes,)),
        "class_mean": ("float32", (classes, width)),
        "gate_assert": ("float32", (classes, 2)),
        "gate_unsure": ("float32", (classes, 2)),
        "threshold_unsure": ("float32", (classes,)),
        "embedding": ("float16", (count, width)),
        "state": ("int8", (count, classes)),
        "split": ("uint8", (count,)),
        "photo_sha256": ("uint8", (count, 32)),
    }
    assert load_file(tmp_path / "head")["weight"].shape == (classes, width)


@pytest.mark.parametrize("data", [b"", b"no safetensors", b"\xff" * 64])
def test_a_broken_file_is_refused(tmp_path: Path, data: bytes) -> None:
    """With the file's name."""
    path = tmp_path / "head.safetensors"
    path.write_bytes(data)
    with pytest.raises(BadVersion, match=r"head\.safetensors can't be read"):
        Head.load(path)
    with pytest.raises(BadVersion, match="can't be read"):
        Memory.load(tmp_path / "not there")


def test_a_file_of_other_arrays_is_refused(tmp_path: Path, parts: Parts) -> None:
    """What is missing or not known is named."""
    path = tmp_path / "head.safetensors"
    save_file({"weight": np.zeros(3, np.float32), "surprise": np.zeros(3, np.float32)}, path)
    with pytest.raises(BadVersion, match="surprise"):
        Head.load(path)


def test_a_head_without_a_lower_threshold_asks_from_its_only_one(
    tmp_path: Path, parts: Parts
) -> None:
    """So the first versions, whose files have no such array, are read and answer as they did."""
    head, _ = parts
    path = tmp_path / "head.safetensors"
    head.save(path)
    arrays = load_file(path)
    del arrays["threshold_unsure"]
    save_file(arrays, path)

    assert Head.load(path).threshold_unsure.tolist() == head.threshold.tolist()


def test_a_photo_trains_or_calibrates_or_judges(parts: Parts) -> None:
    """A version is made of training and validation photos; heads see only the former."""
    _, memory = parts
    split = np.arange(len(memory), dtype=np.uint8) % 3
    memory = replace(memory, split=split)

    assert memory.trains.tolist() == (split == 0).tolist()
    assert memory.calibrates.tolist() == (split == 1).tolist()
    assert memory.learned.tolist() == (split != 2).tolist()
