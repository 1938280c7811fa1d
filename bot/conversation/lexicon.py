"""The words of a language, from `bot/locales/LANGUAGE/words.toml`: data for the one grammar.

`tokens.py` and `words.py` hold the grammar and know no word of any language. English is always
understood besides; where the two differ, the person's own language counts.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.conversation.spelling import folded

LOCALES = Path(__file__).parents[1] / "locales"
ENGLISH = "en"
LANGUAGES = (
    ENGLISH,
    *sorted(
        folder.name
        for folder in LOCALES.iterdir()
        if folder.name != ENGLISH and (folder / "words.toml").is_file()
    ),
)
"""The codes of all languages, English first: a folder each."""

KINDS = {
    "yes": "y",
    "wrong": "w",
    "not": "n",
    "not_after": "m",
    "without": "x",
    "half_not": "e",
    "nothing": "0",
    "and": "a",
    "with": "p",
    "or": "o",
    "also": "l",
    "hedge": "h",
    "filler": "f",
    "article": "d",
    "adjective": "j",
}
"""What words do in a sentence, and the letter for it.

`not` stands before what it denies, `not_after` behind it (Hindi), `without` between what is there
and what is not, `half_not` says nothing alone (French "ne"); `with` is any preposition; after a
`hedge` nothing is a plain statement.
"""
_CUT = r"[.,;:!?…()\"“”„«»\n¿¡।॥]+|\s[-–]+\s|—+"  # noqa: RUF001 - dashes too


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's words, with English below them.

    `kinds` has a letter of `KINDS` for each word. `rewrites` spell alike what means the same;
    `cut` finds the ends of clauses, `doubtful` clauses that may be questions. `verb_last`: a
    sentence is known by the verb at its end.
    """

    kinds: dict[str, str]
    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    cut: re.Pattern[str]
    doubtful: re.Pattern[str]
    verb_last: bool

    def kind(self, word: str) -> str:
        """A word's letter: `j` for a number, `u` for a word that is in no list."""
        return "j" if word.isdigit() else self.kinds.get(word, "u")

    def rewritten(self, text: str) -> str:
        """A folded text in the words that the lists have, its punctuation set apart."""
        text = re.sub(rf"({_CUT})", r" \1 ", text)
        for pattern, replacement in self.rewrites:
            text = pattern.sub(replacement, text)
        return text


@lru_cache
def lexicon(language: str) -> Lexicon:
    """The words of one of `LANGUAGES`."""
    tables = [table(each) for each in dict.fromkeys((language, ENGLISH))]
    sentences = [each["sentences"] for each in tables]
    but = "|".join(word for each in tables for word in folded(each["words"]["but"]).split())
    return Lexicon(
        kinds=kinds_of(ENGLISH) | kinds_of(language),
        rewrites=tuple(
            (re.compile(pattern), text) for each in sentences for pattern, text in each["rewrites"]
        ),
        cut=re.compile(rf"({_CUT}|(?<!\S)(?:{but})(?!\S))"),
        doubtful=re.compile("|".join(f"(?:{each['doubtful']})" for each in sentences)),
        verb_last=sentences[0].get("verb_last", False),
    )


@lru_cache
def table(language: str) -> dict[str, Any]:
    """A language's file as it is written."""
    return tomllib.loads((LOCALES / language / "words.toml").read_text("utf-8"))


@lru_cache
def kinds_of(language: str) -> dict[str, str]:
    """The letter of each word in a language's own file."""
    words = table(language)["words"]
    return {
        word: letter
        for kind, letter in KINDS.items()
        for word in folded(words.get(kind, "")).split()
    }
