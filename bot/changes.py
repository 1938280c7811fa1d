"""What changed with a new version: photos that people spoke of, as the former one and as it says.

A photo is right when all that people clearly say of it is. The admin is told how many were fixed
and broken, and shown some; whoever corrected a fixed photo gets it back with before and after: in
the private chat where they did, one message a person and promotion, their newest.
"""

from dataclasses import dataclass
from typing import Self

import structlog

from bot.conversation import texts
from bot.conversation.catalogue import speaking
from bot.conversation.messages import Picture, Reply
from bot.models import Models
from bot.outbox import Outbox, Send
from bot.renames import answer_now
from bot.settings import Settings
from bot.store import answers, outbox, renames, statements, trust
from bot.store.engine import Store
from bot.store.statements import Correction
from model.decision import Answer
from model.errors import BadVersion

log = structlog.get_logger(__name__)

MOST = 1000
"""Photos that are compared, the newest that people spoke of."""
SHOWN = 2
"""Photos of each kind that an admin is shown in chat; all are in the report."""


@dataclass(frozen=True, slots=True)
class Change:
    """A photo, what the former and the new version say of it, and what people do.

    `labels`: class -> present or absent.
    """

    photo_sha256: str
    before: Answer
    after: Answer
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """Of `photos` those that are right now and were not before, and the other way round."""

    photos: int
    fixed: tuple[Change, ...]
    broken: tuple[Change, ...]

    @classmethod
    def among(cls, compared: list[Change]) -> Self:
        """Judge by what people say of each photo."""
        fixed, broken = [], []
        for change in compared:
            before = _is_right(change.before, change.labels)
            after = _is_right(change.after, change.labels)
            if after and not before:
                fixed.append(change)
            if before and not after:
                broken.append(change)
        return cls(len(compared), tuple(fixed), tuple(broken))


def _is_right(answer: Answer, labels: dict[str, str]) -> bool:
    return all((state == "present") == (name in answer.labels) for name, state in labels.items())


class Changing:
    """Compares two versions of a model, and tells people."""

    def __init__(self, settings: Settings, store: Store, out: Outbox, models: Models) -> None:
        self._tells = settings.tell_changes
        self._store = store
        self._outbox = out
        self._models = models

    async def compare(self, model: str, new: str) -> Changes:
        """What the version `new` says otherwise than the one that answered before it.

        Nothing, where one of them can't be asked.
        """
        async with self._store.reading() as session:
            said = await trust.decided(session, model, MOST)
            vectors = await answers.embeddings(session, list(said))
            names = await renames.of_model(session, model)
        try:
            former = await self._models.former(model)
            before = await self._models.replay(model, former, vectors)
            after = await self._models.replay(model, new, vectors)
        except BadVersion as error:
            log.warning("not_compared", model=model, new=new, error=str(error))
            return Changes(0, (), ())
        compared = [
            Change(photo, answer_now(one, names), answer_now(other, names), labels)
            for (photo, labels), one, other in zip(said.items(), before, after, strict=True)
            if one is not None and other is not None
        ]
        return Changes.among(compared)

    async def tell(self, model: str, changes: Changes, but: str = "") -> None:
        """Give the photos that were fixed back to those who corrected them.

        Not in the chat `but`, whose person was shown what changed already.
        """
        fixed = {change.photo_sha256: change for change in changes.fixed}
        if not self._tells or not fixed:
            return
        sends = []
        async with self._store.writing() as session:
            for each in await statements.corrections(session, model, list(fixed)):
                if each.chat_id == but:
                    continue
                with speaking(each.language):
                    reply = _back(each, fixed[each.photo_sha256])
                sends.append((each, Send(await outbox.add(session, each.chat_id, reply), reply)))
        for each, send in sends:
            self._outbox.begin(each.chat_id, send)

    async def show(self, chat: str, changes: Changes) -> None:
        """Show an admin, where nobody reads along, some photos that became wrong or right."""
        for change in (*changes.broken[:SHOWN], *changes.fixed[:SHOWN]):
            async with self._store.reading() as session:
                photo = await answers.photo(session, change.photo_sha256)
            if photo is not None and photo.path is not None:
                text = _became(change, is_right=change in changes.fixed)
                picture = Picture(photo.path, text, photo.width, photo.height)
                await self._outbox.post(chat, Reply(text, picture=picture))


def _became(change: Change, is_right: bool) -> str:
    present = [name for name, state in change.labels.items() if state == "present"]
    absent = [name for name, state in change.labels.items() if state != "present"]
    said = texts.labels(present, absent)
    return texts.became(is_right, said, _in_words(change.before), _in_words(change.after))


def _back(correction: Correction, change: Change) -> Reply:
    text = texts.learned(_in_words(change.before), _in_words(change.after))
    size = correction.width, correction.height
    picture = Picture(correction.path, text, *size) if correction.path else None
    return Reply(
        text,
        reply_to=correction.message,
        answers=(correction.answer_id,),
        picture=picture,
    )


def _in_words(answer: Answer) -> str:
    named = [texts.with_score(name, answer.scores[name]) for name in answer.labels]
    return texts.own_answer(named, answer.unsure)
