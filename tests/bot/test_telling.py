"""How well a class is told from the others: by the shipped versions' own memories."""

from functools import cache

import numpy as np
import pytest

from bot.renames import Renames
from bot.telling import GOALS, JOINS_FROM, Photos, Telling, telling, told_apart
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


def asked(
    registry: Registry,
    name: str,
    vectors: list[bytes],
    names: Renames = Renames(),  # noqa: B008 - frozen
    **said: list[bytes],
) -> Telling:
    """These photos are taught as a class to the shipped bears, and others as others."""
    shown = [(name, vector) for vector in vectors]
    shown += [(other, vector) for other, theirs in said.items() for vector in theirs]
    labels = {str(number): {each: "present"} for number, (each, _) in enumerate(shown)}
    kept = [{key(): vector} for _, vector in shown]
    return telling(registry, "bears", "shipped-1", name, labels, kept, names)


@cache
def key() -> str:
    return Backbone().key


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


def test_a_class_like_another_is_mixed_up_with_it(registry: Registry) -> None:
    """Grizzlies taught as `brown` are grizzlies: few are told, and the class is named."""
    found = asked(registry, "brown", photos_of("bears", "grizzly", 20))

    assert found.told <= 10
    assert found.wanted == 10
    assert found.mixed_up == "grizzly"


def test_classes_that_are_taught_one_after_the_other_are_told_too(registry: Registry) -> None:
    """No version knows pandas yet: they are among the others all the same."""
    cats = photos_of("pascal", "cat", 30)

    found = asked(registry, "kitten", cats[:15], cat=cats[15:])

    assert found.mixed_up == "cat"
    assert asked(registry, "kitten", cats[:15]).mixed_up is None


def test_more_examples_of_a_known_class_are_told_by_it(registry: Registry) -> None:
    """The photos that the version learned teach, too."""
    found = asked(registry, "teddy", photos_of("bears", "teddy", 3))

    assert found.told == 3


def test_a_merged_class_is_not_mixed_up_with_its_part(registry: Registry) -> None:
    """By the names of now: what was grizzly shows `brown`."""
    found = asked(
        registry,
        "brown",
        photos_of("bears", "grizzly", 10),
        names=Renames().merged("grizzly", "brown", "now"),
    )

    assert found.mixed_up is None
    assert found.told == 10


def test_photos_that_look_the_same_count_once(registry: Registry) -> None:
    """Five of one photo are one example, of which nothing can be said."""
    assert asked(registry, "cat", photos_of("pascal", "cat", 1) * 5) == Telling(1, 0, alike=4)


def test_photos_of_another_backbone_are_no_examples(registry: Registry) -> None:
    """Their figures mean nothing here."""
    vectors = photos_of("pascal", "cat", 3)
    said = {str(number): {"cat": "present"} for number in range(3)}
    kept = [{"another": vector} for vector in vectors]

    found = telling(registry, "bears", "shipped-1", "cat", said, kept, Renames())

    assert found.examples == 0


def test_nothing_else_is_known_yet() -> None:
    """There is nothing that they could be taken for."""
    three = Photos(np.eye(3, 1280, dtype=np.float16), [frozenset({"cat"})] * 3)
    nobody = Photos(np.zeros((0, 1280), np.float16), [])

    assert told_apart(three, nobody, nobody) == Telling(3, 3, None)


WANTED = [(0, 0, 10), (9, 9, 1), (10, 9, 0), (10, 8, 10), (25, 20, 5), (29, 27, 0), (40, 30, None)]


@pytest.mark.parametrize(("examples", "told", "wanted"), WANTED)
def test_how_many_more_are_wanted(examples: int, told: int, wanted: int | None) -> None:
    """To the next goal, until nine in ten are told; beyond the last goal more won't help."""
    assert Telling(examples, told, None).wanted == wanted


def test_a_class_joins_from_as_many_as_in_training() -> None:
    """The bot can't import train: the two numbers are held together here."""
    assert JOINS_FROM == training.JOINS_FROM
    assert GOALS[0] > JOINS_FROM
