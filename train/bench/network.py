"""The backbone, pixels to embedding: our session beside the same network in torch."""

import os
import shutil
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.backbone import Backbone, normalize
from train.bench.speed import OURS, Speed, side_by_side
from train.bench.turns import Way, medians
from train.convert import published_network
from train.events import Report

BATCHES = (1, 8, 32)
BLOCK = 16
"""Photos of a turn, at least."""
TURNS = 5

Pixels = NDArray[np.uint8]
Embed = Callable[[Pixels], object]
Network = Callable[[Tensor], tuple[Tensor, Tensor]]


def speeds(backbone: Backbone, report: Report) -> list[Speed]:
    """Milliseconds a photo at each batch size.

    Our session takes a batch photo by photo (docs/decisions/no-batches.md). torch.compile needs a
    C++ compiler; where there is none, that column is missing and the note says why.
    """
    network = published_network()
    ways: dict[str, Embed] = {OURS: backbone.embed, "eager torch": partial(_embed, network)}
    compiler = cxx()
    if compiler:
        ways["torch.compile"] = partial(_embed, torch.compile(network, dynamic=False))
    note = "" if compiler else "torch.compile: not measured, it needs a C++ compiler (g++)"
    found = []
    for done, batch in enumerate(BATCHES):
        report(done, len(BATCHES))
        found.append(_speed(ways, batch, backbone.size_px, note))
    return found


def cxx() -> str | None:
    """The path of the C++ compiler that torch.compile would call."""
    return shutil.which(os.environ.get("CXX", "g++"))


def _embed(network: Network, pixels: Pixels) -> object:
    with torch.inference_mode():
        return network(torch.from_numpy(normalize(pixels)))[1].numpy()


def _speed(ways: dict[str, Embed], batch: int, size_px: int, note: str) -> Speed:
    pixels = np.random.default_rng(0).integers(0, 256, (batch, 3, size_px, size_px), np.uint8)
    calls = max(1, BLOCK // batch)
    blocks: dict[str, Way] = {
        name: partial(_repeat, embed, pixels, calls) for name, embed in ways.items()
    }
    ms = {name: seconds * 1e3 / (calls * batch) for name, seconds in medians(blocks, TURNS).items()}
    return side_by_side(f"backbone, batches of {batch}", "ms a photo", ms, note)


def _repeat(embed: Embed, pixels: Pixels, calls: int) -> None:
    for _ in range(calls):
        embed(pixels)
