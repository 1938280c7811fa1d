"""Versioned model folders: shipped ones read in place, local ones numbered, an atomic `current`.

`<root>/<model>/<version>/` holds a version, `<root>/<model>/current` names the one that answers,
`<root>/<model>/history.jsonl` says who made it so. Knows no chat; a folder is all it needs.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from model.backbone import SHIPPED
from model.card import MODEL_NAME, Card, read_card, write_card
from model.errors import BadVersion

SHIPPED_PREFIX = "shipped-"


class Registry:
    """The versions of every model below `root`, and those shipped with the project."""

    def __init__(self, root: Path, shipped: Path = SHIPPED) -> None:
        self.root = root
        self._shipped = shipped

    def models(self) -> list[str]:
        """Names of all models with at least one version, sorted."""
        folders = [path for base in (self._shipped, self.root) for path in _folders(base)]
        names = {path.name for path in folders if MODEL_NAME.fullmatch(path.name)}
        return sorted(name for name in names if self.versions(name))

    def versions(self, model: str) -> list[str]:
        """Versions of `model`, oldest first: the shipped ones, then the local ones."""
        shipped = _numbered(self._shipped / model, SHIPPED_PREFIX)
        return shipped + _numbered(self.root / model, "")

    def path(self, model: str, version: str) -> Path:
        """The folder of a version. Raises `BadVersion` if there is none."""
        if version not in self.versions(model):
            known = ", ".join(self.versions(model))
            what = f"{model} has {known}" if known else f"models are {', '.join(self.models())}"
            raise BadVersion(f"There is no version {version!r} of {model!r}: {what}.")
        base = self._shipped if version.startswith(SHIPPED_PREFIX) else self.root
        return base / model / version

    def current(self, model: str) -> str:
        """The version that answers: what `current` names, else the newest shipped one."""
        try:
            current = self.root / model / "current"
            version = current.read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return self._default(model)
        return version

    def former(self, model: str) -> list[str]:
        """What answered before `current`, the latest first; at the end the shipped versions."""
        shipped = _numbered(self._shipped / model, SHIPPED_PREFIX)
        return [*reversed(self._promoted(model)[:-1]), *reversed(shipped)]

    def card(self, model: str, version: str) -> Card:
        """The card of a version, its files checked. Raises `BadVersion`."""
        return read_card(self.path(model, version))

    def promote(self, model: str, version: str, *, who: str, why: str) -> None:
        """Make `version` the one that answers. Raises `BadVersion` if it is unknown or damaged."""
        self.card(model, version)
        with self._lock(model):
            self._switch(model, version, who=who, why=why, undoes=False)

    def rollback(self, model: str, *, who: str) -> str:
        """Go back to the version before the last promotion; returns it. Raises `BadVersion`."""
        self.current(model)  # raises for an unknown model, before the lock makes a folder for it
        with self._lock(model):
            promoted = self._promoted(model)
            if not promoted:
                raise BadVersion(
                    f"{model} answers with {self.current(model)}: nothing to roll back."
                )
            version = promoted[-2] if len(promoted) > 1 else self._default(model)
            self.card(model, version)
            why = f"rolled back from {promoted[-1]}"
            self._switch(model, version, who=who, why=why, undoes=True)
        return version

    def add(self, model: str, make: Callable[[Path, str], Card]) -> str:
        """Allocate the next local version: `make(folder, version)` fills it and gives its card.

        The folder gets its name in one rename, so that nobody sees half a version.
        """
        if not MODEL_NAME.fullmatch(model):
            raise BadVersion(f"{model!r} is no model name: use a-z, 0-9, - and _, at most 32.")
        with self._lock(model):
            return _next_version(self.root / model, "", make)

    def _default(self, model: str) -> str:
        shipped = _numbered(self._shipped / model, SHIPPED_PREFIX)
        if shipped:
            return shipped[-1]
        raise BadVersion(
            f"No version of {model!r} answers. Models: {', '.join(self.models()) or 'none'}."
        )

    def _lock(self, model: str) -> AbstractContextManager[object]:
        folder = self.root / model
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / ".lock")

    def _switch(self, model: str, version: str, *, who: str, why: str, undoes: bool) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": version,
            "former": self.current(model) if self._answers(model) else None,
            "who": who,
            "why": why,
            "undoes": undoes,
        }
        folder = self.root / model
        with (folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        pending = folder / ".current.new"
        pending.write_text(version + "\n", encoding="utf-8")
        pending.replace(folder / "current")

    def _answers(self, model: str) -> bool:
        return (self.root / model / "current").exists() or bool(
            _numbered(self._shipped / model, SHIPPED_PREFIX)
        )

    def _promoted(self, model: str) -> list[str]:
        """Versions promoted and not rolled back, oldest first: each rollback takes off the last."""
        promoted: list[str] = []
        path = self.root / model / "history.jsonl"
        for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            line = json.loads(text)
            if line["undoes"]:
                promoted.pop()
            else:
                promoted.append(line["version"])
        return promoted


def ship(model: str, make: Callable[[Path, str], Card]) -> str:
    """Like `Registry.add`, for a version that the project is shipped with."""
    return _next_version(SHIPPED / model, SHIPPED_PREFIX, make)


def _next_version(base: Path, prefix: str, make: Callable[[Path, str], Card]) -> str:
    former = _numbered(base, prefix)
    version = f"{prefix}{int(former[-1].removeprefix(prefix)) + 1 if former else 1}"
    unfinished = base / f".{version}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_card(unfinished, make(unfinished, version))
    unfinished.rename(base / version)
    return version


def _folders(base: Path) -> list[Path]:
    return [path for path in base.iterdir() if path.is_dir()] if base.is_dir() else []


def _numbered(base: Path, prefix: str) -> list[str]:
    """Names of version folders `<prefix><number>` below `base`, by number."""
    numbers = [
        int(path.name.removeprefix(prefix))
        for path in _folders(base)
        if path.name.startswith(prefix) and path.name.removeprefix(prefix).isdecimal()
    ]
    return [f"{prefix}{number}" for number in sorted(numbers)]
