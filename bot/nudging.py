"""When enough new corrections wait: an admin is asked once whether to retrain, or it happens.

A question is a `training_run` that is `asked`, stored in one transaction with its message: it is
asked once for each batch of corrections, over restarts too. The next batch begins with it. Its
button makes the run wait, and `bot/retraining.py` does the rest, in the same message.
"""

from datetime import datetime

from bot.conversation import texts
from bot.conversation.catalogue import speaking
from bot.conversation.messages import Button, Reply
from bot.conversation.told import SENDER
from bot.lookout import Lookout
from bot.models import Models
from bot.outbox import Outbox, Send
from bot.settings import Settings
from bot.store import outbox, people, training_runs
from bot.store.engine import Store

LOOK_EVERY_S = 60.0


class Nudging:
    """Looks at the corrections that wait, once a minute."""

    def __init__(self, settings: Settings, store: Store, out: Outbox, models: Models) -> None:
        self._after = settings.nudge_after
        self._hour = settings.retrain_hour
        self._admins = settings.admin_ids
        self._store = store
        self._outbox = out
        self._models = models
        self._lookout = Lookout("nudging", self._look)

    async def start(self) -> None:
        """Begin to look, unless the settings say that nobody wants to know."""
        if self._after:
            self._lookout.start(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Look no more."""
        await self._lookout.stop()

    async def look(self, hour: int) -> None:
        """For each model with enough corrections: ask, or at the set hour (0 to 23) retrain."""
        by_itself = self._hour >= 0
        if by_itself and hour != self._hour:
            return
        for model in self._models.names():
            if not self._models.finds_point(model):
                await self._nudge(model, by_itself)

    async def _look(self) -> None:
        await self.look(datetime.now().astimezone().hour)

    async def _nudge(self, model: str, by_itself: bool) -> None:
        async with self._store.reading() as session:
            if await training_runs.new_corrections(session, model, SENDER) < self._after:
                return
        async with self._store.writing() as session:
            count = await training_runs.new_corrections(session, model, SENDER)
            admin = await people.admin_at_hand(session, self._admins)
            if count < self._after or admin is None or await training_runs.active(session):
                return
            person, chat = admin
            if by_itself:
                await training_runs.request(session, model, chat, person)
                return
            run = await training_runs.request(session, model, chat, person, status="asked")
            with speaking(await people.language(session, person)):
                now = Button(f"retrain:{run.id}", texts.RETRAIN_NOW)
                reply = Reply(texts.nudge(model, count), buttons=((now,),))
            run.outbox_id = await outbox.add(session, chat, reply)
            send = Send(run.outbox_id, reply)
        self._outbox.begin(chat, send)
