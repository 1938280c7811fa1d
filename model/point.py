"""A head that finds one point in a photo: feature map -> (x, y), by a soft-argmax.

Each of the map's places votes for a point near it, and a softmax over the places weighs the votes:
the point is where the photo looks most like what was learned
(https://arxiv.org/abs/1603.00831 calls the bare softmax of places a spatial soft-argmax).

Coordinates are in [-1, 1], origin in the middle of the photo, x to the right, y down; a photo's
edge is 1. Shapes: N photos, D = 1280, H x W places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from model import image
from model.backbone import EMBEDDING, Backbone
from model.errors import BadVersion
from model.image import ImageInfo

Floats = NDArray[np.float32]

FILE = "head.safetensors"
"""A version's file, as for classes."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a photo, in px of the upright photo, origin top left."""

    x_px: float
    y_px: float

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return {"x_px": self.x_px, "y_px": self.y_px}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The value that `to_json` was called on."""
        return cls(value["x_px"], value["y_px"])


@dataclass(frozen=True, slots=True)
class PointHead:
    """The numbers of two layers that turn each place of a feature map into a vote.

    K = `hidden_bias`' length, a few dozen.
    """

    hidden_weight: Floats  # (K, D)
    hidden_bias: Floats  # (K,)
    weight: Floats  # (3, K): a place's score, and how far its vote lies to the right and down
    bias: Floats  # (2,), of the votes

    def points(self, feature_map: Floats) -> Floats:
        """Feature maps (N, D, H, W) -> points (N, 2) in [-1, 1]."""
        count, features, height, width = feature_map.shape
        places = feature_map.reshape(count, features, height * width).transpose(0, 2, 1)
        hidden = np.maximum(places @ self.hidden_weight.T + self.hidden_bias, 0)
        said = hidden @ self.weight.T  # (N, H * W, 3)
        powers = np.exp(said[..., 0] - said[..., 0].max(axis=1, keepdims=True))  # (N, H * W)
        weights = powers / powers.sum(axis=1, keepdims=True)
        votes = grid(height, width) + said[..., 1:] + self.bias  # (N, H * W, 2)
        found = (weights[..., None] * votes).sum(axis=1)
        return np.asarray(found.clip(-1, 1), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the arrays to `path`."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        save_file({name: np.ascontiguousarray(each) for name, each in arrays.items()}, path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises `BadVersion`."""
        try:
            arrays = load_file(path)
        except (OSError, SafetensorError) as error:
            raise BadVersion(f"{path} can't be read: {error}") from error
        shapes = {name: array.shape for name, array in arrays.items()}
        wanted = _shapes(len(arrays.get("hidden_bias", ())))
        if shapes != wanted:
            raise BadVersion(f"{path} is no head that finds a point: {shapes}, not {wanted}.")
        return cls(**arrays)


def _shapes(hidden: int) -> dict[str, tuple[int, ...]]:
    return {
        "hidden_weight": (hidden, EMBEDDING),
        "hidden_bias": (hidden,),
        "weight": (3, hidden),
        "bias": (2,),
    }


@dataclass(frozen=True, slots=True)
class Look:
    """A photo in which the point was found; `embedding` (D,) is what a classifier would see."""

    info: ImageInfo
    embedding: Floats
    point: Point


def look(data: bytes, backbone: Backbone, head: PointHead) -> Look:
    """Bytes of a photo -> the point in it. Raises `BadPhoto`."""
    info, pixels = image.read(data, backbone.size_px)
    feature_map = backbone.feature_map(pixels[None])  # (1, D, H, W)
    place = in_pixels(head.points(feature_map)[0], info.width, info.height)
    return Look(info, feature_map.mean(axis=(0, 2, 3)), place)


def grid(height: int, width: int) -> Floats:
    """The middles of a map's places in [-1, 1], row by row: (H * W, 2), x first."""
    x = (np.arange(width) + 0.5) / width * 2 - 1
    y = (np.arange(height) + 0.5) / height * 2 - 1
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype(np.float32)


def in_pixels(point: Floats, width: int, height: int) -> Point:
    """A point (2,) in [-1, 1] as a place in a photo of this size in px, to a hundredth."""
    x_px, y_px = (np.asarray(point, dtype=np.float64) + 1) / 2 * (width, height)
    return Point(round(float(x_px), 2), round(float(y_px), 2))
