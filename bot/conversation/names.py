"""Class names: as they are stored and as they are shown.

A stored name has `_` for a space. How people write names is in `vocabulary.py`.
"""

import unicodedata
from collections.abc import Sequence

MAX_NAME_CHARS = 64


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
