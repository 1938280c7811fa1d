"""Speed, side by side in one run: the ONNX session and eager torch, and a whole retraining.

What is compared takes turns, and medians are given, so that a machine that is busy with other
things slows both sides alike.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.table import Table

from model.backbone import SHIPPED, Backbone, normalize
from model.card import read_card
from model.errors import BadData
from model.head import PRESENT, Memory
from train.convert import published_network
from train.events import Events

MODEL = "bears"
BATCHES = (1, 8)
TURNS = 15
CORRECTIONS = 1000
RETRAININGS = 3

Photo = tuple[str, NDArray[np.float16], dict[str, bool]]  # SHA-256, embedding (D,), shown by class


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds a photo at one batch size, by ONNX Runtime and by eager torch."""

    batch: int
    onnx_ms: float
    torch_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was measured. `retrain_s`: from the first event to `done`, with so many corrections."""

    embed: list[Pace]
    corrections: int
    retrain_s: float

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def bench(events: Events) -> Speeds:
    """Measure everything. Raises `BadData` if the retraining fails."""
    embed = paces(events)
    report = events.step("retrain")
    seconds = []
    for done in range(RETRAININGS):
        report(done, RETRAININGS)
        seconds.append(retraining_s(CORRECTIONS))
    return Speeds(embed, CORRECTIONS, round(median(seconds), 2))


def table(speeds: Speeds) -> Table:
    """The speeds for a terminal."""
    rows = Table("", "nonesuch", "eager torch", "ratio")
    for each in speeds.embed:
        onnx, eager = f"{each.onnx_ms:.1f} ms", f"{each.torch_ms:.1f} ms"
        rows.add_row(f"a photo, batch {each.batch}", onnx, eager, f"{each.ratio:.1f}")
    seconds = f"{speeds.retrain_s:.1f} s"
    rows.add_row(f"retraining, {speeds.corrections} corrections", seconds, "", "")
    return rows


def paces(events: Events) -> list[Pace]:
    """The same backbone by ONNX Runtime and by eager torch, pixels to embedding."""
    backbone, network = Backbone(), published_network()

    def eager(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with torch.inference_mode():
            embedding: NDArray[np.float32] = network(torch.from_numpy(normalize(pixels)))[1].numpy()
        return embedding

    report = events.step("embed")
    generator = np.random.default_rng(0)
    found = []
    for done, batch in enumerate(BATCHES):
        report(done, len(BATCHES))
        shape = (batch, 3, backbone.size_px, backbone.size_px)
        pixels = generator.integers(0, 256, shape, dtype=np.uint8)
        onnx_s, torch_s = _turns(lambda: backbone.embed(pixels), lambda: eager(pixels))  # noqa: B023 - called at once
        per_photo = 1000 / batch
        found.append(Pace(batch, onnx_s * per_photo, torch_s * per_photo, torch_s / onnx_s))
    return found


def _turns(*ways: Callable[[], object]) -> list[float]:
    """Median seconds of each way, one after another in each of `TURNS` turns."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(TURNS):
        for way, seconds in zip(ways, taken, strict=True):
            start = time.perf_counter()
            way()
            seconds.append(time.perf_counter() - start)
    return [median(seconds) for seconds in taken]


def retraining_s(corrections: int) -> float:
    """Seconds of `python -m train retrain` in a home of its own, from its first event to `done`."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_feedback(home / "nonesuch.db", made_photos(corrections))
        command = [sys.executable, "-m", "train", "retrain", "--model", MODEL, "--events"]
        process = subprocess.Popen(
            [*command, "--feedback", f"sqlite:///{home / 'nonesuch.db'}"],
            env={**os.environ, "NONESUCH_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with process:
            said = [(time.perf_counter(), json.loads(line)) for line in process.stdout or ()]
    if not said or said[-1][1]["event"] != "done":
        raise BadData(f"The retraining failed: {said[-1][1] if said else 'it said nothing'}")
    return said[-1][0] - said[0][0]


def made_photos(count: int) -> list[Photo]:
    """Photos that nobody took: each the mean of three that the shipped model knows, of one class.

    So they are like the class, and near twins of none.
    """
    folder = SHIPPED / MODEL / "shipped-1"
    classes = read_card(folder).classes
    memory = Memory.load(folder / "memory.safetensors")
    generator = np.random.default_rng(0)
    photos = []
    for number in range(count):
        index = int(generator.integers(len(classes)))
        of_class = np.flatnonzero(memory.state[:, index] == PRESENT)
        three = memory.embedding[generator.choice(of_class, 3, replace=False)]
        embedding = three.astype(np.float32).mean(axis=0).astype("<f2")
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        photos.append((sha256, embedding, {name: name == classes[index] for name in classes}))
    return photos


def write_feedback(path: Path, photos: list[Photo]) -> None:
    """A database with the two views that training reads, here as tables."""
    backbone = Backbone().key
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE training_label"
            " (photo_sha256, model, class_name, state, weight, said_by, said_at)"
        )
        database.execute(
            "CREATE TABLE training_photo (photo_sha256, path, width, height, backbone, embedding)"
        )
        for number, (sha256, embedding, shown) in enumerate(photos):
            values = (sha256, None, 1, 1, backbone, embedding.tobytes())
            database.execute("INSERT INTO training_photo VALUES (?, ?, ?, ?, ?, ?)", values)
            said_at = f"2026-11-25T00:00:00.{number:06}+00:00"
            database.executemany(
                "INSERT INTO training_label VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (sha256, MODEL, name, "present" if present else "absent", 1.0, "me", said_at)
                    for name, present in shown.items()
                ],
            )
