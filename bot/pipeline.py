"""From the inbox to the outbox: every update is answered, once, in the order of its chat.

Many updates are looked at at once; they are decided on in the order in which they came to their
chat. An attempt is counted before work begins, so that a photo which kills the process does not do
so for ever. After a crash the inbox tells what is to be done again, and the outbox what only has
to be sent.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from weakref import WeakValueDictionary

import structlog

from bot.answering import ATTEMPTS, Answering
from bot.channels.base import Channel
from bot.deciding import Deciding, Handles
from bot.intake import Intake
from bot.looking import Looking, Sees
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import inbox, pruning
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.inbox import Claim

log = structlog.get_logger(__name__)

UPDATES_AT_WORK = 32
"""Claimed and not decided on: twice `PHOTOS_AT_ONCE`, so that the model has the next photos while
the former ones are decided on. No more, because a crash counts as an attempt for each of them."""
LOOK_AGAIN_S = 1.0
"""The longest time between two looks into the inbox. New updates are seen at once; this is for what
was put back and has waited, and for what a former life of the process left."""
SWEEP_S = 60.0
DAY_S = 24 * 3600.0


class Pipeline:
    """Answers what `intake` saved. There is one for a database: it takes up all that is open."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        photos: PhotoFiles,
        classify: Sees,
        conversation: Handles,
        settings: Settings,
        intake: Intake,
    ) -> None:
        self._store = store
        self._channels = channels
        self._photos = photos
        self._intake = intake
        self._settings = settings
        looking = Looking(channels, photos, classify, settings.max_photo_bytes)
        deciding = Deciding(store, conversation)
        self._answering = Answering(store, looking, deciding, outbox, settings.model)
        self._due = asyncio.Event()
        """Set when something that is due may have to be claimed."""
        self._at_work: list[Claim] = []
        self._more = True
        """Whether something is due, or may be, that has to wait for what is at work."""
        self._newest: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        """By chat, set when the newest update at work is decided on."""
        self._loops: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Take up what a former life of the process left, and begin."""
        async with self._store.writing() as session:
            await inbox.take_up(session)
        self._loops = [asyncio.create_task(self._claim()), asyncio.create_task(self._sweep())]
        self._intake.pipeline = self

    async def stop(self, timeout_s: float) -> None:
        """Begin nothing more, and finish what was begun.

        What takes longer is dropped where it is: the next start takes it up.
        """
        self._intake.pipeline = None
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def wake(self, after_s: float) -> None:
        """In so many seconds something that was saved is due."""
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self._due.set)
        else:
            self._due.set()

    def has_room(self) -> bool:
        """Whether an update that is saved now may be begun at once: not before those that wait."""
        self._more = self._more or self._free() <= 0
        return not self._more and not self._due.is_set()

    def _free(self) -> int:
        """How many updates may be begun. None beside one on its last attempt."""
        if any(_suspect(claim) for claim in self._at_work):
            return 0
        return UPDATES_AT_WORK - sum(len(claim.ids) for claim in self._at_work)

    async def _claim(self) -> None:
        """Begin what is due, whenever something is."""
        while True:
            self._due.clear()
            try:
                await self._begin_due()
            except Exception:  # the database may be back by the next time
                log.exception("cannot claim")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):  # wait_for may swallow a cancellation
                    await self._due.wait()

    async def _begin_due(self) -> None:
        """Claim and begin as much as may be at work."""
        self._more = True
        free = self._free()
        if free <= 0:
            return
        async with self._store.writing() as session:
            due = await inbox.due(session, self._channels.keys(), free)
            claims = self._startable(due)
            await inbox.claim(session, [row for claim in claims for row in claim.ids])
        self._more = len(claims) < len(due) or sum(len(claim.ids) for claim in due) >= free
        for claim in claims:
            self.begin(claim)

    def _startable(self, due: list[Claim]) -> list[Claim]:
        """Those that may begin now: all, except that a suspect works alone.

        If it kills the process again, nothing else loses an attempt with it.
        """
        for place, claim in enumerate(due):
            if _suspect(claim):
                alone = place == 0 and not self._at_work
                return due[:1] if alone else due[:place]
        return due

    def begin(self, claim: Claim) -> None:
        """Begin an update that is claimed; after `stop` it is left to the next start."""
        if self._intake.pipeline is not self:
            return
        update = claim.first
        before, decided = self._newest.get(update.chat_key), asyncio.Event()
        self._newest[update.chat_key] = decided
        self._at_work.append(claim)
        if update.kind == "photo":
            self._spawn(self._channels[update.channel].typing(update.chat))
        self._spawn(self._answer(claim, before, decided))

    async def _answer(
        self, claim: Claim, before: asyncio.Event | None, decided: asyncio.Event
    ) -> None:
        try:
            answer = await self._answering.decide(claim, before)
        finally:
            decided.set()  # the chat's next may decide; it sends after us, who are first in line
            self._at_work.remove(claim)
            if self._more:
                self._due.set()
        if answer:
            await self._answering.send(answer)
        if claim.group:  # late photos of its album may have waited for this
            self._due.set()

    async def _sweep(self) -> None:
        """Now and then, remove received files and old updates that are needed no more."""
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                async with self._store.reading() as session:
                    needed = await inbox.photos_needed(session)
                    inbox_s = self._settings.inbox_days * DAY_S
                    old = await pruning.not_needed(session, later(-inbox_s))
                await self._photos.sweep(needed)
                if old:
                    async with self._store.writing() as session:
                        await pruning.remove(session, old)
                await self._retain()
            except Exception:  # there is a next time
                log.exception("cannot sweep")

    async def _retain(self) -> None:
        """Keep photos, and everything, no longer than the settings say."""
        gone: list[str] = []
        photos, history = self._settings.photo_days, self._settings.history_days
        if not (photos or history):
            return
        async with self._store.writing() as session:
            if photos:
                gone += await pruning.files_past(session, later(-photos * DAY_S))
            if history:
                gone += await pruning.remove_past(session, later(-history * DAY_S))
        for photo in gone:
            await self._photos.erase(photo)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("left to the next start", exc_info=error)


def _suspect(claim: Claim) -> bool:
    """Whether it is on its last attempt: perhaps it killed the process in those before."""
    return claim.attempts == ATTEMPTS - 1
