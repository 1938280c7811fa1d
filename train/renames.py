"""Classes that people renamed or merged: what a base remembers and a champion says, by their names
of now. Pure; no version's card or memory changes.

Shapes: N photos, C classes before, K after.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from model.classifier import Classifier
from model.head import ABSENT, PRESENT, UNKNOWN, Memory

Renames = Mapping[str, str]
"""The name of now by each former one."""


def names_now(classes: tuple[str, ...], renames: Renames) -> tuple[str, ...]:
    """How each of these is called now, (C,): twice the same where two became one."""
    return tuple(renames.get(name, name) for name in classes)


def remembered(
    memory: Memory, classes: tuple[str, ...], renames: Renames
) -> tuple[Memory, tuple[str, ...]]:
    """A memory of C classes as one of K, each at the place of its first former name.

    What was merged is present where one of its parts is, and absent where all of them are.
    """
    called = np.array(names_now(classes, renames), dtype=object)
    names = tuple(dict.fromkeys(called))
    columns = []
    for name in names:
        parts = memory.state[:, called == name]  # (N, parts)
        shown, none = (parts == PRESENT).any(axis=1), (parts == ABSENT).all(axis=1)
        columns.append(np.select([shown, none], [PRESENT, ABSENT], UNKNOWN))
    return replace(memory, state=np.stack(columns, axis=1).astype(np.int8)), names


def answering_as(champion: Classifier, renames: Renames) -> Classifier:
    """The same version under the names of now, to be judged by them: it names a class that was
    merged where it named one of its parts (`train/challenge.py` joins columns of one name)."""
    return replace(champion, classes=names_now(champion.classes, renames))
