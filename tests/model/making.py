"""A small model made in a second, without torch: it tells discs, squares and stripes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model import familiarity, image
from model.backbone import SHIPPED_BACKBONE, SIZE_PX, Backbone
from model.card import BackboneRef, Card
from model.classifier import embed
from model.head import PRESENT, TRAIN, Head, Memory
from model.registry import Registry
from tests import photos

Floats = NDArray[np.float32]

MODEL = "shapes"
CLASSES = ("disc", "square", "stripes")
PHOTOS_OF_EACH = 8


def shape(name: str, seed: int) -> Image.Image:
    """A white shape somewhere on a coloured ground; "nothing" draws none."""
    scene = photos.noise(seed, 320, 240)
    draw = ImageDraw.Draw(scene)
    x, y = 40 + seed * 37 % 120, 30 + seed * 23 % 60
    if name == "disc":
        draw.ellipse((x, y, x + 110, y + 110), fill="white")
    elif name == "square":
        draw.rectangle((x, y, x + 110, y + 110), fill="white")
    elif name == "stripes":
        for left in range(seed % 15, 320, 30):
            draw.rectangle((left, 0, left + 12, 240), fill="white")
    return scene


def embeddings(backbone: Backbone, scenes: list[Image.Image]) -> Floats:
    """Of the scenes as JPEGs: (N, D)."""
    files = [photos.encode(scene, "JPEG") for scene in scenes]
    return embed(backbone, [image.pixels(data, backbone.size_px) for data in files])


def make(backbone: Backbone) -> tuple[Head, Memory]:
    """The parts of the model, learned by ridge regression."""
    names = [name for name in (*CLASSES, "nothing") for _ in range(PHOTOS_OF_EACH)]
    x = embeddings(backbone, [shape(name, seed) for seed, name in enumerate(names)])
    state = np.array([[name == each for each in CLASSES] for name in names], dtype=np.int8)
    memory = Memory(
        embedding=x.astype(np.float16),
        state=state,
        weight=np.ones(len(names), dtype=np.float32),
        split=np.full(len(names), TRAIN, dtype=np.uint8),
        photo_sha256=np.zeros((len(names), 32), dtype=np.uint8),
    )
    return _head(x, state), memory


def _head(x: Floats, state: NDArray[np.int8]) -> Head:
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = (x - mean) / std
    weight = (z.T @ np.linalg.solve(z @ z.T + 50 * np.eye(len(z)), state * 8.0 - 4.0)).T
    gate = _least_own_similarity(x, state == PRESENT) - 0.02
    return Head(
        weight=weight.astype(np.float32),
        bias=np.zeros(len(CLASSES), dtype=np.float32),
        twin_weight=weight.astype(np.float32),
        twin_bias=np.zeros(len(CLASSES), dtype=np.float32),
        feature_mean=mean,
        feature_std=std,
        threshold=np.full(len(CLASSES), 0.5, dtype=np.float32),
        class_mean=familiarity.class_mean(x, state == PRESENT),
        gate_assert=gate,
        gate_unsure=gate - 0.05,
        threshold_unsure=np.full(len(CLASSES), 0.5, dtype=np.float32),
    )


def _least_own_similarity(x: Floats, present: NDArray[np.bool_]) -> Floats:
    """(C, 2): the least (nearest, mean) of each class's photos to the others of it."""
    unit = familiarity.direction(x)
    to_others = np.where(np.eye(len(x), dtype=bool), -1, unit @ unit.T).astype(np.float32)
    nearest = familiarity.nearest(to_others, present)
    mean = familiarity.log_direction(x) @ familiarity.class_mean(x, present).T
    both = np.stack([nearest, mean], axis=-1)  # (N, C, 2)
    own = np.where(present[..., None], both, np.inf)
    return np.asarray(own.min(axis=0), dtype=np.float32)


def card(version: str, backbone: Backbone | None = None) -> Card:
    """The card of a version of this model."""
    return Card(
        model=MODEL,
        version=version,
        task="multi-label",
        classes=CLASSES,
        backbone=BackboneRef(
            file=SHIPPED_BACKBONE.name,
            sha256=backbone.sha256 if backbone else "0" * 64,
            size_px=SIZE_PX,
        ),
        alpha=0.1,
        seed=0,
        command="tests/model/making.py",
        created_at="2026-11-25T10:00:00+00:00",
        figures={"exact": 0.95, "map": 0.97},
    )


def register(registry: Registry, backbone: Backbone, head: Head, memory: Memory) -> str:
    """Put the model into a registry as its next version; returns that."""

    def fill(folder: Path, version: str) -> Card:
        head.save(folder / "head.safetensors")
        memory.save(folder / "memory.safetensors")
        return card(version, backbone)

    return registry.add(MODEL, fill)
