"""Learning to find a point: photos with a point -> feature maps of the frozen backbone -> a head.

What moves is learned from photos that move: each training photo is seen as it is and in `VIEWS`
random views, and the point goes with them. How the settings were chosen, by people left out in
turn: docs/models.md, "heads". M views, D = 1280, P = 81 places of a map.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms import v2

from model.backbone import Backbone
from model.point import PointHead, grid
from train.bootstrap import SEED
from train.data.block import DataBlock
from train.data.blocks import ImageBlock, PointBlock
from train.data.transforms import Augment, Transform, squash
from train.events import Report
from train.tasks import point_loss, soft_argmax

VIEWS = 7
"""Views of a photo, each another, that are learned from beside the photo itself."""
MOST_MAPS = 7000
"""Feature maps kept in memory at once, 200 kB each. Of more photos fewer views are made."""

HIDDEN = 24
"""Numbers between the two layers."""
EPOCHS, BATCH, RATE, DECAY = 6, 64, 1e-2, 0.01
"""Of AdamW (https://arxiv.org/abs/1711.05101) on one cycle (https://arxiv.org/abs/1708.07120)."""
LEAST_STD = 0.05
"""Added to the features' deviation: some channels are nearly always 0."""
INSIDE = 0.97
"""A view whose point lies further out than this is not learned from: it was cut off."""

Point = tuple[float, float]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Views:
    """What is learned from."""

    maps: NDArray[np.float16]  # (M, D, P)
    points: Floats  # (M, 2) in [-1, 1]
    size: tuple[int, int]  # of a map, (height, width)


def wander(size_px: int) -> Transform:
    """Training only: other colours, mirrored or not, and a part of the photo or the photo moved."""
    part = v2.RandomResizedCrop(
        size_px,
        scale=(0.4, 1.0),
        ratio=(0.8, 1.25),
        interpolation=v2.InterpolationMode.BICUBIC,
    )
    moved = v2.RandomAffine(
        10,
        translate=(0.2, 0.2),
        scale=(0.7, 1.5),
        interpolation=v2.InterpolationMode.BILINEAR,
        fill=127,
    )
    return Augment(
        v2.ColorJitter(0.3, 0.3, 0.3, 0.05),
        v2.RandomChoice([part, moved]),
        v2.RandomHorizontalFlip(),
    )


def block(valid: Sequence[bool], size_px: int) -> DataBlock[Point]:
    """Photos and points of a frame; `valid` (N,) are those kept from training."""
    return DataBlock(
        blocks=(ImageBlock(size_px), PointBlock()),
        get_x=lambda row: row.photo,
        get_y=lambda row: row.point,
        splitter=lambda _: valid,
        item_tfms=[wander(size_px), squash(size_px)],
    )


def views(frame: pd.DataFrame, valid: Sequence[bool], backbone: Backbone, report: Report) -> Views:
    """What is learned from the photos that train. Raises `BadData` for one that can't be read."""
    both = block(valid, backbone.size_px)
    moving = both.dataloaders(frame, batch_size=BATCH, seed=SEED).train
    still = replace(both, item_tfms=both.item_tfms[1:]).dataloaders(frame, batch_size=BATCH).train
    count = len(still.dataset)
    rounds = [still] + [moving] * min(VIEWS, max(0, MOST_MAPS // count - 1))
    maps, points = [], []
    for number, (images, targets) in enumerate(batch for each in rounds for batch in each):
        seen = backbone.feature_map(images.numpy()).astype(np.float16)  # (N, D, H, W)
        inside = (targets.abs() < INSIDE).all(dim=1).numpy()
        maps.append(seen[inside].reshape(inside.sum(), seen.shape[1], -1))
        points.append(targets.numpy()[inside])
        report(number + 1, len(still) * len(rounds))
    return Views(np.concatenate(maps), np.concatenate(points), (seen.shape[2], seen.shape[3]))


def learn(seen: Views, report: Report) -> PointHead:
    """The head for these views; the same views give the same head."""
    torch.manual_seed(SEED)
    mean, std = _moments(seen.maps)
    places = torch.from_numpy(grid(*seen.size))  # (P, 2)
    first, last = nn.Linear(len(mean), HIDDEN), nn.Linear(HIDDEN, 3)
    nn.init.zeros_(last.weight)  # every place is as good as the others, and votes for itself
    nn.init.zeros_(last.bias)
    layers = nn.Sequential(first, nn.ReLU(), last)
    optimizer = torch.optim.AdamW(layers.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(seen.maps) // BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    done = 0
    for _ in range(EPOCHS):
        for rows in _batches(len(seen.maps)):
            maps = torch.from_numpy(seen.maps[rows]).float().transpose(1, 2)  # (BATCH, P, D)
            points = torch.from_numpy(seen.points[rows])
            loss = point_loss(soft_argmax(layers((maps - mean) / std), places), points)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            cycle.step()
            done += 1
            report(done, steps)
    return _head(first, last, mean, std)


def _batches(count: int) -> list[NDArray[np.int64]]:
    """The numbers below `count`, shuffled, in batches."""
    shuffled = torch.randperm(count).numpy()
    return [shuffled[start : start + BATCH] for start in range(0, count, BATCH)]


def _moments(maps: NDArray[np.float16]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of the features (D,), over a part of the maps that is enough for it."""
    some = torch.from_numpy(maps[:: max(1, len(maps) // 500)]).float()
    return some.mean(dim=(0, 2)), some.std(dim=(0, 2)) + LEAST_STD


@torch.no_grad()
def _head(first: nn.Linear, last: nn.Linear, mean: Tensor, std: Tensor) -> PointHead:
    """The layers, the first one on the features themselves instead of z-scored ones."""
    weight = first.weight / std  # (K, D)
    bias = first.bias - weight @ mean
    arrays = (weight, bias, last.weight, last.bias[1:])  # a softmax feels no bias of scores
    return PointHead(*(array.numpy() for array in arrays))
