"""Which photo of an album words speak of: "2 is a black bear" -> (2, "is a black bear")."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.conversation.lexicon import ENGLISH, table
from bot.conversation.spelling import folded


def addressed(text: str, language: str = ENGLISH) -> tuple[int | None, str]:
    """The number at a text's start and the text after it; (None, text) if there is none."""
    pattern, ordinals = _start(language)
    found = pattern.match(text)
    if not found:
        return None, text
    number = found["number"] or ordinals[folded(found["name"])]
    return int(number), found["rest"]


@lru_cache
def _start(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """The pattern of a text that begins with a number, and the numbers of ordinals."""
    albums = [table(each)["album"] for each in dict.fromkeys((language, ENGLISH))]
    ordinals = {
        word: number
        for album in albums
        for number, entry in enumerate(album["ordinals"].split(), start=1)
        for word in entry.split("|")
    }
    before, photo, count, after = (
        _any(word for album in albums for word in album.get(key, "").split())
        for key in ("before", "photo", "number", "after")
    )
    pattern = (
        rf"\s*(?:{before}\s+){{0,2}}(?:(?:{photo}|{count})(?!\w)\.?\s*)?#?"
        rf"(?:(?P<number>\d{{1,3}})(?:st|nd|rd|th|er|e|a|o|ª|º)?|(?P<name>{_any(ordinals)}))(?!\w)"
        rf"(?:\s+(?:one|{photo})(?!\w))?(?:\s+{after}(?!\w))?\s*[:.,)\-–—=]*\s*(?P<rest>.*)"  # noqa: RUF001 - people type dashes
    )
    numbers = {folded(word): number for word, number in ordinals.items()}
    return re.compile(pattern, re.IGNORECASE | re.DOTALL), numbers


def _any(words: Iterable[str]) -> str:
    """A pattern for any of these words, with and without accents."""
    spelled = {each for word in words for each in (word, folded(word))}
    if not spelled:
        return "(?!)"
    return f"(?:{'|'.join(sorted(map(re.escape, spelled), key=len, reverse=True))})"
