"""Photos and targets of a table, one by one, as they are: indexable, and back to what they were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeAlias

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from train.data.blocks import ImageBlock, TargetBlock, V

Row: TypeAlias = Any
"""A named tuple: its fields are the columns of the caller's frame."""
Sample: TypeAlias = tuple[Image.Image, Tensor]


class PhotoDataset(Dataset[Sample], Generic[V]):
    """Photos and their targets, as they are in the table: indexable, always the same."""

    def __init__(
        self,
        rows: Sequence[Row],
        photo: ImageBlock,
        target: TargetBlock[V],
        get_x: Callable[[Row], Path],
        get_y: Callable[[Row], V],
    ) -> None:
        self.rows = rows
        self.target = target
        self._photo, self._get_x, self._get_y = photo, get_x, get_y

    def __len__(self) -> int:
        return len(self.rows)

    def targets(self) -> Tensor:
        """All targets, (N, …), without reading a photo: for those that have no place in it."""
        no_size = (1, 1)
        return torch.stack([self.target.encode(self._get_y(row), no_size) for row in self.rows])

    def __getitem__(self, index: int) -> Sample:
        """The upright photo and its target. Raises `BadData` for a photo that can't be read."""
        image, size = self._photo.open(self._get_x(self.rows[index]))
        return image, self.target.encode(self._get_y(self.rows[index]), size)


@dataclass(frozen=True)
class Datasets(Generic[V]):
    """Training and validation photos. `target` knows the classes, where it has any."""

    train: PhotoDataset[V]
    valid: PhotoDataset[V]
    photo: ImageBlock
    target: TargetBlock[V]

    def decode(self, image: Image.Image | Tensor, target: Tensor) -> tuple[Image.Image, V]:
        """A photo of a dataset or a batch (3, H, W), and its target as the table has it.

        A point comes in px of this image, which may be smaller than the file's photo.
        """
        decoded = self.photo.decode(image) if isinstance(image, Tensor) else image
        return decoded, self.target.decode(target, decoded.size)
