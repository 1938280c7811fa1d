"""Local versions of the shipped bears, made in no time: they answer as the shipped one does."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.backbone import SHIPPED
from model.card import Card, read_card
from model.head import Memory
from model.registry import Registry

MODEL = "bears"
LIKE = SHIPPED / MODEL / "shipped-1"


def add_version(registry: Registry, model: str = MODEL, **card: object) -> str:
    """Add a version that nobody promoted yet; `card` has what its card says otherwise."""

    def copy(folder: Path, version: str) -> Card:
        for name in ("head.safetensors", "memory.safetensors"):
            shutil.copy(LIKE / name, folder)
        return read_card(LIKE).model_copy(update={"model": model, "version": version, **card})

    return registry.add(model, copy)


def add_learned(registry: Registry, *photos: str, created_at: str = "2026-11-24T00:00:00") -> str:
    """Add a version of the shipped bears that also learned from these photos, by SHA-256."""
    memory = Memory.load(LIKE / "memory.safetensors")
    more = np.arange(len(memory)) >= len(memory) - len(photos)
    hashes = memory.photo_sha256.copy()
    hashes[more] = np.frombuffer(bytes.fromhex("".join(photos)), np.uint8).reshape(-1, 32)

    def fill(folder: Path, version: str) -> Card:
        shutil.copy(LIKE / "head.safetensors", folder)
        replace(memory, photo_sha256=hashes).save(folder / "memory.safetensors")
        said = {"version": version, "created_at": created_at, "provenance": {"base": "shipped-1"}}
        return read_card(LIKE).model_copy(update=said)

    return registry.add(MODEL, fill)


def damage(registry: Registry, version: str) -> Path:
    """Change a byte in the version's head; the file."""
    file = registry.path(MODEL, version) / "head.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    return file
