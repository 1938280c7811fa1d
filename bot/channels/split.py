"""A text in parts that a platform takes, counted in UTF-16 code units: most emojis are two."""


def split(text: str, max_units: int) -> list[str]:
    """The text in parts of at most `max_units` UTF-16 units, cut between lines or else words."""
    parts = []
    rest = text.strip()
    while rest:
        part = _beginning(rest, max_units)
        if len(part) < len(rest):
            part = part[: _border(rest[: len(part) + 1])]
        parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return parts


def _beginning(text: str, units: int) -> str:
    """The longest beginning of `units` UTF-16 units, 2 bytes each; half a character is dropped."""
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore")


def _border(window: str) -> int:
    """Where to cut: at the last line or word that ends in the window's second half, or its end."""
    for border in "\n", " ":
        at = window.rfind(border)
        if at > len(window) // 2:
            return at
    return len(window) - 1
