"""The hard case: a class that a model never saw. Each class is left out in turn, and what the model
then says of its photos is counted.

Everything is learned anew from a version's memory without the photos of the class, as if nobody had
ever shown one. None is the right answer; to ask is a fair one; to name another class is wrong.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classes import shown
from model.errors import BadData
from model.head import ABSENT, PRESENT, Memory
from model.registry import Registry
from train.challenge import judged
from train.evaluate import evaluate
from train.events import Report
from train.learner import learn


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a model that never saw a class says of its photos: shares of `photos`, and the class
    most often named. `exact` and `false_none` are of its own test photos, as in `Metrics`."""

    class_name: str
    photos: int
    named: float
    asked: float
    none: float
    most_named: str | None
    exact: float | None
    false_none: float | None

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)

    def told(self) -> str:
        """The same as a line for a terminal."""
        most = f", most often as {shown(self.most_named)}" if self.most_named else ""
        known = "" if self.exact is None else f"  (known photos exactly right {self.exact:.3f})"
        return (
            f"{shown(self.class_name):<14} {self.photos:>4} photos  named {self.named:.3f}  "
            f"asked {self.asked:.3f}  none {self.none:.3f}{known}{most}"
        )


def unseen(model: str, only: Sequence[str], *, registry: Registry, report: Report) -> list[Unseen]:
    """Leave out the classes `only`, or else all, of a version (NAME or NAME@VERSION), in turn.

    Classes without a photo of their own alone are passed over. Raises `BadData` and `BadVersion`.
    """
    name, version = registry.named(model)
    card = registry.card(name, version)
    memory = Memory.load(registry.path(name, version) / "memory.safetensors")
    strange = [each for each in only if each not in card.classes]
    if strange:
        raise BadData(f"{name} has no class {strange[0]}; it has {', '.join(card.classes)}.")
    if len(card.classes) < 2:
        raise BadData(f"{name} has one class: nothing would be left to learn without it.")
    found = []
    chosen = [each for each in card.classes if not only or each in only]
    for done, each in enumerate(chosen):
        report(done, len(chosen))
        if (alone(memory, card.classes.index(each))).any():
            found.append(leave_out(memory, card.classes, each, card.alpha))
    report(len(chosen), len(chosen))
    return found


def alone(memory: Memory, index: int) -> NDArray[np.bool_]:
    """Photos that show the class of this index and certainly no other: (N,)."""
    others = np.delete(memory.state, index, axis=1)
    return np.asarray((memory.state[:, index] == PRESENT) & (others == ABSENT).all(axis=1))


def leave_out(memory: Memory, classes: tuple[str, ...], name: str, alpha: float) -> Unseen:
    """What a model learned without the class says of photos that show that class alone."""
    index = classes.index(name)
    others = classes[:index] + classes[index + 1 :]
    strangers = memory.embedding[alone(memory, index)]
    rest = _without(memory, index)
    classifier = learn(rest, others, rest.learned, alpha)
    said = judged(classifier, strangers, others)
    named = said.named.any(axis=1)
    asked = said.asked.any(axis=1) & ~named
    test = ~rest.learned
    own = evaluate(judged(classifier, rest.embedding[test], others), rest.state[test], others)
    most = int(said.named.sum(axis=0).argmax())
    return Unseen(
        class_name=name,
        photos=len(strangers),
        named=float(named.mean()),
        asked=float(asked.mean()),
        none=float((~named & ~asked).mean()),
        most_named=others[most] if named.any() else None,
        exact=own.exact,
        false_none=own.false_none,
    )


def _without(memory: Memory, index: int) -> Memory:
    """The memory of who never saw the class: no photo that shows it or may show it, no column."""
    rows = memory.state[:, index] == ABSENT
    return Memory(
        embedding=memory.embedding[rows],
        state=np.delete(memory.state[rows], index, axis=1),
        weight=memory.weight[rows],
        split=memory.split[rows],
        photo_sha256=memory.photo_sha256[rows],
    )
