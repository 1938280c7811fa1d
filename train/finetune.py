"""Training the whole network: the published backbone and a layer on top, tuned to photos.

As the lesson does it. First the layer alone, on the frozen backbone: that is the head that
`train/learner.py` finds. Then all layers together, the lower ones in smaller steps (discriminative
learning rates: Howard and Ruder, 2018, https://arxiv.org/abs/1801.06146), in one cycle (Smith,
2018, https://arxiv.org/abs/1803.09820). What is kept is the moving average of the weights (Izmailov
et al., 2018, https://arxiv.org/abs/1803.05407) after the epoch whose mAP on the watched photos was
best: their loss rises long before, with the certainty of a network that ranks ever better. The
result is a backbone like any other: heads, gates and all else are learned on it anew.

Knows no registry. A run that was killed goes on after its last whole epoch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from model.head import PRESENT, UNKNOWN
from train.convert import FeatureNet, published_network
from train.data.block import DataBlock
from train.data.blocks import ImageBlock, MultiCategoryBlock
from train.data.frame import labels_of
from train.data.loaders import DataLoaders
from train.data.transforms import crop_and_flip, normalize, squash
from train.device import autocast, best_device
from train.learner import Linear
from train.ranking import Ranking
from train.tasks import multi_label_loss

EPOCHS = 8
BATCH = 16
RATE = 1e-4
"""Of the upper blocks. Lower ones take smaller steps, the layer on top a larger one."""
RATES = {"conv_stem": 0.3, "blocks.0": 0.3, "blocks.1": 0.3}
TOP_RATE = 3.0
DROPOUT = 0.3
"""Before the layer on top, as where the published weights were trained."""
WARM_UP = 0.1
"""Share of the cycle in which the steps grow: the layer on top is already trained."""
WEIGHT_DECAY = 1e-2
AVERAGED = 0.99
"""Of the moving average, a step: it remembers some hundred steps."""
PATIENCE = 3
"""Epochs without a better mAP on the watched photos after which the run ends."""

Report = Callable[[int, int], None]


class Tuned(nn.Module):
    """The backbone with a layer on top: pixels (N, 3, S, S) -> logits (N, C)."""

    def __init__(self, backbone: FeatureNet, top: Linear) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = nn.Dropout(DROPOUT)
        self.top = nn.Linear(top.weight.shape[1], top.weight.shape[0])
        self.top.weight.data = torch.from_numpy(top.weight.copy())
        self.top.bias.data = torch.from_numpy(top.bias.copy())

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits of the mean of the feature map."""
        logits: Tensor = self.top(self.dropout(self.backbone(pixels)[1]))
        return logits

    def train(self, mode: bool = True) -> "Tuned":
        """Batch norm keeps the published statistics: those of 16 photos are too rough."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one epoch went: mean loss on training photos; mAP on watched ones, by the average."""

    loss: float
    watched_map: float


def finetune(
    frame: pd.DataFrame,
    classes: tuple[str, ...],
    top: Linear,
    *,
    size_px: int,
    epochs: int,
    seed: int,
    checkpoint: Path,
    step: Callable[[str], Report],
) -> tuple[FeatureNet, list[Epoch]]:
    """The tuned backbone on the CPU, and how each epoch went.

    `frame` has a row a photo, with a file and a column `watched`: whether it only says when to
    stop. `top` is the layer to begin with. `checkpoint` is a file that is written after each epoch
    and read at the start: the same run again ends at once. Raises `BadData` for a photo that can't
    be read.
    """
    device = best_device()
    network = Tuned(published_network(), top).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks the pair
    run = _Run(network, _loaders(frame, classes, size_px, seed, device), epochs)
    run.resume(checkpoint)
    while run.goes_on:
        history = run.history
        last = f" (mAP {history[-1].watched_map:.3f})" if history else ""
        torch.manual_seed(seed + len(history))  # what dropout draws is the same after a resume
        run.epoch(step(f"epoch {len(history) + 1} of {epochs}{last}"))
        run.save(checkpoint)
    network.load_state_dict(run.best)
    return network.backbone.to("cpu", memory_format=torch.contiguous_format).eval(), run.history


def _loaders(
    frame: pd.DataFrame, classes: tuple[str, ...], size_px: int, seed: int, device: torch.device
) -> DataLoaders[Any]:
    block = DataBlock(
        blocks=(ImageBlock(), MultiCategoryBlock(classes)),
        get_x=lambda row: row.photo,
        get_y=labels_of,
        splitter=lambda rows: rows["watched"],
        item_tfms=[crop_and_flip(size_px), squash(size_px)],
        batch_tfms=[normalize()],
    )
    return block.dataloaders(frame, batch_size=BATCH, seed=seed, device=device)


