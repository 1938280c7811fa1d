"""The models that answer: a loaded classifier each, swapped when the registry's `current` moves.

Training writes a version into the registry and moves `current`; nobody tells the bot. It looks
every second, loads and warms the new version off the event loop, and swaps one reference: photos
being answered finish on the former one. A version that can't be loaded is logged, and the former
one goes on answering.
"""

import asyncio
from dataclasses import dataclass

import numpy as np
import structlog

from model.backbone import EMBEDDING, Backbone
from model.classifier import Classifier
from model.errors import BadVersion
from model.registry import Registry

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as an admin sees it. `created_at` is ISO 8601 UTC; `note` holds its figures."""

    version: str
    current: bool
    created_at: str
    note: str


class Models:
    """What answers now, and the admin's hand on it. All methods but `start` are quick."""

    def __init__(self, registry: Registry, backbone: Backbone) -> None:
        self._registry = registry
        self._backbone = backbone
        self._loaded: dict[str, Classifier] = {}
        self._refused: set[tuple[str, str]] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Load what answers now, then keep watching. Raises `BadVersion` if nothing can answer."""
        await self.refresh()
        if not self._loaded:
            raise BadVersion(
                f"No model can answer: {self._registry.root} and the shipped ones fail."
            )
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    async def refresh(self) -> None:
        """Load and swap now what `current` names anew."""
        async with self._turn:
            await asyncio.to_thread(self._look)

    def names(self) -> list[str]:
        """Models that answer, sorted."""
        return sorted(self._loaded)

    def classifier(self, model: str) -> Classifier:
        """What answers for `model`. Raises `BadVersion` if nothing does."""
        if model not in self._loaded:
            raise BadVersion(f"There is no model {model!r}. I have: {', '.join(self.names())}.")
        return self._loaded[model]

    def classes(self, model: str) -> tuple[str, ...]:
        """The class list of what answers for `model`. Raises `BadVersion`."""
        return self.classifier(model).classes

    def version(self, model: str) -> str:
        """The version that answers for `model`. Raises `BadVersion`."""
        return self.classifier(model).version

    def versions(self, model: str) -> list[VersionLine]:
        """All versions of `model`, oldest first; a damaged one says so."""
        current = self.version(model)
        lines = []
        for version in self._registry.versions(model):
            try:
                card = self._registry.card(model, version)
                note = ", ".join(f"{name} {value:.3f}" for name, value in card.figures.items())
                lines.append(VersionLine(version, version == current, card.created_at, note))
            except BadVersion as error:
                lines.append(VersionLine(version, version == current, "", str(error)))
        return lines

    def promote(self, model: str, version: str, who: str) -> None:
        """Let `version` answer, by an admin's word; it does so a second later at most."""
        self._registry.promote(model, version, who=who, why="by hand")

    def rollback(self, model: str, who: str) -> str:
        """Go back to the version that answered before; returns its name. Raises `BadVersion`."""
        return self._registry.rollback(model, who=who)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.refresh()
            except OSError as error:  # a full or vanished disk: what is loaded goes on answering
                log.error("registry_unreadable", error=str(error))

    def _look(self) -> None:
        for model in self._registry.models():
            try:
                self._swap(model, self._registry.current(model))
            except BadVersion as error:
                log.error("no_version_answers", model=model, error=str(error))

    def _swap(self, model: str, version: str) -> None:
        former = self._loaded.get(model)
        if (former and former.version == version) or (model, version) in self._refused:
            return
        try:
            new = Classifier.load(self._registry.path(model, version), self._backbone)
            new.answers(np.ones((1, EMBEDDING), dtype=np.float32))  # warm: the first is slower
        except BadVersion as error:
            self._refused.add((model, version))
            log.error("version_refused", model=model, version=version, error=str(error))
            return
        self._loaded[model] = new
        log.info("version_answers", model=model, version=version, former=former and former.version)
