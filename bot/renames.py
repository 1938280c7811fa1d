"""What became of class names: renamed, or merged into another class. Pure.

A name always leads straight to the name that the class has now: there are no chains, so there can
be no cycle. What people said by an old name is never rewritten, so all of it can be taken back:
renaming back, and parting what was merged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from model.decision import Answer, Twin


@dataclass(frozen=True, slots=True)
class Former:
    """A name that is no more. Its class is called `new` now, since the time `since`.

    `line` is the name under which the class was merged into another one; `new` if it never was.
    Names of one line have always meant the same; those of two lines are one class only now.
    """

    new: str
    line: str
    since: str


@dataclass(frozen=True, slots=True)
class Renames:
    """The former names of one model's classes."""

    formers: Mapping[str, Former] = field(default_factory=dict)

    def now(self, name: str) -> str:
        """How the class of this name is called now: the name itself unless it was renamed."""
        former = self.formers.get(name)
        return former.new if former else name

    def of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The same of several, each class once, in the order of their first names."""
        return tuple(dict.fromkeys(map(self.now, names)))

    def may_be_called(self, name: str, new: str) -> bool:
        """Whether the class called `name` now can be called `new`: not by another one's former name
        (its words would be this one's), but by one of its own it can."""
        former = self.formers.get(new)
        return former is None or former.line == name

    def renamed(self, old: str, new: str, since: str) -> Self:
        """The class called `old` now is `new` from now on, which it may be called."""
        moved = {
            name: Former(new, new if former.line == old else former.line, former.since)
            if former.new == old
            else former
            for name, former in self.formers.items()
            if name != new
        }
        return type(self)({**moved, old: Former(new, new, since)})

    def merged(self, one: str, into: str, since: str) -> Self:
        """The photos of the class `one` are photos of `into` from now on; both as `now` gives."""
        moved = {
            name: Former(into, former.line, former.since) if former.new == one else former
            for name, former in self.formers.items()
        }
        return type(self)({**moved, one: Former(into, one, since)})

    def parted(self, line: str) -> Self:
        """What was merged as `line` is a class of its own again, with the names of its line."""
        back = {
            name: Former(line, line, former.since) if former.line == line else former
            for name, former in self.formers.items()
            if name != line
        }
        return type(self)(back)

    def was_merged(self, name: str) -> bool:
        """Whether a class was merged into another one under this name."""
        former = self.formers.get(name)
        return former is not None and former.line == name != former.new


def answer_now(answer: Answer, names: Renames) -> Answer:
    """What a version says, by the names that its classes have now.

    Of classes that became one, the one counts that was named, or asked about, or is closest to it.
    """
    if not names.formers:
        return answer
    said = dict.fromkeys(answer.labels, 2) | dict.fromkeys(answer.unsure, 1)

    def rank(name: str) -> tuple[int, float]:
        return said.get(name, 0), answer.scores[name] - answer.thresholds[name]

    part = {names.now(name): name for name in sorted(answer.classes, key=rank)}
    classes, labels = names.of(answer.classes), names.of(answer.labels)
    return Answer(
        classes=classes,
        labels=labels,
        unsure=tuple(name for name in names.of(answer.unsure) if name not in labels),
        scores={name: answer.scores[part[name]] for name in classes},
        thresholds={name: answer.thresholds[part[name]] for name in classes},
        similarity={name: answer.similarity[part[name]] for name in classes},
        gate={name: answer.gate[part[name]] for name in classes},
        reason=answer.reason,
    )


def twin_now(twin: Twin, names: Renames) -> Twin:
    """What must be one class, by the names of now: the probabilities of those merged add up."""
    scores: dict[str, float] = {}
    for name, score in twin.scores.items():
        scores[names.now(name)] = scores.get(names.now(name), 0.0) + score
    return Twin(max(scores, key=scores.__getitem__), scores)
