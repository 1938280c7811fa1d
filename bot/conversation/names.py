"""Class names: as they are stored, as they are shown, and as people write them.

A stored name has `_` for a space. People write the name, an alias, a plural or a typo of these.
This module knows words and classes, no sentences (`words.py`) and no chat.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

MAX_NAME_CHARS = 64

ALIASES: dict[str, tuple[str, ...]] = {
    "black": ("black bear", "bear"),
    "grizzly": ("grizzly bear", "bear"),
    "teddy": ("teddy bear", "toy bear", "stuffed bear", "plush bear", "bear"),
    "aeroplane": ("airplane", "plane", "aircraft", "jet"),
    "bicycle": ("bike", "cycle"),
    "boat": ("ship",),
    "cat": ("kitten", "kitty"),
    "cow": ("cattle", "calf", "bull"),
    "dog": ("puppy",),
    "diningtable": ("dining table", "table"),
    "horse": ("pony", "foal"),
    "motorbike": ("motorcycle", "motor bike"),
    "person": (
        "people",
        "man",
        "men",
        "woman",
        "women",
        "child",
        "children",
        "human",
        "boy",
        "girl",
    ),
    "pottedplant": ("potted plant", "house plant", "houseplant", "plant"),
    "sheep": ("lamb",),
    "sofa": ("couch", "settee"),
    "tvmonitor": ("tv monitor", "tv", "television", "telly", "monitor"),
}
"""Other words for the shipped classes. One that several classes of a model share is asked back."""

_APART = re.compile(r"[\s\-_.,;:!?…()\[\]{}\"“”„«»/]+")


def shown(name: str) -> str:
    """A stored name as people see it."""
    return name.replace("_", " ")


def title(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def a(name: str) -> str:
    """ "a grizzly", "an aeroplane"."""
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {shown(name)}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "grizzly, black and teddy"."""
    *others, final = map(shown, names) if names else [""]
    return f"{', '.join(others)} {last} {final}" if others else final


def stored(text: str) -> str | None:
    """A name that a person typed as it is stored; None if it cannot be a class name.

    NFC, lower case, 1 to 64 characters after white space became `_`, nothing invisible.
    """
    name = "_".join(unicodedata.normalize("NFC", text).lower().split()).strip("._,;:!?\"'")
    visible = not any(unicodedata.category(character).startswith("C") for character in name)
    return name if visible and 1 <= len(name) <= MAX_NAME_CHARS else None


def plain(text: str) -> str:
    """Text for comparing: case, width, hyphens, quotes and punctuation do not count."""
    return " ".join(_APART.split(unicodedata.normalize("NFKC", text).casefold())).strip()


class Vocabulary:
    """The phrases by which people may call the classes of one model."""

    def __init__(self, classes: Sequence[str]) -> None:
        names = {phrase: name for name in classes if (phrase := plain(shown(name)))}
        self._phrases: dict[str, tuple[str, ...]] = {}
        for name in names.values():
            for alias in ALIASES.get(name, ()):
                self._add(alias, name)
        for phrase, name in names.items():  # last: a class's own name is no other's alias
            for form in _forms(phrase):
                self._phrases[form] = (name,)
        spelled = {shown(name).casefold(): plain(shown(name)) for name in classes}
        self._odd = {
            raw: phrase for raw, phrase in spelled.items() if raw.strip() and raw != phrase
        }
        self.longest_words = max((phrase.count(" ") + 1 for phrase in self._phrases), default=0)

    def _add(self, alias: str, name: str) -> None:
        for form in _forms(alias):
            self._phrases[form] = tuple(dict.fromkeys((*self._phrases.get(form, ()), name)))

    def plain(self, text: str) -> str:
        """A text in lower case with names such as "mr. bean" as `plain` writes them.

        So the punctuation of a name cuts no sentence apart.
        """
        text = text.casefold().replace("_", " ")
        for raw, phrase in self._odd.items():
            text = text.replace(raw, phrase)
        return text

    def exact(self, phrase: str) -> tuple[str, ...]:
        """The classes that are called so: several for a word such as "bear", none if unknown."""
        return self._phrases.get(phrase, ())

    def near(self, phrase: str) -> tuple[tuple[str, ...], bool]:
        """The classes that a misspelt phrase may mean, and whether that is beyond doubt.

        It is when one class alone is near and the slip is of a kind that rarely makes another
        word: inside the word, and in short words no exchanged letter (a house is no horse).
        """
        slips = {known: _slip(phrase.split(), known.split()) for known in self._phrases}
        best = min((slip.distance for slip in slips.values() if slip), default=0)
        nearest = {known: slip for known, slip in slips.items() if slip and slip.distance == best}
        classes = tuple(dict.fromkeys(name for known in nearest for name in self._phrases[known]))
        certain = len(classes) == 1 and any(slip.certain for slip in nearest.values())
        return classes, certain


@lru_cache(maxsize=64)
def vocabulary(classes: tuple[str, ...]) -> Vocabulary:
    """The vocabulary of a class list, built once."""
    return Vocabulary(classes)


def _forms(phrase: str) -> Iterator[str]:
    endings = [phrase, phrase + "s", phrase + "es"]
    if phrase.endswith("y"):
        endings.append(phrase[:-1] + "ies")
    for form in endings:
        yield form
        yield form.replace(" ", "")


class _Slip(NamedTuple):
    distance: int
    certain: bool


def _slip(typed: list[str], known: list[str]) -> _Slip | None:
    """How far two phrases are apart, word by word; None if they are no misspelling."""
    if len(typed) != len(known):
        return None
    distances = [OSA.distance(*words) for words in zip(typed, known, strict=True)]
    if any(d > _slips_allowed(word) for d, word in zip(distances, typed, strict=True)):
        return None
    certain = all(_certain(*words) for words in zip(typed, known, strict=True))
    return _Slip(sum(distances), certain)


def _slips_allowed(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _certain(typed: str, known: str) -> bool:
    if typed == known:
        return True
    if min(len(typed), len(known)) < 5 or typed[0] != known[0] or typed[-1] != known[-1]:
        return False
    exchanged = len(typed) == len(known) and sorted(typed) != sorted(known)
    return len(typed) >= 7 or not exchanged
