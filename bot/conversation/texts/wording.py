"""Class names in sentences, in the language that is spoken now.

A shipped class is called as the language's `words.toml` calls it first; others as they are stored.
"""

from collections.abc import Sequence

from bot.conversation import names
from bot.conversation.catalogue import _, spoken
from bot.conversation.lexicon import ENGLISH, kinds_of, table
from bot.conversation.spelling import folded


def name(class_name: str) -> str:
    """ "grizzly"."""
    article, _space, noun = _called(class_name).partition(" ")
    is_article = noun and kinds_of(spoken()).get(folded(article)) == "d"
    return noun if is_article else _called(class_name)


def a(class_name: str) -> str:
    """ "a grizzly", "an aeroplane"."""
    return names.a(class_name) if spoken() == ENGLISH else _called(class_name)


def listed(class_names: Sequence[str], last: str = "and") -> str:
    """ "grizzly, black and teddy". `last`: and, or."""
    *others, final = map(name, class_names) if class_names else [""]
    joined = _("and") if last == "and" else _("or")
    return f"{', '.join(others)} {joined} {final}" if others else final


def each_of(class_names: Sequence[str]) -> str:
    """ "a grizzly and a teddy"."""
    *others, final = map(a, class_names)
    return f"{', '.join(others)} {_('and')} {final}" if others else final


def either(class_names: Sequence[str]) -> str:
    """ "a grizzly or a teddy"."""
    return f" {_('or')} ".join(map(a, class_names))


def in_photos(count: int) -> str:
    """ "1 photo", "2 photos"."""
    return _("1 photo") if count == 1 else _("{count} photos", count=count)


def _called(class_name: str) -> str:
    """As the language calls it, with its article; English calls classes as they are stored."""
    known = table(spoken())["classes"].get(class_name) if spoken() != ENGLISH else None
    return str(known[0]) if known else names.shown(class_name)
