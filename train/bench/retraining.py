"""A whole retraining, `python -m train retrain`, from corrections that nobody made."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from model.backbone import SHIPPED, Backbone
from model.card import read_card
from model.errors import BadData
from model.head import PRESENT, Memory
from train.bench.speed import Speed
from train.events import Report

MODEL = "bears"
RUNS = {100: 3, 1000: 3, 10_000: 1}
"""How often to retrain with so many corrections; the median counts."""

Photo = tuple[str, NDArray[np.float16], dict[str, bool]]  # SHA-256, embedding (D,), shown by class


def speeds(report: Report) -> list[Speed]:
    """Seconds from the first event to `done`. Raises `BadData` if a retraining fails."""
    found = []
    for done, (corrections, runs) in enumerate(RUNS.items()):
        report(done, len(RUNS))
        seconds = median(retraining_s(corrections) for _ in range(runs))
        name = f"retraining with {corrections:,} corrections"
        note = "one run" if runs == 1 else f"median of {runs} runs"
        found.append(Speed(name, "s", seconds, note=note))
    return found


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
    """Photos that nobody took: each feature is one of three known photos', all of one class.

    So they are about as like their class as real ones, and near twins of none: means of three would
    be so much alike that thousands of them count as copies of one photo.
    """
    folder = SHIPPED / MODEL / "shipped-1"
    classes = read_card(folder).classes
    memory = Memory.load(folder / "memory.safetensors")
    generator = np.random.default_rng(0)
    features = np.arange(memory.embedding.shape[1])
    photos = []
    for number in range(count):
        index = int(generator.integers(len(classes)))
        of_class = np.flatnonzero(memory.state[:, index] == PRESENT)
        three = memory.embedding[generator.choice(of_class, 3, replace=False)]
        embedding = three[generator.integers(3, size=len(features)), features].astype("<f2")
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        photos.append((sha256, embedding, {name: name == classes[index] for name in classes}))
    return photos


def write_feedback(path: Path, photos: list[Photo]) -> None:
    """A database with the views that training reads, here as tables."""
    backbone = Backbone().key
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE training_label"
            " (photo_sha256, model, class_name, state, weight, said_by, said_at)"
        )
        database.execute(
            "CREATE TABLE training_photo (photo_sha256, path, width, height, backbone, embedding)"
        )
        database.execute("CREATE TABLE training_forgotten (photo_sha256)")
        database.execute("CREATE TABLE training_rename (model, old_name, new_name)")
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
