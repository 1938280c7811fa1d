"""Class names: how they are stored, and how people see them. Knows no class list."""

import unicodedata

from model.errors import BadData

MAX_CHARS = 64
"""Longest class name, in characters after normalisation."""


def normalize(name: str) -> str:
    """A class name as it is stored: NFC, white space as `_`, 1 to 64 characters.

    Raises `BadData` for a name that is empty, too long, or holds invisible characters (controls,
    text direction marks: two names that look alike would be two classes).
    """
    stored = "_".join(unicodedata.normalize("NFC", name).split())
    if not stored:
        raise BadData("A class name is empty: give it 1 to 64 characters.")
    if len(stored) > MAX_CHARS:
        raise BadData(f"{stored[:20]!r}… is no class name: {len(stored)} characters, at most 64.")
    if any(unicodedata.category(character).startswith("C") for character in stored):
        raise BadData(f"{stored!r} is no class name: take the invisible characters out.")
    return stored


def shown(name: str) -> str:
    """A stored class name as people see it: with spaces."""
    return name.replace("_", " ")
