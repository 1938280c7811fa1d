"""Batches of photos: transformed, stacked, and the same for the same seed.

Photos are read in the training process: with two cores, workers would take them from the network.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional

from train.data.blocks import V
from train.data.datasets import Datasets, PhotoDataset
from train.data.grid import grid
from train.data.transforms import Transform

Batch: TypeAlias = tuple[Tensor, Tensor]


class _Augmented(Dataset[tuple[Tensor, Tensor]], Generic[V]):
    """The photos of one epoch, each with random numbers of its own."""

    def __init__(self, photos: PhotoDataset[V], tfms: Transform, seed: int, epoch: int) -> None:
        self._photos, self._tfms, self._seeds = photos, tfms, (seed, epoch)

    def __len__(self) -> int:
        return len(self._photos)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, target = self._photos[index]
        with _seeded(*self._seeds, index):
            image, target = self._tfms(image, self._photos.target.on_canvas(target, image.size))
        return functional.to_image(image), target  # uint8 (3, H, W)


@dataclass
class Loader(Generic[V]):
    """Batches of photos (N, 3, S, S) and targets (N, …). `epoch` counts how often it was gone
    through, and chooses order and augmentations: set it to go on where a run stopped."""

    dataset: PhotoDataset[V]
    item_tfms: Transform
    batch_tfms: Transform
    batch_size: int
    shuffle: bool
    seed: int
    device: torch.device
    epoch: int = 0

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        epoch, self.epoch = self.epoch, self.epoch + 1
        return self._batches(epoch)

    def peek(self) -> Batch:
        """The first batch of the coming epoch, which is not counted for it."""
        return next(self._batches(self.epoch))

    def _batches(self, epoch: int) -> Iterator[Batch]:
        loader = DataLoader(
            _Augmented(self.dataset, self.item_tfms, self.seed, epoch),
            batch_size=self.batch_size,
            shuffle=self.shuffle,
            collate_fn=_stacked,
            generator=torch.Generator().manual_seed(_mixed(self.seed, epoch)),
        )
        for number, (images, targets) in enumerate(loader):
            with _seeded(self.seed, epoch, number, 1):  # 1: a batch, not a photo
                batch = self.batch_tfms(images.to(self.device), targets.to(self.device))
            yield batch[0].as_subclass(Tensor), self.dataset.target.off_canvas(batch[1])


@dataclass(frozen=True)
class DataLoaders(Generic[V]):
    """Batches to train on and to validate with."""

    train: Loader[V]
    valid: Loader[V]
    datasets: Datasets[V]

    def show_batch(self, path: Path, count: int = 9) -> None:
        """Write a picture of the first photos of the next training batch, as the network sees them.

        `path`'s suffix says the format.
        """
        images, targets = self.train.peek()
        photos, captions = [], []
        for pixels, target in zip(images[:count], targets[:count], strict=True):
            photo = self.datasets.photo.decode(pixels)
            captions.append(self.datasets.target.show(target, photo))
            photos.append(photo)
        grid(photos, captions).save(path)


def _stacked(samples: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Samples as one batch; what is a picture or a point of one remains so."""
    images, targets = zip(*samples, strict=True)
    sizes = {tuple(image.shape[-2:]) for image in images}
    if len(sizes) > 1:
        raise ValueError(f"photos of a batch differ in size {sorted(sizes)}: end with squash(S)")
    return _stack(images), _stack(targets)


def _stack(tensors: Sequence[Tensor]) -> Tensor:
    stacked = torch.stack(tuple(tensors))
    first = tensors[0]
    if isinstance(first, tv_tensors.TVTensor):
        wrapped: Tensor = tv_tensors.wrap(stacked, like=first)
        return wrapped
    return stacked


@contextmanager
def _seeded(*numbers: int) -> Iterator[None]:
    """Torch's random numbers on the CPU are those of `numbers` here, and go on as before after."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(_mixed(*numbers))
        yield


def _mixed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
