"""What an admin orders on the admin page: the same as by `/promote`, `/retrain`, … in chat."""

from collections.abc import Awaitable, Callable, Mapping

from bot.conversation import admin, blocking, texts
from bot.models import Models
from bot.settings import Settings
from bot.store import people, training_runs
from bot.store.engine import Store
from bot.store.tables import Person
from bot.store.web import number

Fields = Mapping[str, str]
"""What a form said. Nothing in it is believed: a name that is none gets a sentence."""


class Orders:
    """Each gives a sentence that says what came of it, or raises `NonesuchError` with one.

    `who` is the admin's key, which is also that of their chat: a training tells there how it goes.
    """

    def __init__(self, store: Store, settings: Settings, models: Models) -> None:
        self._store = store
        self._settings = settings
        self._models = models
        self.known: dict[str, Callable[[str, Fields], Awaitable[str]]] = {
            "retrain": self._retrain,
            "cancel": self._cancel,
            "promote": self._promote,
            "rollback": self._rollback,
            "block": self._block,
            "unblock": self._unblock,
        }
        """By the last part of the form's address."""

    async def _retrain(self, who: str, fields: Fields) -> str:
        async with self._store.writing() as session:
            await people.ensure_person(session, who, "")
            model = fields.get("model", "")
            refused = await admin.want_training(session, self._models, model, who, who)
        return refused or texts.TRAINING_STARTS

    async def _cancel(self, _who: str, fields: Fields) -> str:
        run = number(fields.get("run", ""))
        async with self._store.writing() as session:
            stopped = run is not None and await training_runs.cancel(session, run)
        return texts.TRAINING_STOPS if stopped else texts.NO_TRAINING

    async def _promote(self, who: str, fields: Fields) -> str:
        model, version = fields.get("model", ""), fields.get("version", "")
        await self._models.promote(model, version, who=await self._pseudonym(who))
        return texts.promoted(model, version)

    async def _rollback(self, who: str, fields: Fields) -> str:
        model = fields.get("model", "")
        if fields.get("version") != self._models.version(model):  # or two taps would go back twice
            return texts.ANOTHER_ANSWERS
        version = await self._models.rollback(model, who=await self._pseudonym(who))
        return texts.promoted(model, version)

    async def _block(self, _who: str, fields: Fields) -> str:
        key = fields.get("person", "")
        async with self._store.writing() as session:
            person = await session.get(Person, key)
            if person is None:
                return texts.no_such_person(key)
            return await blocking.block_person(session, self._settings, person)

    async def _unblock(self, _who: str, fields: Fields) -> str:
        key = fields.get("person", "")
        async with self._store.writing() as session:
            person = await session.get(Person, key)
            return blocking.unblock_person(person) if person else texts.no_such_person(key)

    async def _pseudonym(self, who: str) -> str:
        async with self._store.writing() as session:
            return (await people.ensure_person(session, who, "")).pseudonym
