"""Forgets people who asked for it: their rows, their files, the versions that learned from them.

The conversation, or the command line, writes a `forgetting`; this loop sees it within a second.
What is to be done is read off the row, the files and the registry at every look, so that it goes on
after a restart, and after an admin did by hand what can't be done here.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import structlog

from bot.conversation import texts
from bot.conversation.catalogue import speaking
from bot.conversation.messages import Reply
from bot.lookout import Lookout
from bot.models import Models
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.seen_before import drop_sheets
from bot.settings import Settings
from bot.store import forgetting as rows
from bot.store import people, training_runs
from bot.store.clock import later, now
from bot.store.engine import Store
from bot.store.tables import Forgetting as Row
from bot.traces import backups_with, drop_cached, versions_with
from bot.training_process import Done, Failed, TrainingProcess, by_hand, can_train, setting_up
from model.errors import NonesuchError
from model.registry import Registry

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
FAREWELL_S = 3600.0
"""How long the last message to the person stays: as long as sending it is tried."""
Words = Callable[[], str]
"""What is said, made in the language of whoever it is said to."""
WHO, SOMEBODY = "forgetting", "somebody"
"""In a model's history: who promoted, and what stands there in place of the person."""


class Forgetting:
    """All that is open, one step of each at every look, the oldest first."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        outbox: Outbox,
        models: Models,
        photos: PhotoFiles,
    ) -> None:
        self._settings = settings
        self._store = store
        self._outbox = outbox
        self._models = models
        self._photos = photos
        self._registry = Registry(settings.registry)
        self._lookout = Lookout("forgetting", self._look)
        self._asked_admins: dict[str, Words] = {}
        """By model, what admins were asked to do; it is not tried again in this process's life."""

    async def start(self) -> None:
        """Begin to look; what a former life of the bot left is gone on with."""
        self._lookout.start(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Stop, in the middle of a training too: the next start begins it again."""
        await self._lookout.stop()

    @property
    def waits(self) -> bool:
        """Whether it can't go on until an admin did something."""
        return bool(self._asked_admins)

    async def _look(self) -> None:
        async with self._store.reading() as session:
            open_ = await rows.all_open(session)
        for row in open_:
            await self.go_on(row)

    async def go_on(self, row: Row) -> None:
        """The next step of a request, if it can be taken now."""
        async with self._store.reading() as session:
            if row.status != "done" and await training_runs.active(session) is not None:
                return  # it may be learning from what is to be forgotten
        match row.status:
            case "asked":
                await self._erase(row)
            case "erased":
                await self._unlearn(row)
            case _ if (row.done_at or "") < later(-FAREWELL_S):
                await self.vanish(row)

    async def _erase(self, row: Row) -> None:
        """Rows, photos, and every trace of them in the database's file."""
        async with self._store.writing() as session:
            if await rows.is_at_work(session, row):
                return
            await rows.erase(session, row)
            await rows.change(session, row.id, erased_at=now())
            photos = await rows.forgotten_photos(session, row.id)
        gone = [photo for photo, is_kept in photos.items() if not is_kept]
        # A version that was fitted to an export knows a photo by the hash of the file kept.
        kept = {await self._photos.kept_sha256(photo) for photo in gone} - {None}
        async with self._store.writing() as session:
            await rows.forget_photos(session, row.id, {photo for photo in kept if photo})
        for photo in gone:
            await self._photos.erase(photo)
        await drop_sheets(self._store, self._photos)
        (self._settings.home / "training.log").unlink(missing_ok=True)  # it names photos
        await asyncio.to_thread(self._registry.rename_who, row.pseudonym, SOMEBODY)
        await self._store.compact()
        await self._change(row, status="erased")

    async def _unlearn(self, row: Row) -> None:
        """Versions that learned from the person go, once another one answers."""
        async with self._store.reading() as session:
            row = await session.get_one(Row, row.id)
            photos = await rows.forgotten_photos(session, row.id)
        held = await asyncio.to_thread(
            versions_with, self._registry, photos, row.erased_at or row.created_at
        )
        for model, versions in held.items():
            if self._registry.answering(model) in versions:
                await self._replace(row, model, held)
            if self._registry.answering(model) not in versions:
                for version in versions:
                    await asyncio.to_thread(self._delete, model, version)
        if not held:
            gone = [photo for photo, is_kept in photos.items() if not is_kept]
            await asyncio.to_thread(drop_cached, self._settings.home / "embeddings", gone)
            await self._finish(row)

    def _delete(self, model: str, version: str) -> None:
        self._registry.delete(model, version, why=texts.REPLACED_BECAUSE)
        log.info("version_deleted", model=model, version=version)

    async def _replace(self, row: Row, model: str, held: Mapping[str, Sequence[str]]) -> None:
        """Let a version answer that never learned from them, or say what that waits for."""
        await self._models.refresh()
        if not await self._words_left(model) and (before := self._clean(model, held[model])):
            await self._models.promote(model, before, who=WHO)
        elif (doing := setting_up(self._settings.train_python)) is not None:
            log.info("forgetting_waits", model=model, setting_up=doing)
            await self._tell(row, lambda: texts.forget_waits(held, texts.FORGET_SETTING_UP))
        elif model in self._asked_admins:
            await self._wait(row, held, self._asked_admins[model])
        elif not can_train(self._settings.train_python):
            words = partial(texts.forget_by_hand, model, by_hand(self._settings, model))
            await self._ask_admins(row, model, words)
            await self._wait(row, held, words)
        else:
            await self._tell(row, partial(texts.forget_learned, held))
            await self._retrain(row, model)

    async def _words_left(self, model: str) -> bool:
        async with self._store.reading() as session:
            return await rows.words_left(session, model)

    def _clean(self, model: str, held: Sequence[str]) -> str | None:
        """The version that answered last before those."""
        there = self._registry.versions(model)
        former = (each for each in self._registry.former(model) if each in there)
        return next((each for each in former if each not in held), None)

    async def _retrain(self, row: Row, model: str) -> None:
        """A version from what is left. It answers whatever the gate says: it is the promise."""
        try:
            process = await TrainingProcess.start(self._settings, model, WHO)
            try:
                end = await process.end()
            finally:
                await process.stop()
            if isinstance(end, Done) and not end.promoted:
                await self._models.promote(model, end.version, who=WHO)
            error = end.error if isinstance(end, Failed) else ""
        except NonesuchError as reason:
            error = str(reason)
        await self._models.refresh()
        if error:
            await self._ask_admins(row, model, partial(texts.forget_failed, model, error))

    async def _ask_admins(self, row: Row, model: str, words: Words) -> None:
        """Say once what only a person can do: in the log, and to each admin who has a chat.

        At the command line sits somebody who is told anyway.
        """
        self._asked_admins[model] = words
        log.warning("forgetting_waits_for_an_admin", model=model, words=words())
        async with self._store.reading() as session:
            admins = await people.admins_with_chat(session, self._settings.admin_ids)
        for admin in admins if row.chat_id else ():
            with speaking(admin.speaks):
                await self._outbox.post(admin.id, Reply(words()))

    async def _wait(self, row: Row, held: Mapping[str, Sequence[str]], words: Words) -> None:
        """Tell whoever asked; who may be the admin, or sit at the command line, is told how."""
        is_admin = row.chat_id is None or row.person_id in self._settings.admin_ids

        def why() -> str:
            return texts.forget_waits(held, words() if is_admin else texts.FORGET_ADMIN)

        await self._tell(row, why)

    async def _finish(self, row: Row) -> None:
        async with self._store.reading() as session:
            written = await rows.backups(session)
        files = await asyncio.to_thread(backups_with, map(Path, written), row.pseudonym)
        named = [str(file) if row.chat_id is None else file.name for file in files]
        deleted = [
            f"{model} {version}"
            for model in self._registry.models()
            for version in self._registry.deleted_since(model, row.created_at)
        ]
        await self._tell(row, partial(texts.forgotten, deleted, named))
        await self._change(row, status="done", done_at=now())
        log.info("forgotten", request=row.id, versions=deleted, backups=len(files))

    async def vanish(self, row: Row) -> None:
        """Delete the request itself, and what telling the person left."""
        async with self._store.writing() as session:
            await rows.vanish(session, row)
        await self._store.compact()

    async def _tell(self, row: Row, said: Words) -> None:
        """Post the request's one message, or edit it, in the person's language."""
        with speaking(row.language):
            words = said()
        if row.words == words:
            return
        row.words = words
        if row.chat_id is not None and row.outbox_id is None:
            row.outbox_id = await self._outbox.post(row.chat_id, Reply(words))
        elif row.outbox_id is not None:
            await self._outbox.edit(row.outbox_id, Reply(words))
        await self._change(row, words=words, outbox_id=row.outbox_id)

    async def _change(self, row: Row, **columns: object) -> None:
        async with self._store.writing() as session:
            await rows.change(session, row.id, **columns)
