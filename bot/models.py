"""The models that answer: a loaded classifier each, swapped when the registry's `current` moves.

Training writes a version into the registry and moves `current`; nobody tells the bot. It looks
every second, loads and warms the new version off the event loop, and swaps one reference: photos
being answered finish on the former one. A version that can't be loaded is said once, and the former
one goes on answering.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import structlog

from bot.lookout import Lookout
from bot.renames import Renames
from bot.replay import Vectors, replay
from bot.telling import Telling, telling
from model import version as versions
from model.backbone import Backbones
from model.card import in_words
from model.decision import Answer
from model.errors import BadVersion
from model.registry import Registry
from model.version import Version

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0

Files = tuple[tuple[str, int, int], ...]
"""A version's files as they are now: name, size in bytes, time of the last change in ns."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as an admin sees it. `created_at` is ISO 8601 UTC; `note` holds its figures, or
    what is wrong with it; `figures` the same as numbers, by their names in the card."""

    version: str
    current: bool
    created_at: str
    note: str
    figures: Mapping[str, float] = field(default_factory=dict)


class Models:
    """What answers now, and the admin's hand on it. Whatever touches a file has to be awaited."""

    def __init__(self, registry: Registry, backbones: Backbones) -> None:
        self._registry = registry
        self._backbones = backbones
        self._loaded: dict[str, Version] = {}
        self._refused: dict[str, tuple[str, Files]] = {}
        """By model, the version that could not be loaded, as it was then."""
        self._troubles: dict[str, str] = {}
        """By model, what was said of it last."""
        self._lookout = Lookout("models", self.refresh)
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Load what answers now, then keep watching. Raises `BadVersion` if nothing can answer."""
        await asyncio.to_thread(self._registry.tidy)  # what a killed training left
        await self.refresh()
        if not self._loaded:
            raise BadVersion(
                f"No model can answer: neither in {self._registry.root} nor shipped is there a "
                "version that is whole. Install the project again, or restore a backup."
            )
        self._lookout.start(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Stop watching."""
        await self._lookout.stop()

    async def refresh(self) -> None:
        """Load and swap now what `current` names anew."""
        async with self._turn:
            await asyncio.to_thread(self._look)

    def names(self) -> list[str]:
        """Models that answer, sorted."""
        return sorted(self._loaded)

    def answering(self, model: str) -> Version:
        """What answers for `model`. Raises `BadVersion` if nothing does."""
        if model not in self._loaded:
            raise BadVersion(f"There is no model {model!r}. I have: {', '.join(self.names())}.")
        return self._loaded[model]

    def beside(self, model: str) -> list[Version]:
        """Others that see the same embedding and can say none. Raises `BadVersion`."""
        key = self.answering(model).backbone.key
        others = (self._loaded[name] for name in self.names() if name != model)
        return [
            each for each in others if each.card.task == "multi-label" and each.backbone.key == key
        ]

    def classes(self, model: str) -> tuple[str, ...]:
        """The class list of what answers for `model`. Raises `BadVersion`."""
        return self.answering(model).card.classes

    def finds_point(self, model: str) -> bool:
        """Whether `model` answers with a point instead of classes. Raises `BadVersion`."""
        return self.answering(model).finds_point

    def version(self, model: str) -> str:
        """The version that answers for `model`. Raises `BadVersion`."""
        return self.answering(model).card.version

    def backbone(self, model: str) -> str:
        """The key of the backbone of what answers for `model`. Raises `BadVersion`."""
        return self.answering(model).backbone.key

    async def versions(self, model: str) -> list[VersionLine]:
        """All versions of `model`, oldest first; a damaged one says so. Raises `BadVersion`."""
        current = self.version(model)
        names = await asyncio.to_thread(self._registry.versions, model)
        return [await asyncio.to_thread(self._line, model, name, current) for name in names]

    async def former(self, model: str) -> str:
        """The version that answered before the one that answers now. Raises `BadVersion`."""
        former = await asyncio.to_thread(self._registry.former, model)
        if not former:
            raise BadVersion(f"No version of {model} answered before this one.")
        return former[0]

    async def report(self, model: str, version: str) -> Path:
        """The page that tells how good a version is. Raises `BadVersion` if there is none."""
        self.answering(model)  # raises for what is no model's name
        folder = await asyncio.to_thread(self._registry.path, model, version)
        return folder / "report.html"

    async def replay(
        self, model: str, version: str, photos: Sequence[Vectors]
    ) -> list[Answer | None]:
        """What any version says of photos seen before, see `bot/replay.py`. Raises `BadVersion`."""
        return await asyncio.to_thread(replay, self._registry, model, version, photos)

    async def telling(
        self,
        model: str,
        name: str,
        said: Mapping[str, Mapping[str, str]],
        vectors: Sequence[Vectors],
        names: Renames,
    ) -> Telling:
        """How well the version that answers could tell a class, see `bot/telling.py`. Raises
        `BadVersion`."""
        version = self.version(model)
        registry = self._registry
        return await asyncio.to_thread(
            telling, registry, model, version, name, said, vectors, names
        )

    async def promote(self, model: str, version: str, who: str) -> None:
        """Let `version` answer, by an admin's word; it does so when this returns.

        Raises `BadVersion`: then nothing has changed.
        """
        async with self._turn:
            await asyncio.to_thread(self._promote, model, version, who)

    async def rollback(self, model: str, who: str) -> str:
        """Go back to the version that answered before; returns its name. Raises `BadVersion`."""
        async with self._turn:
            return await asyncio.to_thread(self._rollback, model, who)

    # What follows runs in a thread, one at a time.

    def _look(self) -> None:
        try:
            models = self._registry.models()
        except OSError as error:
            self._trouble("", "registry_unreadable", error)
            return
        self._troubles.pop("", None)
        for model in models:
            try:
                self._follow(model)
            except Exception as error:  # a vanished disk, a `current` that is no text
                self._trouble(model, "no_version_to_answer", error)
            else:
                self._troubles.pop(model, None)

    def _follow(self, model: str) -> None:
        """Swap if `current` names another version than the one that answers."""
        version = self._registry.current(model)
        answering = self._loaded.get(model)
        if answering and answering.card.version == version:
            return
        seen = (version, self._files(model, version))
        if self._refused.get(model) == seen:
            return
        try:
            self._swap(self._load(model, version))
        except BadVersion as error:
            self._refused[model] = seen
            log.error("version_refused", model=model, version=version, error=str(error))
            if answering is None:
                self._fall_back(model)

    def _fall_back(self, model: str) -> None:
        """At the start: let the latest version answer that answered before and can be loaded."""
        for version in self._registry.former(model):
            try:
                self._swap(self._load(model, version))
            except BadVersion as error:
                log.error("version_refused", model=model, version=version, error=str(error))
            else:
                return

    def _swap(self, new: Version) -> None:
        card = new.card
        former = self._loaded.get(card.model)
        self._loaded = {**self._loaded, card.model: new}
        self._refused.pop(card.model, None)
        log.info(
            "version_answers",
            model=card.model,
            version=card.version,
            former=former.card.version if former else None,
        )

    def _load(self, model: str, version: str) -> Version:
        """A version, loaded and warm. Raises `BadVersion`, whatever is wrong with it."""
        try:
            new = versions.load(self._registry.path(model, version), self._backbones)
            side = new.backbone.size_px
            # The first photo takes several times as long, and shows whether all parts fit together.
            blank = np.zeros((1, 3, side, side), dtype=np.uint8)
            if new.finds_point:
                new.point_head.points(new.backbone.feature_map(blank))
            else:
                embedding = new.backbone.embed(blank)
                new.classifier.answers(embedding)
                new.classifier.twins(embedding)
        except BadVersion:
            raise
        except Exception as error:  # the checksums say only that it is as it was written
            raise BadVersion(f"{model} {version} can't answer: {error}.") from error
        card = new.card
        if (card.model, card.version) != (model, version):
            raise BadVersion(f"{model} {version} is a copy of {card.model} {card.version}.")
        return new

    def _files(self, model: str, version: str) -> Files:
        """What tells that a damaged version was repaired."""
        try:
            folder = self._registry.path(model, version)
            status = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
        except (BadVersion, OSError):
            return ()
        return tuple((name, each.st_size, each.st_mtime_ns) for name, each in status)

    def _line(self, model: str, version: str, current: str) -> VersionLine:
        try:
            card = self._registry.card(model, version)
        except BadVersion as error:
            return VersionLine(version, version == current, "", str(error))
        note = in_words(card.figures)
        return VersionLine(version, version == current, card.created_at, note, card.figures)

    def _promote(self, model: str, version: str, who: str) -> None:
        new = self._load(model, version)
        try:
            self._registry.promote(model, version, who=who, why="by hand")
        except OSError as error:
            raise _not_written(self._registry, error) from error
        self._swap(new)

    def _rollback(self, model: str, who: str) -> str:
        try:
            version = self._registry.rollback(model, who=who)
        except OSError as error:
            raise _not_written(self._registry, error) from error
        self._swap(self._load(model, version))
        return version

    def _trouble(self, model: str, what: str, error: Exception) -> None:
        """Say what is wrong, once: it is found again every second."""
        if self._troubles.get(model) != str(error):
            self._troubles[model] = str(error)
            log.error(what, model=model, error=str(error))


def _not_written(registry: Registry, error: OSError) -> BadVersion:
    return BadVersion(f"The registry {registry.root} can't be written: {error.strerror}.")
