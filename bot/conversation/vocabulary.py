"""How people write the classes of one model: names, aliases, plurals, and typos of these.

The aliases are data, in the languages' files (`lexicon.py`). This module knows no sentences.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversation.lexicon import ENGLISH, kinds_of, lexicon, table
from bot.conversation.names import shown
from bot.conversation.spelling import folded, plain

MOST_SLIPS = 4
"""In a whole phrase. How many a word may have is said by `_slips_allowed`."""


class Vocabulary:
    """The phrases by which people may call the classes of one model, in a language and English."""

    def __init__(self, classes: Sequence[str], language: str) -> None:
        self._phrases: dict[str, tuple[str, ...]] = {}
        self.told_apart: set[str] = set()
        """Aliases that mean the class although each of their words is grammar somewhere."""
        self._language = language
        own: dict[str, tuple[str, ...]] = {}
        for name in classes:
            for form in _forms(plain(shown(name)), ENGLISH):
                _add(own, form, name)
        for name in classes:
            self._add_aliases(name, ENGLISH)
        self._phrases |= own  # a class's own name is no other's alias
        for name in classes if language != ENGLISH else ():
            self._add_aliases(name, language)
        self._phrases.pop("", None)
        self._known = tuple(self._phrases)
        spelled = {folded(shown(name)): plain(shown(name)) for name in classes}
        self._odd = {
            raw: phrase for raw, phrase in spelled.items() if raw.strip() and raw != phrase
        }
        self.longest_words = max((phrase.count(" ") + 1 for phrase in self._phrases), default=0)

    def _add_aliases(self, name: str, language: str) -> None:
        for alias in table(language)["classes"].get(name, ()):
            for form in _forms(_without_article(plain(alias), language), language):
                _add(self._phrases, form, name)
                if " " in form or (language == self._language and form not in kinds_of(language)):
                    self.told_apart.add(form)

    def folded(self, text: str) -> str:
        """A folded text with names such as "mr. bean" as `plain` writes them.

        So the punctuation of a name cuts no sentence apart.
        """
        text = folded(text).replace("_", " ")
        for raw, phrase in self._odd.items():
            text = text.replace(raw, phrase)
        return text

    def exact(self, phrase: str) -> tuple[str, ...]:
        """The classes that are called so: several for a word such as "bear", none if unknown."""
        return self._phrases.get(phrase, ())

    def near(self, phrase: str) -> tuple[tuple[str, ...], bool]:
        """The classes that a misspelt phrase may mean, and whether that is beyond doubt.

        It is when one class alone is near, and there is one slip, of a kind that rarely makes
        another word: inside the word, and in short words no exchanged letter (a house is no horse).
        """
        alike = process.extract(
            phrase, self._known, scorer=OSA.distance, score_cutoff=MOST_SLIPS, limit=None
        )
        slips = {known: _slip(phrase.split(), known.split()) for known, _, _ in alike}
        best = min((slip.distance for slip in slips.values() if slip), default=0)
        nearest = {known: slip for known, slip in slips.items() if slip and slip.distance == best}
        classes = tuple(dict.fromkeys(name for known in nearest for name in self._phrases[known]))
        certain = len(classes) == 1 and any(slip.certain for slip in nearest.values())
        return classes, certain


@lru_cache(maxsize=64)
def vocabulary(classes: tuple[str, ...], language: str = ENGLISH) -> Vocabulary:
    """The vocabulary of a class list, built once."""
    return Vocabulary(classes, language)


def _add(phrases: dict[str, tuple[str, ...]], form: str, name: str) -> None:
    phrases[form] = tuple(dict.fromkeys((*phrases.get(form, ()), name)))


def _forms(phrase: str, language: str) -> Iterator[str]:
    """The phrase in the singular and the plural, and written as one word."""
    yield from (phrase, phrase.replace(" ", ""))
    first, space, rest = phrase.partition(" ")
    for ending in table(language)["sentences"]["plurals"].split():
        yield from (phrase + ending, phrase.replace(" ", "") + ending)
        if space:  # "ositos de peluche", "osos negros"
            yield from (f"{first}{ending} {rest}", phrase.replace(" ", ending + " ") + ending)
    if language == ENGLISH and phrase.endswith("y"):
        yield from (phrase[:-1] + "ies", phrase[:-1].replace(" ", "") + "ies")


def _without_article(phrase: str, language: str) -> str:
    """ "ein grizzly" without "ein"; not where the rest is grammar ("personne" is nobody, too)."""
    article, _, noun = phrase.partition(" ")
    kind = lexicon(language).kind
    return noun if noun and kind(article) == "d" and kind(noun) == "u" else phrase


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
    certain = sum(distances) == 1 and all(map(_certain, typed, known))
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
