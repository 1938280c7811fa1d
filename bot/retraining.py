"""Follows what `/retrain` asked for: waits, starts the training process, tells how it goes.

The conversation writes a `training_run`; this loop sees it within a second. Everything about a run
is in its row, so that a restart knows what was going on.
"""

import asyncio
from typing import Any

import structlog

from bot.conversation import texts
from bot.conversation.messages import Button, Reply
from bot.models import Models
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store import people, training_runs
from bot.store.engine import Store
from bot.store.tables import TrainingRun
from bot.training_process import TrainingProcess, by_hand, can_train, setting_up

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.5
TELL_EVERY_S = 1.0
"""The least time between two edits of the progress message."""


class Retraining:
    """One run at a time, in the order asked for."""

    def __init__(self, settings: Settings, store: Store, outbox: Outbox, models: Models) -> None:
        self._settings = settings
        self._store = store
        self._outbox = outbox
        self._models = models
        self._loop: asyncio.Task[None] | None = None
        self._told: dict[int, str] = {}

    async def start(self) -> None:
        """Mark what a former life of the bot left running, then begin to look."""
        async with self._store.writing() as session:
            left = await training_runs.active(session)
            while left is not None and left.status != "waiting":
                await training_runs.update(session, left.id, status="interrupted")
                left = await training_runs.active(session)
        self._loop = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop a running training; its row says that it was interrupted."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            try:
                async with self._store.reading() as session:
                    run = await training_runs.active(session)
                if run is not None:
                    await self._go_on(run)
            except Exception:  # the loop must outlive whatever one run brings
                log.exception("retraining_failed")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _go_on(self, run: TrainingRun) -> None:
        python = self._settings.train_python
        doing = setting_up(python)
        if run.status == "cancelling":
            await self._end(run, "cancelled", texts.retrain_cancelled())
        elif doing is not None:
            await self._tell(run, texts.retrain_setting_up(doing))
        elif can_train(python):
            await self._train(run)
        else:
            words = texts.retrain_by_hand(by_hand(self._settings, run.model))
            await self._end(run, "failed", words)

    async def _train(self, run: TrainingRun) -> None:
        async with self._store.writing() as session:
            await training_runs.update(session, run.id, status="running")
            who = (await people.ensure_person(session, run.person_id, "")).pseudonym
        await self._tell(run, texts.retrain_waiting(run.model))
        words = self._settings.home / "training.log"
        process = await TrainingProcess.start(self._settings, run.model, who, words)
        following = asyncio.create_task(self._follow(run, process))
        try:
            await self._until_cancelled(run, following)
        except asyncio.CancelledError:
            following.cancel()
            await process.stop()
            async with self._store.writing() as session:
                await training_runs.update(session, run.id, status="interrupted")
            raise
        if not following.done():
            following.cancel()
            await process.stop()
            await self._end(run, "cancelled", texts.retrain_cancelled())

    async def _until_cancelled(self, run: TrainingRun, following: asyncio.Task[None]) -> None:
        """Return when the run has ended or somebody asked to cancel it."""
        while True:
            done, _ = await asyncio.wait({following}, timeout=LOOK_EVERY_S)
            if done:
                return following.result()
            async with self._store.reading() as session:
                active = await training_runs.active(session)
            if active is not None and active.id == run.id and active.status == "cancelling":
                return None

    async def _follow(self, run: TrainingRun, process: TrainingProcess) -> None:
        told_at = 0.0
        clock = asyncio.get_running_loop().time
        async for event in process.events():
            if event["event"] == "done":
                await self._done(run, event)
            elif event["event"] == "failed":
                await self._end(run, "failed", texts.retrain_failed(event["error"]))
            elif clock() - told_at >= TELL_EVERY_S:
                told_at = clock()
                done, total = event["done"], event["total"]
                words = texts.retrain_progress(event["step"], done, total)
                await self._tell(run, words, done / max(total, 1))

    async def _done(self, run: TrainingRun, event: dict[str, Any]) -> None:
        promoted, version = event["promoted"], event["version"]
        await self._models.refresh()  # what is said to answer does answer
        words = texts.retrain_done(run.model, version, promoted, event["why"], event["metrics"])
        status = "promoted" if promoted else "refused"
        await self._end(run, status, words, why=event["why"], version=version)

    async def _end(self, run: TrainingRun, status: str, words: str, **columns: Any) -> None:
        async with self._store.writing() as session:
            await training_runs.update(session, run.id, status=status, **columns)
        log.info("retraining_ended", run=run.id, model=run.model, status=status, **columns)
        await self._show(run, Reply(words))
        self._told.pop(run.id, None)

    async def _tell(self, run: TrainingRun, words: str, progress: float = 0.0) -> None:
        if self._told.get(run.id) == words:
            return
        self._told[run.id] = words
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
