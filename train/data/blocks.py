"""What a `DataBlock` is built of: a photo, and what is learned of it. Values <-> tensors.

| block                | a row says              | tensor                    | loss                |
|----------------------|-------------------------|---------------------------|---------------------|
| `ImageBlock`         | the photo's file        | a Pillow image; (3, S, S) |                     |
| `CategoryBlock`      | a class name            | its index, int64 ()       | `CrossEntropyLoss`  |
| `MultiCategoryBlock` | names, or `Labels`      | states, int8 (C,)         | `BCEWithLogitsLoss` |
| `PointBlock`         | (x, y), px of the photo | float32 (2,) in [-1, 1]   | `MSELoss`           |

States are those of `model.head`: `state == PRESENT` is the one-hot row and `state != UNKNOWN` its
mask, so that what nobody knows is never counted as absent (`train.tasks`). A point's origin is in
the middle of the photo, x to the right, y down; a photo's edge is 1, not its last pixel's middle.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, Self, TypeAlias, TypeVar

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from model.classes import shown
from model.errors import BadData, BadPhoto
from model.head import ABSENT, PRESENT, UNKNOWN
from model.image import probe, upright
from train.data.frame import Labels
from train.data.transforms import Point

Size: TypeAlias = tuple[int, int]
"""(width, height) in px, as Pillow has it."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ImageBlock:
    """A photo's file -> an upright RGB image.

    `target_px`: a large JPEG may come at a reduced size that is enough for a square of this side
    (`model.image.upright`), four times faster; None: always its own size.
    """

    target_px: int | None = None

    def open(self, path: Path) -> tuple[Image.Image, Size]:
        """The image, and the size of the upright photo in the file. Raises `BadData`."""
        try:
            data = path.read_bytes()
            info = probe(data)
            return upright(data, self.target_px), (info.width, info.height)
        except OSError as error:
            raise BadData(f"{path} can't be read: {error.strerror}.") from error
        except BadPhoto as error:
            raise BadData(f"{path}: {error}") from error

    def decode(self, pixels: Tensor) -> Image.Image:
        """Pixels (3, H, W), uint8 or normalised floats, as an image again."""
        if pixels.is_floating_point():
            pixels = (pixels * 127.5 + 127.5).round().clamp(0, 255).to(torch.uint8)
        return Image.fromarray(np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy()))


class TargetBlock(Protocol[V]):
    """What is learned of a photo: a value V as the row has it, and the tensor made of it."""

    def learn(self, values: Sequence[V]) -> "TargetBlock[V]":
        """The block, knowing what it needs of the training values (its class list)."""

    def encode(self, value: V, size: Size) -> Tensor:
        """A value of a photo of this `size` -> its tensor. Raises `BadData`."""

    def decode(self, target: Tensor, size: Size) -> V:
        """A tensor -> the value, for the photo at this `size`."""

    def show(self, target: Tensor, image: Image.Image) -> str:
        """The value in words; what can be drawn is drawn on `image`."""

    def on_canvas(self, target: Tensor, size: Size) -> Tensor:
        """As it goes through transforms with a photo of this `size`: they move what has a place."""

    def off_canvas(self, target: Tensor) -> Tensor:
        """Back from there: one target or a batch of them."""


class _Placeless(Generic[V]):
    """A target that no transform of the photo changes."""

    def on_canvas(self, target: Tensor, size: Size) -> Tensor:
        """The target."""
        return target

    def off_canvas(self, target: Tensor) -> Tensor:
        """The target."""
        return target


@dataclass(frozen=True)
class CategoryBlock(_Placeless[str]):
    """Exactly one class a photo. `classes` empty: those of the training photos, sorted."""

    classes: tuple[str, ...] = ()

    def learn(self, values: Sequence[str]) -> Self:
        """The block with its classes."""
        return self if self.classes else replace(self, classes=tuple(sorted(set(values))))

    def encode(self, value: str, size: Size) -> Tensor:
        """A class name -> int64 (). Raises `BadData` for one that is not in `classes`."""
        if value not in self.classes:
            known = ", ".join(self.classes)
            raise BadData(f"{value!r} is none of the classes of the training photos: {known}.")
        return torch.tensor(self.classes.index(value))

    def decode(self, target: Tensor, size: Size) -> str:
        """int64 () -> the class name."""
        return self.classes[int(target)]

    def show(self, target: Tensor, image: Image.Image) -> str:
        """The class as people read it."""
        return shown(self.classes[int(target)])