class _Run:
    """A run between two epochs: all that a checkpoint holds."""

    def __init__(self, network: Tuned, loaders: DataLoaders[Any], epochs: int) -> None:
        self._network = network
        self._loaders = loaders
        self._epochs = epochs
        average = get_ema_multi_avg_fn(AVERAGED)  # type: ignore[no-untyped-call]  # torch's
        self._average = AveragedModel(network, multi_avg_fn=average)
        groups = _groups(network)
        self._optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY)
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer,
            max_lr=[group["lr"] for group in groups],
            total_steps=epochs * len(loaders.train),
            pct_start=WARM_UP,
        )
        self.history: list[Epoch] = []
        self.best: dict[str, Tensor] = {}

    @property
    def goes_on(self) -> bool:
        """Whether there is another epoch: not after `PATIENCE` of them without gain."""
        watched = [epoch.watched_map for epoch in self.history]
        idle = len(watched) - 1 - int(np.argmax(watched)) if watched else 0
        return len(watched) < self._epochs and idle < PATIENCE

    def epoch(self, report: Report) -> None:
        """Once through the training photos, then look at the watched ones."""
        self._network.train()
        losses = list(self._steps(report))
        watched = self._watched_map()
        if watched > max((epoch.watched_map for epoch in self.history), default=-np.inf):
            state = self._average.module.state_dict()
            self.best = {name: value.clone() for name, value in state.items()}
        self.history.append(Epoch(float(np.mean(losses)), watched))

    def save(self, path: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        torch.save(
            {
                "history": [(epoch.loss, epoch.watched_map) for epoch in self.history],
                "best": self.best,
                **{name: part.state_dict() for name, part in self._parts().items()},
            },
            unfinished,
        )
        unfinished.replace(path)

    def resume(self, path: Path) -> None:
        """Go on where the checkpoint was written, if there is one."""
        if not path.exists():
            return
        saved = torch.load(path, map_location="cpu", weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])
        self.best = saved["best"]
        self.history = [Epoch(*epoch) for epoch in saved["history"]]
        self._loaders.train.epoch = len(self.history)

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self._network,
            "average": self._average,
            "optimizer": self._optimizer,
            "cycle": self._cycle,
        }

    def _steps(self, report: Report) -> Iterator[float]:
        total = len(self._loaders.train)
        for number, batch in enumerate(self._loaders.train, start=1):
            loss = self._loss(self._network, *batch)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            self._optimizer.step()
            self._cycle.step()
            self._average.update_parameters(self._network)
            report(number, total)
            yield loss.item()

    @torch.inference_mode()
    def _watched_map(self) -> float:
        average = self._average.eval()
        pairs = [(self._logits(average, images), states) for images, states in self._loaders.valid]
        logits, states = (torch.cat(column).cpu().numpy() for column in zip(*pairs, strict=True))
        return mean_average_precision(logits, states)

    def _loss(self, network: nn.Module, images: Tensor, states: Tensor) -> Tensor:
        # No positive weights here: they are the heads' to have, which are learned afterwards.
        weight = torch.ones(len(states), device=states.device)
        even = torch.ones(states.shape[1], device=states.device)
        return multi_label_loss(self._logits(network, images), states, weight, even)

    def _logits(self, network: nn.Module, images: Tensor) -> Tensor:
        images = images.contiguous(memory_format=torch.channels_last)
        with autocast(images.device):
            logits: Tensor = network(images)
        return logits.float()


def mean_average_precision(logits: NDArray[np.float32], states: NDArray[np.int8]) -> float:
    """mAP over the classes that some photo shows: logits and states (N, C); unknown ones pass."""
    scores = [
        Ranking.of(truth[known] == PRESENT, score[known]).average_precision()[0]
        for score, truth, known in zip(logits.T, states.T, (states != UNKNOWN).T, strict=True)
        if (truth == PRESENT).any()
    ]
    return float(np.mean(scores)) if scores else 0.0


def _groups(network: Tuned) -> Sequence[dict[str, Any]]:
    """Parameters by how large their steps are: the lower a layer, the smaller."""
    by_rate: dict[float, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        inner = name.removeprefix("backbone.network.")
        low = (rate for prefix, rate in RATES.items() if inner.startswith(prefix))
        rate = TOP_RATE if inner.startswith("top.") else next(low, 1.0)
        by_rate.setdefault(rate, []).append(parameter)
    return [{"params": group, "lr": RATE * rate} for rate, group in by_rate.items()]
