"""Two spellings of one text made equal: case, width, accents, apostrophes and what is invisible.

People write "baer", "Bar" and "Bär" on the same day. Knows letters, no words of any language.
"""

import re
import unicodedata

_ALIKE = str.maketrans({
    **dict.fromkeys("’‘`´ʼ", "'"),  # noqa: RUF001 - apostrophes as phones write them
    "\N{DEVANAGARI SIGN CANDRABINDU}": "\N{DEVANAGARI SIGN ANUSVARA}",
})  # fmt: skip
_MARKS = re.compile(
    "["
    "\N{COMBINING GRAVE ACCENT}-\N{COMBINING LATIN SMALL LETTER X}"
    "\N{DEVANAGARI SIGN NUKTA}\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}-\N{RIGHT-TO-LEFT MARK}"
    "\N{WORD JOINER}\N{VARIATION SELECTOR-16}"
    "]"
)
"""Accents of Latin, Greek and Cyrillic, Hindi's dot below, and what nobody sees. Not Hindi's vowel
signs: they are letters."""
_APART = re.compile(r"[\s\-_.,;:!?…()\[\]{}\"“”„«»/¿¡।॥]+")


def folded(text: str) -> str:
    """A text for comparing: lower case, plain letters, straight apostrophes."""
    apart = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    decomposed = unicodedata.normalize("NFKD", apart.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


def plain(text: str) -> str:
    """The same, where hyphens, quotes and punctuation do not count either."""
    return " ".join(_APART.split(folded(text))).strip()


def spellings(text: str) -> dict[str, str]:
    """How each word of a text was written (in lower case), by its plain spelling."""
    words = _APART.split(unicodedata.normalize("NFC", text).lower())
    return {plain(word): word for word in words if word}
