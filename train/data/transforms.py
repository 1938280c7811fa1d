"""What photos go through on their way into a batch, made of `torchvision.transforms.v2`.

Each takes (image, target) and gives both: a target with a place in the photo moves with it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

Transform: TypeAlias = nn.Module
"""A transform of `torchvision.transforms.v2`, or one written like it."""


class Augment(nn.Module):
    """Transforms that only training photos go through: validation must see them as they are."""

    def __init__(self, *transforms: Transform) -> None:
        super().__init__()
        self.transforms = v2.Compose(transforms)

    def forward(self, *sample: Any) -> Any:
        """The sample, transformed."""
        return self.transforms(*sample)


def compose(transforms: Sequence[Transform], *, training: bool) -> Transform:
    """One after the other, without those that are only for training where it is not training."""
    chosen = [each for each in transforms if training or not isinstance(each, Augment)]
    composed: Transform = v2.Compose(chosen or [v2.Identity()])
    return composed


def squash(size_px: int) -> Transform:
    """The whole photo as a square, bicubic: pixel for pixel what `model.image.squash` makes."""
    resize: Transform = v2.Resize((size_px, size_px), v2.InterpolationMode.BICUBIC)
    return resize


def crop_and_flip(size_px: int, scale: tuple[float, float] = (0.5, 1.0)) -> Transform:
    """Training only: a random part of the photo (`scale`: of its area), as a square, or mirrored.

    After https://arxiv.org/abs/1409.4842, with a larger part at least: with several things in a
    photo, a small part no longer shows what the labels say.
    """
    bicubic = v2.InterpolationMode.BICUBIC
    return Augment(
        v2.RandomResizedCrop(size_px, scale=scale, interpolation=bicubic),
        v2.RandomHorizontalFlip(),
    )


def normalize() -> Transform:
    """uint8 images -> float32 in [-1, 1], as `model.backbone.normalize`; nothing else changes."""
    composed: Transform = v2.Compose(
        [v2.ToDtype(torch.float32), v2.Normalize(mean=[127.5] * 3, std=[127.5] * 3)]
    )
    return composed


class Point(tv_tensors.KeyPoints):  # type: ignore[misc]  # torchvision is untyped
    """A point in px, (1, 2), that mirroring moves from x to width - x.

    KeyPoints go to width - 1 - x as if they were pixels' numbers, but are scaled, cropped and
    turned as places on the canvas: a mirrored point would be a pixel off.
    """


@functional.register_kernel("horizontal_flip", Point)  # type: ignore[untyped-decorator]
def _mirror(point: Point) -> Point:
    _, width = point.canvas_size
    return _moved(point, point.new_tensor((width, 0)), point.new_tensor((-1, 1)))


@functional.register_kernel("vertical_flip", Point)  # type: ignore[untyped-decorator]
def _upside_down(point: Point) -> Point:
    height, _ = point.canvas_size
    return _moved(point, point.new_tensor((0, height)), point.new_tensor((1, -1)))


def _moved(point: Point, origin: Tensor, sign: Tensor) -> Point:
    moved: Point = tv_tensors.wrap(point.as_subclass(Tensor) * sign + origin, like=point)
    return moved
