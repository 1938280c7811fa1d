"""Linear heads on an embedding, and the photos that they were learned from; safetensors in and out.

Shapes: N photos, C classes, D = 1280. No pickle anywhere: a file holds arrays and nothing else.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from model.decision import Rule
from model.errors import BadVersion

Floats = NDArray[np.float32]

PRESENT, ABSENT, UNKNOWN = 1, 0, -1
"""The three states of a label. Unknown is masked out of the loss, never counted as absent."""

TRAIN, VALID, TEST = 0, 1, 2
"""The splits of a memory."""


@dataclass(frozen=True, slots=True)
class Head:
    """The numbers that turn an embedding (D,) into logits (C,), and the rule that reads them."""

    weight: Floats  # (C, D), multi-label
    bias: Floats  # (C,)
    twin_weight: Floats  # (C, D), single-label
    twin_bias: Floats  # (C,)
    feature_mean: Floats  # (D,), of the training embeddings: features are z-scored
    feature_std: Floats  # (D,)
    threshold: Floats  # (C,), on the sigmoid
    class_mean: Floats  # (C, D), unit vectors, see model/familiarity.py
    gate_assert: Floats  # (C, 2): (nearest, mean)
    gate_unsure: Floats  # (C, 2)
    threshold_unsure: Floats  # (C,), enough to ask about a class where none is named

    @property
    def rule(self) -> Rule:
        """The numbers of the decision rule."""
        return Rule(self.threshold, self.gate_assert, self.gate_unsure, self.threshold_unsure)

    def scores(self, embedding: Floats) -> Floats:
        """Sigmoid of the multi-label logits: (N, D) -> (N, C)."""
        logits = self._standardized(embedding) @ self.weight.T + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))), dtype=np.float32)

    def twin_scores(self, embedding: Floats) -> Floats:
        """Softmax of the single-label logits: (N, D) -> (N, C)."""
        logits = self._standardized(embedding) @ self.twin_weight.T + self.twin_bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    def _standardized(self, embedding: Floats) -> Floats:
        return (embedding - self.feature_mean) / self.feature_std

    def save(self, path: Path) -> None:
        """Write the arrays to `path`."""
        save_file(_arrays(self, np.float32), path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises `BadVersion`."""
        arrays = _read(path)
        if "threshold" in arrays:  # the first versions had one threshold for both
            arrays.setdefault("threshold_unsure", arrays["threshold"])
        return cls(**_checked(path, arrays, cls))


@dataclass(frozen=True, slots=True)
class Memory:
    """The photos that a version was learned from, as embeddings: enough to retrain and judge it."""

    embedding: NDArray[np.float16]  # (N, D)
    state: NDArray[np.int8]  # (N, C): PRESENT, ABSENT, UNKNOWN
    weight: Floats  # (N,), how much a photo counts in the loss
    split: NDArray[np.uint8]  # (N,): TRAIN, VALID, TEST
    photo_sha256: NDArray[np.uint8]  # (N, 32)

    def save(self, path: Path) -> None:
        """Write the arrays to `path`."""
        save_file(_arrays(self), path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises `BadVersion`."""
        return cls(**_checked(path, _read(path), cls))

    @classmethod
    def photos(cls, path: Path) -> set[str]:
        """The SHA-256 (hex) of the photos in what `save` wrote; nothing else is read.

        A point model's file has these hashes and no more. Empty where there is no such file. Raises
        `BadVersion`.
        """
        try:
            with safe_open(path, "numpy") as file:
                return {row.tobytes().hex() for row in file.get_tensor("photo_sha256")}
        except FileNotFoundError:
            return set()
        except (OSError, SafetensorError) as error:
            raise BadVersion(f"{path} can't be read: {error}") from error

    @property
    def learned(self) -> NDArray[np.bool_]:
        """Rows that made the version, by training or calibrating: all but its test photos, (N,)."""
        return np.asarray(self.split != TEST)

    @property
    def trains(self) -> NDArray[np.bool_]:
        """Rows that heads and gates are learned from, (N,)."""
        return np.asarray(self.split == TRAIN)

    @property
    def calibrates(self) -> NDArray[np.bool_]:
        """Rows that only set lines and probabilities (`train/guarantee.py`), (N,)."""
        return np.asarray(self.split == VALID)

    def __len__(self) -> int:
        return len(self.embedding)


_AXES: dict[type[Any], dict[str, tuple[str, ...]]] = {
    Head: {
        **dict.fromkeys(("weight", "twin_weight", "class_mean"), ("C", "D")),
        **dict.fromkeys(("bias", "twin_bias", "threshold", "threshold_unsure"), ("C",)),
        **dict.fromkeys(("feature_mean", "feature_std"), ("D",)),
        **dict.fromkeys(("gate_assert", "gate_unsure"), ("C", "2")),
    },
    Memory: {
        "embedding": ("N", "D"),
        "state": ("N", "C"),
        **dict.fromkeys(("weight", "split"), ("N",)),
        "photo_sha256": ("N", "32"),
    },
}


def check(part: Head | Memory, path: Path, classes: int, features: int) -> None:
    """Raises `BadVersion` unless the arrays read from `path` have the shapes of their classes.

    `classes` is C, `features` D; N is what the first array says.
    """
    sizes = {"C": classes, "D": features, "2": 2, "32": 32}
    for name in (field.name for field in fields(part)):
        axes = _AXES[type(part)][name]
        shape: tuple[int, ...] = getattr(part, name).shape
        pairs = zip(axes, shape, strict=False)  # their lengths are compared below
        fits = all(sizes.setdefault(axis, size) == size for axis, size in pairs)
        if not fits or len(shape) != len(axes):
            wanted = tuple(sizes.get(axis, axis) for axis in axes)
            raise BadVersion(
                f"{path}: {name} has the shape {shape}, and its {classes} classes want {wanted}. "
                "Restore the version from a backup, or promote another one."
            )


def _arrays(value: Any, dtype: type[np.generic] | None = None) -> dict[str, NDArray[Any]]:
    return {
        field.name: np.ascontiguousarray(getattr(value, field.name), dtype=dtype)
        for field in fields(value)
    }


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise BadVersion(f"{path} can't be read: {error}") from error


def _checked(
    path: Path, arrays: dict[str, NDArray[Any]], kind: type[Any]
) -> dict[str, NDArray[Any]]:
    wanted = {field.name for field in fields(kind)}
    if set(arrays) != wanted:
        raise BadVersion(f"{path} holds {sorted(arrays)}, not {sorted(wanted)}.")
    return arrays
