"""Which version of a model answers, and how that came about: `current` and `history.jsonl`.

Each is replaced as a whole, so that a kill leaves no half of it. The history has a line for each
change, oldest first, and is written just before `current`. A kill between the two leaves a last
line that did not come true; it is known by `current` still being what answered before that line.
It is left out when the history is read, and gone when it is written again.

`deleted.jsonl` has a line for each version that was deleted, so that its number never comes again.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

CURRENT = "current"
HISTORY = "history.jsonl"
DELETED = "deleted.jsonl"

Kind = TypeVar("Kind", bound=BaseModel)


class Line(BaseModel):
    """At `at` (ISO 8601 UTC) `version` took the place of `former` (None: nothing answered).

    `undoes` marks a rollback.
    """

    model_config = ConfigDict(frozen=True)

    at: str
    version: str
    former: str | None
    who: str
    why: str
    undoes: bool


class Deleted(BaseModel):
    """At `at` (ISO 8601 UTC) `version` was deleted; `why` is the end of a sentence."""

    model_config = ConfigDict(frozen=True)

    at: str
    version: str
    why: str


def chosen(folder: Path) -> str | None:
    """The version that `current` names; None where nobody has chosen one."""
    try:
        return (folder / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def read(folder: Path, answering: str | None) -> list[Line]:
    """What happened to the model in `folder`, where `answering` answers now (None: nothing).

    A line that can't be read, such as one that a crash cut off, is left out.
    """
    lines = _lines(folder / HISTORY, Line)
    if lines and lines[-1].version != answering == lines[-1].former:
        lines.pop()
    return lines


def switch(folder: Path, before: list[Line], line: Line) -> None:
    """Let `line.version` answer; the history is then `before` and this line."""
    write(folder, [*before, line])
    _replace(folder / CURRENT, f"{line.version}\n")


def write(folder: Path, lines: Sequence[Line]) -> None:
    """Replace the history by these lines."""
    _replace(folder / HISTORY, _text(lines))


def deleted(folder: Path) -> dict[str, Deleted]:
    """What was deleted of the model in `folder`, by version."""
    return {line.version: line for line in _lines(folder / DELETED, Deleted)}


def note_deleted(folder: Path, line: Deleted) -> None:
    """Write down that a version is deleted, before it is."""
    _replace(folder / DELETED, _text([*_lines(folder / DELETED, Deleted), line]))


def standing(lines: list[Line]) -> list[str]:
    """Versions promoted and not rolled back, oldest first: each rollback takes off the last."""
    versions: list[str] = []
    for line in lines:
        if not line.undoes:
            versions.append(line.version)
        elif versions:  # else its promotion was in a line that can't be read
            versions.pop()
    return versions


def _lines(path: Path, kind: type[Kind]) -> list[Kind]:
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    lines = []
    for row in text.splitlines():
        with suppress(ValidationError):
            lines.append(kind.model_validate_json(row))
    return lines


def _text(lines: Sequence[BaseModel]) -> str:
    return "".join(f"{line.model_dump_json()}\n" for line in lines)


def _replace(path: Path, text: str) -> None:
    """Readers see the old text or the new one, never a part."""
    pending = path.with_name(f".{path.name}.new")
    pending.write_text(text, encoding="utf-8")
    pending.replace(path)
