"""Local versions of the shipped bears, made in no time: they answer as the shipped one does."""

import shutil
from pathlib import Path

from model.backbone import SHIPPED
from model.card import Card, read_card
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


def damage(registry: Registry, version: str) -> Path:
    """Change a byte in the version's head; the file."""
    file = registry.path(MODEL, version) / "head.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    return file
