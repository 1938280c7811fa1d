"""Versioned model folders: shipped ones read in place, local ones numbered, an atomic `current`.

`<root>/<model>/<version>/` holds a version; which one answers, `history.py` keeps beside them.
Knows no chat; a folder is all it needs.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from model import history
from model.backbone import SHIPPED
from model.card import MODEL_NAME, Card, read_card, write_card
from model.errors import BadVersion

SHIPPED_PREFIX = "shipped-"
UNFINISHED = ".{}.unfinished"
"""A version's folder while it is made: whoever makes one holds the model's lock."""


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
            gone = history.deleted(self.root / model).get(version)
            if gone:
                raise BadVersion(f"Version {version} of {model} was deleted: {gone.why}.")
            known = ", ".join(self.versions(model))
            what = f"{model} has {known}" if known else f"models are {', '.join(self.models())}"
            raise BadVersion(f"There is no version {version!r} of {model!r}: {what}.")
        base = self._shipped if version.startswith(SHIPPED_PREFIX) else self.root
        return base / model / version

    def current(self, model: str) -> str:
        """The version that answers: what `current` names, else the newest shipped one."""
        chosen = history.chosen(self.root / model)
        return self._default(model) if chosen is None else chosen

    def answering(self, model: str) -> str | None:
        """The same, or None for a local model of which none was ever promoted."""
        try:
            return self.current(model)
        except BadVersion:
            return None

    def named(self, name: str) -> tuple[str, str]:
        """What `MODEL` (its version that answers) or `MODEL@VERSION` names: model and version.

        Raises `BadVersion` where no version answers; one that is named need not be there.
        """
        model, _, version = name.partition("@")
        return model, version or self.current(model)

    def former(self, model: str) -> list[str]:
        """What answered before `current`, the latest first; at the end the shipped versions."""
        shipped = _numbered(self._shipped / model, SHIPPED_PREFIX)
        promoted = history.standing(self._history(model))
        return [*reversed(promoted[:-1]), *reversed(shipped)]

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
            promoted = history.standing(self._history(model))
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

    def delete(self, model: str, version: str, *, why: str) -> None:
        """Delete a local version that doesn't answer; its number is never given again.

        `why` ends the sentence that whoever asks for it is told. Raises `BadVersion`.
        """
        with self._lock(model):
            folder = self.path(model, version)
            if version.startswith(SHIPPED_PREFIX):
                raise BadVersion(f"{model} {version} comes with the program: it can't be deleted.")
            if version == self.answering(model):
                raise BadVersion(f"{model} {version} answers: let another version answer first.")
            history.note_deleted(
                self.root / model, history.Deleted(at=_now(), version=version, why=why)
            )
            going = folder.with_name(UNFINISHED.format(version))
            folder.rename(going)  # at once: nobody sees half a version
            shutil.rmtree(going)

    def deleted_since(self, model: str, at: str) -> list[str]:
        """The versions of `model` that were deleted after `at` (ISO 8601 UTC), by time."""
        gone = history.deleted(self.root / model).values()
        return [each.version for each in gone if each.at[:19] >= at[:19]]  # both to the second

    def rename_who(self, who: str, to: str) -> None:
        """Write `to` in place of `who` in the histories of all models."""
        for model in self.models():
            lines = self._history(model)
            if any(line.who == who for line in lines):
                with self._lock(model):
                    changed = [
                        line.model_copy(update={"who": to}) if line.who == who else line
                        for line in self._history(model)
                    ]
                    history.write(self.root / model, changed)

    def tidy(self) -> None:
        """Remove what was left by a process that died while it made a version.

        A model that somebody works on, or a registry that is not ours to write, is left alone.
        """
        with suppress(OSError):
            for unfinished in list(self.root.glob(f"*/{UNFINISHED.format('*')}")):
                with suppress(Timeout), self._lock(unfinished.parent.name, wait_s=0):
                    pass

    def _default(self, model: str) -> str:
        shipped = _numbered(self._shipped / model, SHIPPED_PREFIX)
        if shipped:
            return shipped[-1]
        raise BadVersion(
            f"No version of {model!r} answers. Models: {', '.join(self.models()) or 'none'}."
        )

    @contextmanager
    def _lock(self, model: str, wait_s: float = -1) -> Iterator[None]:
        """One at a time changes a model, and finds nothing half made by one that was killed.

        Raises `filelock.Timeout` after `wait_s` (-1: it waits as long as it takes).
        """
        folder = self.root / model
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=wait_s):
            for unfinished in folder.glob(UNFINISHED.format("*")):
                shutil.rmtree(unfinished, ignore_errors=True)
            yield

    def _switch(self, model: str, version: str, *, who: str, why: str, undoes: bool) -> None:
        former = self.answering(model)
        line = history.Line(
            at=_now(), version=version, former=former, who=who, why=why, undoes=undoes
        )
        history.switch(self.root / model, self._history(model), line)

    def _history(self, model: str) -> list[history.Line]:
        return history.read(self.root / model, self.answering(model))


def ship(model: str, make: Callable[[Path, str], Card]) -> str:
    """Like `Registry.add`, for a version that the project is shipped with."""
    return _next_version(SHIPPED / model, SHIPPED_PREFIX, make)


def _next_version(base: Path, prefix: str, make: Callable[[Path, str], Card]) -> str:
    used = [*_numbered(base, prefix), *history.deleted(base)]
    version = f"{prefix}{max((int(name.removeprefix(prefix)) for name in used), default=0) + 1}"
    unfinished = base / UNFINISHED.format(version)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_card(unfinished, make(unfinished, version))
    unfinished.rename(base / version)
    return version


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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
