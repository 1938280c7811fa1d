"""Follows what `/retrain` asked for: waits, starts the training process, tells how it goes.

The conversation writes a `training_run`; this loop sees it within a second. Everything about a run
is in its row, so that a restart knows what was going on.
"""

import asyncio
from typing import Any

import structlog

from bot.changes import Changing
from bot.conversation import texts
from bot.conversation.catalogue import speaking
from bot.conversation.messages import Button, Picture, Reply
from bot.lookout import Lookout
from bot.models import Models
from bot.outbox import Outbox
from bot.outcome import doubts, report_picture
from bot.settings import Settings
from bot.store import people, training_runs, trust
from bot.store.engine import Store
from bot.store.tables import Chat, TrainingRun
from bot.training_process import (
    Cancelled,
    Done,
    End,
    Failed,
    TrainingProcess,
    by_hand,
    can_train,
    setting_up,
)
from model.errors import BadData

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.5
TELL_EVERY_S = 1.0
"""The least time between two edits of the progress message within a step."""


class Retraining:
    """One run at a time, in the order asked for."""

    def __init__(self, settings: Settings, store: Store, outbox: Outbox, models: Models) -> None:
        self._settings = settings
        self._store = store
        self._outbox = outbox
        self._models = models
        self._changing = Changing(settings, store, outbox, models)
        self._lookout = Lookout("retraining", self._look)
        self._told = (0, "")
        """The run that something was said of last, and what."""

    async def start(self) -> None:
        """Begin to look for runs. One that a former life of the bot left running is over."""
        self._lookout.start(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Stop a running training; its row and its message say that it was interrupted."""
        await self._lookout.stop()

    async def _look(self) -> None:
        run = await self._active()
        if run is not None:
            with speaking(await self._language(run)):
                await self._go_on(run)

    async def _active(self) -> TrainingRun | None:
        async with self._store.reading() as session:
            return await training_runs.active(session)

    async def _language(self, run: TrainingRun) -> str | None:
        """That of whoever asked for it."""
        async with self._store.reading() as session:
            return await people.language(session, run.person_id)

    async def _go_on(self, run: TrainingRun) -> None:
        python = self._settings.train_python
        if run.status == "running":  # and nobody follows it
            await self._end(run, "interrupted", texts.retrain_interrupted(run.model))
        elif run.status == "cancelling":
            await self._end(run, "cancelled", texts.retrain_cancelled())
        elif (doing := setting_up(python)) is not None:
            await self._tell(run, texts.retrain_setting_up(doing))
        elif can_train(python):
            await self._train(run)
        else:
            words = texts.retrain_by_hand(by_hand(self._settings, run.model))
            await self._end(run, "failed", words)

    async def _train(self, run: TrainingRun) -> None:
        async with self._store.writing() as session:
            await training_runs.update(session, run.id, status="running")
            await trust.measure(session)
            who = (await people.ensure_person(session, run.person_id, "")).pseudonym
        await self._tell(run, texts.retrain_waiting(run.model))
        try:
            process = await TrainingProcess.start(self._settings, run.model, who)
        except BadData as error:
            await self._end(run, "failed", texts.retrain_failed(str(error)))
            return
        following = asyncio.create_task(self._follow(run, process))
        try:
            while not following.done():
                await asyncio.wait({following}, timeout=LOOK_EVERY_S)
                if await self._is_cancelled():
                    await process.stop()
            await self._conclude(run, following.result())
        except asyncio.CancelledError:  # the bot stops
            await process.stop()
            end = await following
            if isinstance(end, Cancelled):
                await self._end(run, "interrupted", texts.retrain_interrupted(run.model))
            else:
                await self._conclude(run, end)
            raise
        finally:
            await process.stop()
            following.cancel()

    async def _is_cancelled(self) -> bool:
        """Whether somebody asked to stop the run that is followed: the oldest active one."""
        run = await self._active()
        return run is not None and run.status == "cancelling"

    async def _follow(self, run: TrainingRun, process: TrainingProcess) -> End:
        """Tell each step, and how it goes on."""
        step, told_at = "", 0.0
        clock = asyncio.get_running_loop().time
        async for at in process.progress():
            if at.step == step and clock() - told_at < TELL_EVERY_S:
                continue
            step, told_at = at.step, clock()
            words = texts.retrain_progress(at.step, at.done, at.total)
            await self._tell(run, words, min(at.done / max(at.total, 1), 1.0))
        return await process.end()

    async def _conclude(self, run: TrainingRun, end: End) -> None:
        match end:
            case Done():
                await self._models.refresh()  # what is said to answer does answer
                words = texts.retrain_done(
                    run.model, end.version, end.promoted, end.why, end.metrics, end.problems
                )
                picture = report_picture(self._settings.home, end.picture)
                if end.promoted:
                    await self._promoted(run, end, words, picture)
                else:
                    what = {"why": end.why, "version": end.version}
                    promote = Button(f"promote:{run.id}", texts.PROMOTE)
                    await self._end(run, "refused", words, promote, picture=picture, **what)
                await self._tell_doubts(run, end)
            case Failed():
                await self._end(run, "failed", texts.retrain_failed(end.error), why=end.error)
            case Cancelled():
                await self._end(run, "cancelled", texts.retrain_cancelled())

    async def _promoted(
        self, run: TrainingRun, end: Done, words: str, picture: Picture | None
    ) -> None:
        """Say what changed: to the admin in figures, to people with their photo."""
        changes = await self._changing.compare(run.model, end.version)
        if changes.photos:
            counts = changes.photos, len(changes.fixed), len(changes.broken)
            words = f"{words}\n{texts.changed(*counts)}"
        back = Button(f"rollback:{run.id}", texts.ROLLBACK)
        what = {"why": end.why, "version": end.version}
        await self._end(run, "promoted", words, back, picture=picture, **what)
        own_chat = run.chat_id if run.chat_id == run.person_id else ""
        if own_chat:
            await self._changing.show(own_chat, changes)
        await self._changing.tell(run.model, changes, but=own_chat)

    async def _tell_doubts(self, run: TrainingRun, end: Done) -> None:
        """Whose words the photos contradict, to who asked, where nobody reads along."""
        async with self._store.reading() as session:
            own_chat = await session.get(Chat, run.person_id)
            words = await doubts(session, run.model, end.doubted)
        if own_chat is not None and words is not None:
            await self._outbox.post(own_chat.id, Reply(words))

    async def _end(
        self,
        run: TrainingRun,
        status: str,
        words: str,
        *buttons: Button,
        picture: Picture | None = None,
        **columns: Any,
    ) -> None:
        async with self._store.writing() as session:
            await training_runs.update(session, run.id, status=status, **columns)
        log.info("retraining_ended", run=run.id, model=run.model, status=status, **columns)
        await self._show(run, Reply(words, (buttons,) if buttons else (), picture=picture))

    async def _tell(self, run: TrainingRun, words: str, progress: float = 0.0) -> None:
        if self._told == (run.id, words):
            return
        self._told = run.id, words
        cancel = Button(f"cancel:{run.id}", texts.CANCEL_TRAINING)
        await self._show(run, Reply(words, buttons=((cancel,),), progress=progress))

    async def _show(self, run: TrainingRun, reply: Reply) -> None:
        """Post the run's message, or edit it: a run has one message."""
        if run.outbox_id is not None:
            await self._outbox.edit(run.outbox_id, reply)
            return
        run.outbox_id = await self._outbox.post(run.chat_id, reply)
        async with self._store.writing() as session:
            await training_runs.update(session, run.id, outbox_id=run.outbox_id)
