"""How well a class is told from the others: by the shipped versions' own memories."""

import numpy as np
import pytest

from bot.renames import Renames
from bot.telling import GOALS, JOINS_FROM, Photos, Telling, told_apart, telling
from model.backbone import SHIPPED, Backbone
from model.card import read_card
from model.head import PRESENT, Memory
from model.registry import Registry
from train import examples as training


def memory(model: str) -> tuple[tuple[str, ...], Memory]:
    folder = SHIPPED / model / "shipped-1"
    return read_card(folder).classes, Memory.load(folder / "memory.safetensors")


def photos_of(model: str, name: str, count: int) -> list[bytes]:
    """Embeddings of photos that a shipped model remembers of a class and of no other."""
    classes, remembered = memory(model)
    only = (remembered.state == PRESENT).sum(axis=1) == 1
    rows = np.flatnonzero(only & (remembered.state[:, classes.index(name)] == PRESENT))
    chosen = np.random.default_rng(0).choice(rows, count, replace=False)
    return [remembered.embedding[row].astype("<f2").tobytes() for row in chosen]


def asked(registry: Registry, name: str, vectors: list[bytes], **said: list[bytes]) -> Telling:
    """These photos are taught as a class to the shipped bears, and others as others."""
    shown = [(name, vector) for vector in vectors]
    shown += [(other, vector) for other, theirs in said.items() for vector in theirs]
    labels = {str(number): {each: "present"} for number, (each, _) in enumerate(shown)}
    kept = [{Backbone().key: vector} for _, vector in shown]
    return telling(registry, "bears", "shipped-1", name, labels, kept, Renames())


@pytest.fixture
def registry(own_home) -> Registry:
    return Registry(own_home / "registry")


def test_a_class_unlike_the_others_is_told(registry: Registry) -> None:
    """Ten aeroplanes beside bears: enough, and mixed up with none."""
    found = asked(registry, "aeroplane", photos_of("pascal", "aeroplane", 10))

    assert found.examples == 10
    assert found.told >= 9
    assert found.wanted == 0
    assert found.mixed_up is None
