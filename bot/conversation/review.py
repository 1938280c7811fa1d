"""`/review`: one photo after another that waits for an admin's word.

Each is an answer of this chat (`bot/store/reviewing.py`), so that buttons, words and Undo are those
of any answer; once it is judged or skipped, the next one follows.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import drafts, texts
from bot.conversation.meaning import Meaning
from bot.conversation.messages import Picture, Reply
from bot.conversation.statement import state
from bot.conversation.turn import Turn
from bot.conversation.view import view
from bot.conversation.waiting import waiting
from bot.store import answers, dialogue, reviewing
from bot.store.tables import Answer

Words = Sequence[str]


async def review(turn: Turn, words: Words) -> list[Reply]:
    """`/review [MODEL]`: the photo on which a word would teach most. Who may: `commands.py`."""
    if not turn.incoming.private:
        return [turn.say(texts.REVIEW_IN_PRIVATE)]
    model = " ".join(words) or turn.model
    if model not in turn.models.names():
        return [turn.say(texts.no_such_model(model, turn.models.names()))]
    if turn.models.finds_point(model):
        return [turn.say(texts.no_review(model))]
    return [await _next(turn, model)]


async def tap_skip(turn: Turn, row: Answer) -> list[Reply]:
    """Skip: the photo waits no more. Raises `NotAllowed`."""
    turn.check_admin()
    await state(turn, row, Meaning("skip"), "tap")
    return [turn.edit(await view(turn, [row]))]


async def onward(turn: Turn) -> list[Reply]:
    """The next photo, once the one that was shown last is judged; nothing if it is not."""
    row = await reviewing.shown_last(turn.session, turn.chat.id) if turn.is_admin else None
    if row is None or not _is_open(row):
        return []
    if not await dialogue.said_by(turn.session, turn.person.id, [row.id]):
        return []
    drafts.put(row, drafts.REVIEW, {**(drafts.get(row, drafts.REVIEW) or {}), "open": False})
    return [await _next(turn, row.model)]


def _is_open(row: Answer) -> bool:
    return bool((drafts.get(row, drafts.REVIEW) or {}).get("open"))


async def _next(turn: Turn, model: str) -> Reply:
    queue = await waiting(turn.session, turn.models, model)
    if not queue:
        return turn.say(texts.NOTHING_WAITS)
    first = queue[0]
    open_ = {**first.why.to_json(), "more": len(queue) - 1, "open": True}
    draft = {drafts.REVIEW: open_}
    row = await reviewing.show_again(turn.session, first.row, turn.chat.id, draft)
    return replace(await view(turn, [row], fresh=True), picture=await _picture(turn, row))


async def _picture(turn: Turn, row: Answer) -> Picture | None:
    photo = await answers.photo(turn.session, row.photo_sha256)
    if photo is None or photo.path is None:
        return None
    return Picture(photo.path, texts.IN_REVIEW, photo.width, photo.height)
