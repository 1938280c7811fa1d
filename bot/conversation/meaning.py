"""What people's taps, reactions and words say of a photo, as present and absent classes.

The table (everything not listed is unknown, and is never taken as absent):

| they                   | present           | absent                                           |
|------------------------|-------------------|--------------------------------------------------|
| Right, thumbs up       | the classes named | the version's others, but those asked about      |
| Wrong, thumbs down     |                   | nothing is stored: they are asked what it is     |
| "not X"                |                   | X                                                |
| "it's X"               | X                 | classes that the answer named and they did not   |
| Yes / No when asked    | the class / -     | - / the class                                    |
| Fix labels, done       | those chosen      | the version's others                             |
| None, "nothing"        |                   | all classes of the version                       |
| Skip, in review        |                   | nothing: it only waits no more                   |

Pure: it knows class names, no photo, no person and no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.conversation.words import Nothing, Says

Kind = Literal["right", "not", "is", "fix", "none", "skip"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the answer on the screen claims: classes named, and classes asked about."""

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    unsure: tuple[str, ...]

    def rest(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """The version's classes that are not among the chosen."""
        taken = set(chosen)
        return tuple(name for name in self.classes if name not in taken)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A statement before it is stored."""

    kind: Kind
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def right(shown: Shown) -> Meaning | None:
    """Right. To "is it a grizzly?" that is yes; None if more was asked and it is not clear."""
    if shown.unsure and not shown.labels:
        return Meaning("is", shown.unsure) if len(shown.unsure) == 1 else None
    return Meaning("right", shown.labels, shown.rest((*shown.labels, *shown.unsure)))


def wrong(shown: Shown) -> Meaning | None:
    """Wrong. To "is it a grizzly?" that is no; else None: ask what it is."""
    return Meaning("not", absent=shown.unsure) if shown.unsure and not shown.labels else None


def is_(shown: Shown, present: tuple[str, ...], absent: tuple[str, ...] = ()) -> Meaning:
    """ "It's X" as the whole of what the photo shows."""
    denied = (name for name in shown.labels if name not in present)
    return Meaning("is", present, tuple(dict.fromkeys((*absent, *denied))))


def fixed(shown: Shown, chosen: tuple[str, ...]) -> Meaning:
    """Fix labels, done."""
    return Meaning("fix", chosen, shown.rest(chosen))


def nothing(shown: Shown) -> Meaning:
    """None of the version's classes, nor of those named."""
    return Meaning("none", absent=tuple(dict.fromkeys((*shown.classes, *shown.labels))))


def chosen(shown: Shown, classes: tuple[str, ...]) -> Meaning:
    """All that is in the photo, chosen from a list that began with what the answer named."""
    if set(classes) == set(shown.labels) and not shown.unsure:
        return Meaning("right", shown.labels, shown.rest(classes))
    return fixed(shown, classes) if classes else nothing(shown)


def of_words(reading: Nothing | Says, shown: Shown) -> Meaning:
    """What was said in words of this answer."""
    match reading:
        case Nothing():
            return nothing(shown)
        case Says(present, absent, whole=True):
            return is_(shown, present, absent)
        case Says(present, absent):
            return Meaning("is" if present else "not", present, absent)
