"""The conversation: what a person did -> what is said, and what is written down.

It knows no platform and does no input or output but through the database session that it is given.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.classify import Seen
from bot.conversation import (
    admin,
    commands,
    feedback,
    fix,
    forgetting,
    languages,
    review,
    seen_before,
    teaching,
    texts,
)
from bot.conversation.answers import answer_photos
from bot.conversation.catalogue import speaking, understood
from bot.conversation.fit import fit
from bot.conversation.messages import Incoming, Limits, Reply
from bot.conversation.spoken import speak
from bot.conversation.turn import Turn
from bot.explaining import Explaining
from bot.models import Models
from bot.settings import Settings
from bot.store import dialogue
from bot.store.answers import answer_by_id
from bot.store.moving import move_chat
from bot.store.tables import Answer
from bot.twins import Twins
from model.errors import NonesuchError

AnswerTap = Callable[[Turn, Answer], Awaitable[list[Reply]]]
ClassTap = Callable[[Turn, Answer, int], Awaitable[list[Reply]]]

ANSWER_TAPS: dict[str, AnswerTap] = {
    "right": feedback.tap_right,
    "wrong": fix.tap_wrong,
    "accept": feedback.tap_accept,
    "decline": feedback.tap_decline,
    "fix": fix.tap_fix,
    "none": fix.tap_none,
    "done": fix.tap_done,
    "new": fix.tap_new,
    "more": fix.tap_more,
    "cancelfix": fix.tap_cancel,
    "skip": review.tap_skip,
}
"""Buttons `verb:ANSWER`."""
CLASS_TAPS: dict[str, ClassTap] = {
    "yes": feedback.tap_yes,
    "no": feedback.tap_no,
    "toggle": fix.tap_toggle,
}
"""Buttons `verb:ANSWER:PLACE`."""
ID_TAPS = {
    "undo": feedback.tap_undo,
    "retrain": admin.tap_retrain,
    "rollback": admin.tap_rollback,
    "promote": admin.tap_promote,
    "cancel": admin.tap_cancel,
    "apart": seen_before.tap_apart,
    "later": seen_before.tap_later,
    "taught": teaching.tap_done,
}
"""Buttons `undo:STATEMENT`; `taught:TEACHING`; `apart:`, `later:` and a SEEN_BEFORE; `retrain:`,
`rollback:`, `promote:`, `cancel:` and a TRAINING_RUN."""
NUMBER = re.compile("[0-9]{1,18}")
"""What fits into an integer of the database."""


class Conversation:
    """`handle` is all. `limits` are those of each channel, by its name."""

    def __init__(
        self,
        settings: Settings,
        models: Models,
        limits: Mapping[str, Limits],
        explaining: Explaining,
    ) -> None:
        self._settings = settings
        self._models = models
        self._limits = limits
        self._twins = Twins()
        self._explaining = explaining

    async def handle(
        self,
        session: AsyncSession,
        incomings: Sequence[Incoming],
        seen: Sequence[Seen | str],
        late_to: str | None = None,
    ) -> list[Reply]:
        """The replies to one update, or to an album's photos; a writing transaction is open.

        `seen` has one entry for each photo, a sentence where it was none, and is empty for the
        rest; the rows of the photos that were seen are stored. `late_to` is the platform's id of
        the message that answered the album's earlier photos.
        """
        first = incomings[0]
        person, chat = await dialogue.ensure_known(
            session, first.person, first.sender_name, first.chat_key
        )
        turn = Turn(
            session=session,
            settings=self._settings,
            models=self._models,
            twins=self._twins,
            explaining=self._explaining,
            limits=self._limits[first.channel],
            incoming=first,
            person=person,
            chat=chat,
        )
        if first.language:
            person.language_hint = understood(first.language)
        with speaking(turn.language):
            replies = await _replies(turn, incomings, seen, late_to)
        return [fit(reply, turn.limits) for reply in replies]


async def _replies(
    turn: Turn, incomings: Sequence[Incoming], seen: Sequence[Seen | str], late_to: str | None
) -> list[Reply]:
    try:
        if turn.incoming.kind == "photo":
            taught = await teaching.under_way(turn)
            if taught is not None:
                return await teaching.learn(turn, taught, incomings, seen)
            return await answer_photos(turn, incomings, seen, late_to)
        return [*await _reply(turn), *await review.onward(turn)]
    except NonesuchError as error:  # not allowed, no such version: said in its own words
        tapped = turn.incoming.kind == "tap"
        return [turn.notice(str(error)) if tapped else turn.say(str(error))]


async def _reply(turn: Turn) -> list[Reply]:
    match turn.incoming.kind:
        case "tap":
            return await _tap(turn)
        case "reaction":
            return await feedback.react(turn)
        case "moved":
            new_key = f"{turn.incoming.channel}:{turn.incoming.text}"
            await move_chat(turn.session, turn.chat.id, new_key)
            return []
        case _ if turn.incoming.text.lstrip().startswith("/"):
            return await commands.obey(turn)
        case _:
            return await speak(turn)


async def _tap(turn: Turn) -> list[Reply]:
    """A tapped button. What it says comes from a person's machine, so that nothing is believed."""
    verb, _, rest = turn.incoming.action.partition(":")
    if verb == "model":
        return await commands.model(turn, [rest])
    if verb == "language":
        return await languages.tap_language(turn, rest)
    if verb == "forget":
        return await forgetting.tap(turn)
    numbers = [int(part) for part in rest.split(":") if NUMBER.fullmatch(part)]
    match numbers:
        case [number] if verb in ID_TAPS:
            return await ID_TAPS[verb](turn, number)
        case [number] if verb in ANSWER_TAPS:
            return await ANSWER_TAPS[verb](turn, await _answer(turn, number))
        case [number, place] if verb in CLASS_TAPS:
            return await CLASS_TAPS[verb](turn, await _answer(turn, number), place)
        case _:
            raise NonesuchError(texts.GONE)


async def _answer(turn: Turn, answer_id: int) -> Answer:
    """The answer, if it was given in this chat: nobody reaches another chat's by its number."""
    row = await answer_by_id(turn.session, answer_id)
    if row is None or row.chat_id != turn.chat.id:
        raise NonesuchError(texts.GONE)
    return row
