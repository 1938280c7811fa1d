"""DataBlock -> Datasets -> DataLoaders: from a table with a row a photo to batches.

After fastai's data block (https://docs.fast.ai/data.block.html), on `torch.utils.data` and
`torchvision.transforms.v2`. The lesson's table of PASCAL, as a model of several labels learns it:

    block = DataBlock(
        blocks=(ImageBlock(), MultiCategoryBlock()),
        get_x=lambda row: folder / row.fname,
        get_y=lambda row: row.labels.split(" "),
        splitter=lambda frame: frame["is_valid"],
        item_tfms=[crop_and_flip(260), squash(260)],
        batch_tfms=[normalize()],
    )
    datasets = block.datasets(pd.read_csv(folder / "labels.csv"))
    image, states = datasets.train[0]               # a Pillow image, int8 (C,)
    datasets.decode(image, states)                  # the image, Labels(present={"dog"}, …)
    loaders = block.dataloaders(frame, batch_size=64, seed=0)
    for images, states in loaders.train:            # float32 (N, 3, 260, 260), int8 (N, C)
        ...
    loaders.show_batch(Path("batch.png"))

and its centres of heads (BIWI), where a whole person is kept for validation:

    DataBlock(
        blocks=(ImageBlock(), PointBlock()),
        get_x=lambda row: row.photo,
        get_y=lambda row: row.point,                # (x, y) in px -> float32 (2,) in [-1, 1]
        splitter=lambda frame: frame["person"] == 13,
        ...

- A row is a named tuple of the frame's columns: any DataFrame will do, and that of the project's
  sources (`train.data.frame`) with `get_x=lambda row: row.photo`, `get_y=labels_of`.
- `splitter(frame)` is true for each row that validates; all others train.
- `item_tfms` take a photo (a Pillow image) and its target, `batch_tfms` a batch (uint8 pixels).
  What `Augment` holds (`crop_and_flip` does) is for training photos only.
- The same seed gives the same batches on one machine, epoch by epoch, whatever else draws random
  numbers: a run that was stopped goes on with `loaders.train.epoch = 3`.

What each block makes of a value is in `train/data/blocks.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import Tensor

from model.errors import BadData
from train.data.blocks import ImageBlock, TargetBlock, V
from train.data.datasets import Datasets, PhotoDataset, Row
from train.data.loaders import DataLoaders, Loader
from train.data.transforms import Transform, compose


@dataclass(frozen=True)
class DataBlock(Generic[V]):
    """How a table becomes photos and targets; V is what `get_y` gives. See the module's examples.

    `splitter(frame)` (N,): true for the rows that validate.
    """

    blocks: tuple[ImageBlock, TargetBlock[V]]
    get_x: Callable[[Row], Path]
    get_y: Callable[[Row], V]
    splitter: Callable[[pd.DataFrame], Any]
    item_tfms: Sequence[Transform] = ()
    batch_tfms: Sequence[Transform] = ()

    def datasets(self, frame: pd.DataFrame) -> "Datasets[V]":
        """The frame's photos in two parts; the classes are those of the training part.

        Raises `BadData` where either part is empty.
        """
        valid = pd.Series(self.splitter(frame)).eq(True).to_numpy(dtype=bool)  # None, NaN: no
        if valid.all() or not valid.any():
            raise BadData(
                f"The splitter keeps {valid.sum()} of {len(frame)} photos for validation: "
                "it should keep some, and leave some to train on."
            )
        rows = list(frame.itertuples(index=False, name="Row"))
        training, held_out = ([rows[i] for i in np.flatnonzero(part)] for part in (~valid, valid))
        photo, target = self.blocks
        target = target.learn([self.get_y(row) for row in training])
        return Datasets(
            train=PhotoDataset(training, photo, target, self.get_x, self.get_y),
            valid=PhotoDataset(held_out, photo, target, self.get_x, self.get_y),
            photo=photo,
            target=target,
        )

    def dataloaders(
        self,
        frame: pd.DataFrame,
        *,
        batch_size: int = 64,
        seed: int = 0,
        device: torch.device | str = "cpu",
    ) -> "DataLoaders[V]":
        """Batches of both parts; those of training in another order each epoch."""
        datasets = self.datasets(frame)

        def loader(dataset: PhotoDataset[V], training: bool) -> Loader[V]:
            item_tfms = compose(self.item_tfms, training=training)
            batch_tfms = compose(self.batch_tfms, training=training)
            place = torch.device(device)
            return Loader(dataset, item_tfms, batch_tfms, batch_size, training, seed, place)

        return DataLoaders(loader(datasets.train, True), loader(datasets.valid, False), datasets)

    def summary(self, frame: pd.DataFrame) -> str:
        """The first training photo through every step, with type and shape."""
        datasets = self.datasets(frame)
        row = datasets.train.rows[0]
        image, target = datasets.train[0]
        images, targets = self.dataloaders(frame, batch_size=1).train.peek()
        steps = {
            "get_x": self.get_x(row),
            "get_y": self.get_y(row),
            "photo": image,
            "target": target,
            "batch of photos": images,
            "batch of targets": targets,
        }
        return "\n".join(f"{name:16}  {_described(value)}" for name, value in steps.items())


def _described(value: Any) -> str:
    """Type and shape, or what it is."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    if isinstance(value, Image.Image):
        return f"{value.mode} image, {value.width} x {value.height} px"
    return f"{type(value).__name__} {value}"
