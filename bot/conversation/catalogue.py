"""The language that is spoken now, and sentences in it.

A sentence is looked up by its English in `bot/locales/LANGUAGE/texts.po` (gettext's format); one
that is not there is said in English. Knows no sentence itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from babel import Locale, negotiate_locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from bot.conversation.lexicon import ENGLISH, LANGUAGES, LOCALES

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Within it, all that is said is said in one of `LANGUAGES`; None: in English."""
    before = _spoken.set(language or ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def understood(hint: str) -> str:
    """The language for a platform's hint: "de-AT", or in a browser "fr-CH, fr;q=0.9, en;q=0.8"."""
    wanted = [part.partition(";")[0].strip().replace("-", "_") for part in hint.split(",")[:10]]
    return negotiate_locale([each for each in wanted if each], LANGUAGES) or ENGLISH


def own_name(language: str) -> str:
    """What a language is called by those who speak it: "Deutsch"."""
    name = str(Locale(language).get_display_name(language))
    return name[:1].upper() + name[1:]


def _(sentence: str, **values: object) -> str:
    """An English sentence in the language that is spoken now, its `{fields}` filled in."""
    return sentences(spoken()).get(sentence, sentence).format(**values)


def translated(sentence: str) -> str:
    """The same for a sentence that may hold anything, and has no fields."""
    return sentences(spoken()).get(sentence, sentence)


@lru_cache
def sentences(language: str) -> dict[str, str]:
    """English sentences and how they are said in a language; those that have no translation lack.

    English has none: its sentences stand in the code.
    """
    if language == ENGLISH:
        return {}
    with (LOCALES / language / "texts.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(each.id): str(each.string) for each in catalogue if each.id and each.string}


def percent(share: float) -> str:
    """A share of 1; never 100%, because no answer is that certain."""
    return _percent(min(round(100 * share), 99), spoken())


@lru_cache(maxsize=1024)
def _percent(hundredths: int, language: str) -> str:
    return str(format_percent(hundredths / 100, locale=language))


def decimal(value: float) -> str:
    """A number with two places."""
    return str(format_decimal(value, "0.00", locale=spoken()))


def number(value: float) -> str:
    """A number with one place."""
    return str(format_decimal(value, "0.0", locale=spoken()))
