"""Which version of a model answers, and how that came about: `current` and `history.jsonl`.

Each is replaced as a whole, so that a kill leaves no half of it. The history has a line for each
change, oldest first, and is written just before `current`. A kill between the two leaves a last
line that did not come true; it is known by `current` still being what answered before that line.
It is left out when the history is read, and gone when it is written again.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

CURRENT = "current"
HISTORY = "history.jsonl"


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
    path = folder / HISTORY
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    lines = [line for row in text.splitlines() if (line := _line(row))]
    if lines and lines[-1].version != answering == lines[-1].former:
        lines.pop()
    return lines


def switch(folder: Path, before: list[Line], line: Line) -> None:
    """Let `line.version` answer; the history is then `before` and this line."""
    text = "".join(f"{each.model_dump_json()}\n" for each in (*before, line))
    _replace(folder / HISTORY, text)
    _replace(folder / CURRENT, f"{line.version}\n")


def standing(lines: list[Line]) -> list[str]:
    """Versions promoted and not rolled back, oldest first: each rollback takes off the last."""
    versions: list[str] = []
    for line in lines:
        if not line.undoes:
            versions.append(line.version)
        elif versions:  # else its promotion was in a line that can't be read
            versions.pop()
    return versions


def _line(row: str) -> Line | None:
    try:
        return Line.model_validate_json(row)
    except ValidationError:
        return None


def _replace(path: Path, text: str) -> None:
    """Readers see the old text or the new one, never a part."""
    pending = path.with_name(f".{path.name}.new")
    pending.write_text(text, encoding="utf-8")
    pending.replace(path)
