"""Which photo of an album words speak of: "2 is a black bear" -> (2, "is a black bear")."""

import re

_NAMES = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_PHOTO = "photo|picture|image|pic"
_START = re.compile(
    rf"\s*(?:the\s+)?(?:(?:{_PHOTO}|number|no|nr)\b\.?\s*)?#?"
    rf"(?:(?P<number>\d{{1,3}})(?:st|nd|rd|th)?|(?P<name>{'|'.join(_NAMES)}))\b"
    rf"(?:\s+(?:one|{_PHOTO})\b)?\s*[:.,)\-–—=]*\s*(?P<rest>.*)",  # noqa: RUF001 - people type dashes
    re.IGNORECASE | re.DOTALL,
)


def addressed(text: str) -> tuple[int | None, str]:
    """The number at a text's start and the text after it; (None, text) if there is none."""
    found = _START.match(text)
    if not found:
        return None, text
    number = found["number"] or _NAMES.index(found["name"].lower()) + 1
    return int(number), found["rest"]