@dataclass(frozen=True)
class MultiCategoryBlock(_Placeless[Labels | Collection[str]]):
    """Any number of classes a photo. `classes` empty: those present in training photos, sorted.

    A value is `Labels`, or only the names of the classes in the photo: then the others are absent.
    Names that are not in `classes` are passed over.
    """

    classes: tuple[str, ...] = ()

    def learn(self, values: Sequence[Labels | Collection[str]]) -> Self:
        """The block with its classes."""
        if self.classes:
            return self
        labels = [_labels(value) for value in values]
        found = {name for each in labels for name in each.present - each.unknown}
        return replace(self, classes=tuple(sorted(found)))

    def encode(self, value: Labels | Collection[str], size: Size) -> Tensor:
        """Labels -> int8 (C,). Raises `BadData` for one text instead of several names."""
        labels = _labels(value)
        return torch.tensor([labels.state_of(name) for name in self.classes], dtype=torch.int8)

    def decode(self, target: Tensor, size: Size) -> Labels:
        """int8 (C,) -> labels in which each class is in one of the three."""
        return Labels(
            present=self._of_state(target, PRESENT),
            absent=self._of_state(target, ABSENT),
            unknown=self._of_state(target, UNKNOWN),
        )

    def show(self, target: Tensor, image: Image.Image) -> str:
        """The classes present, then those unknown with a question mark; "none" without any."""
        labels = self.decode(target, image.size)
        present = [shown(name) for name in sorted(labels.present)]
        unknown = [f"{shown(name)}?" for name in sorted(labels.unknown)]
        return ", ".join(present + unknown) or "none"

    def _of_state(self, target: Tensor, state: int) -> frozenset[str]:
        return frozenset(
            name for name, each in zip(self.classes, target.tolist(), strict=True) if each == state
        )


@dataclass(frozen=True)
class PointBlock:
    """One point in the photo, (x, y) in px, origin top left -> (2,) in [-1, 1]."""

    def learn(self, values: Sequence[tuple[float, float]]) -> Self:
        """The block: there is nothing to know."""
        return self

    def encode(self, value: tuple[float, float], size: Size) -> Tensor:
        """(x, y) in px -> float32 (2,)."""
        return torch.tensor(value, dtype=torch.float32) / torch.tensor(size) * 2 - 1

    def decode(self, target: Tensor, size: Size) -> tuple[float, float]:
        """float (2,) -> (x, y) in px of the photo at this `size`."""
        x, y = ((target.cpu() + 1) / 2 * torch.tensor(size)).tolist()
        return x, y

    def show(self, target: Tensor, image: Image.Image) -> str:
        """The place in px of this image; a ring is drawn around it."""
        x, y = self.decode(target, image.size)
        radius = max(4, image.width // 16)
        ring = (x - radius, y - radius, x + radius, y + radius)
        draw = ImageDraw.Draw(image)
        draw.ellipse(ring, outline="white", width=4)
        draw.ellipse(ring, outline="red", width=2)
        return f"({x:.0f}, {y:.0f}) px"

    def on_canvas(self, target: Tensor, size: Size) -> Tensor:
        """float (2,) -> px, a `Point` (1, 2), which transforms move."""
        width, height = size
        place: Tensor = Point(
            (target + 1) / 2 * torch.tensor(size), canvas_size=(height, width)
        )  # (1, 2)
        return place

    def off_canvas(self, target: Tensor) -> Tensor:
        """A `Point` (1, 2), or a batch of them (N, 1, 2) -> float (2,) or (N, 2)."""
        if not isinstance(target, Point):
            raise TypeError(f"a transform made {type(target).__name__} of the point")
        height, width = target.canvas_size
        points: Tensor = target.as_subclass(Tensor).squeeze(-2)  # (…, 1, 2) -> (…, 2)
        return points / points.new_tensor((width, height)) * 2 - 1


def _labels(value: Labels | Collection[str]) -> Labels:
    if isinstance(value, str):
        raise BadData(f"{value!r} is one text, not a list of class names: let get_y split it.")
    return value if isinstance(value, Labels) else Labels(present=frozenset(value))
