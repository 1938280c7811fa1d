"""Taps, reactions and Undo.

Who sent the photo, and admins, decide. Others may say what they think: it is stored with less
weight and changes nothing that anybody sees.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.conversation import questions, texts
from bot.conversation.meaning import Meaning, is_, right, wrong
from bot.conversation.messages import Reply
from bot.conversation.statement import Source, noted, state, undo_button
from bot.conversation.turn import Turn
from bot.conversation.view import asks_only, shown_by, view, what_was_said
from bot.store import dialogue, seen_before
from bot.store.answers import answer_by_id, answers_of_message
from bot.store.statements import latest_statement, statement_by_id, withdraw
from bot.store.tables import Answer, Statement
from bot.store.teaching import SOURCE as TEACHING
from model.errors import NonesuchError

UP, DOWN = "👍", "👎"


async def tap_right(turn: Turn, row: Answer) -> list[Reply]:
    """Right, or All right below an album."""
    said = await all_right(turn, await turn.rows_tapped(row), "tap")
    return await settle(turn, row) if said else [turn.notice(texts.NOTHING_TO_CONFIRM)]


async def tap_yes(turn: Turn, row: Answer, index: int) -> list[Reply]:
    """Yes to a class that was asked about, or the choice of one when words were unclear."""
    name, shown = _class(row, index), shown_by(row)
    meaning = Meaning("is", (name,)) if name in shown.unsure else is_(shown, (name,))
    await state(turn, row, meaning, "tap")
    return await settle(turn, row)


async def tap_no(turn: Turn, row: Answer, index: int) -> list[Reply]:
    """No to a class that was asked about."""
    await state(turn, row, Meaning("not", absent=(_class(row, index),)), "tap")
    return await settle(turn, row)


def _class(row: Answer, index: int) -> str:
    classes: list[str] = row.payload["classes"]
    if index >= len(classes):
        raise NonesuchError(texts.GONE)
    return classes[index]


async def tap_accept(turn: Turn, row: Answer) -> list[Reply]:
    """Yes to a question of `questions.py`."""
    turn.check_decides(row)
    return [turn.edit(await questions.accept(turn, row, "tap"))]


async def tap_decline(turn: Turn, row: Answer) -> list[Reply]:
    """No to a question of `questions.py`."""
    turn.check_decides(row)
    return [turn.edit(questions.decline(turn, row))]


async def settle(turn: Turn, row: Answer) -> list[Reply]:
    """After a tap: the message shows what was said; an opinion is only noted."""
    if not turn.decides(row):
        return [turn.notice(texts.OPINION)]
    return [turn.edit(await view(turn, await turn.rows_tapped(row)), texts.THANKS)]


async def all_right(turn: Turn, rows: Sequence[Answer], source: Source) -> Statement | None:
    """Right, said of all these answers; the last statement, None if there was nothing to say it of.

    In an album, photos about which the bot only asks are left out, because "all right" answers no
    question, and so are those that the person judged before.
    """
    said = None
    before = await dialogue.said_by(turn.session, turn.person.id, [row.id for row in rows])
    judged = {statement.answer_id for statement in before}
    for row in rows:
        left_out = len(rows) > 1 and (asks_only(row) or row.id in judged)
        meaning = None if left_out else right(shown_by(row))
        if meaning:
            said = await state(turn, row, meaning, source)
    return said


async def react(turn: Turn) -> list[Reply]:
    """A thumb up or down on a message of ours. Any change takes back the thumb before."""
    rows = await answers_of_message(turn.session, turn.chat.id, turn.incoming.message)
    ids = [row.id for row in rows]
    before = await dialogue.said_by(turn.session, turn.person.id, ids)
    thumbs = [statement for statement in before if statement.source == "reaction"]
    what = [await what_was_said(turn, statement) for statement in thumbs]
    await _withdraw(turn, thumbs)
    thumb = turn.incoming.reaction[:1]
    if rows and thumb in {UP, DOWN}:
        replies = await (_up(turn, rows) if thumb == UP else _down(turn, rows))
        return replies if turn.decides(rows[0]) else []  # opinions of others make no noise
    return [turn.say(texts.undone(what[-1]), answers=tuple(ids))] if what else []


async def _up(turn: Turn, rows: Sequence[Answer]) -> list[Reply]:
    if len(rows) > 1:
        own = await turn.means_answer(rows[0])
        said = await all_right(turn, rows, "reaction") if own else None
        ids = tuple(row.id for row in rows)
        return [turn.say(texts.NOTED_ALL, undo_button(said), ids)] if said else []
    if await _acknowledges(turn, rows[0]):
        return []
    return [await yes(turn, rows[0], "reaction")]


async def _down(turn: Turn, rows: Sequence[Answer]) -> list[Reply]:
    if len(rows) > 1:
        return [questions.which_photo(turn, rows)]
    return [await no(turn, rows[0], "reaction")]


async def yes(turn: Turn, row: Answer, source: Source) -> Reply:
    """Yes in words, or a thumb up: to the open question, else to the answer."""
    if await _acknowledges(turn, row):
        return turn.say(texts.NOTED_BEFORE, answers=(row.id,))
    if questions.is_open(row) and not await turn.means_answer(row):
        return await questions.accept(turn, row, source)
    shown = shown_by(row)
    meaning = right(shown)
    if meaning is None:
        return questions.which(turn, row, shown.unsure)
    return noted(turn, row, meaning, await state(turn, row, meaning, source))


async def _acknowledges(turn: Turn, row: Answer) -> bool:
    """Whether a yes is to "noted: black yes", and not to the answer that was just corrected."""
    if questions.is_open(row):
        return False
    said = await dialogue.said_by(turn.session, turn.person.id, [row.id])
    if any(statement.source == TEACHING for statement in said):  # the answer itself said "noted"
        return True
    return bool(said) and not await turn.means_answer(row)


async def no(turn: Turn, row: Answer, source: Source) -> Reply:
    """No in words, or a thumb down: to the open question, else to the answer."""
    if questions.is_open(row) and not await turn.means_answer(row):
        return questions.decline(turn, row)
    meaning = wrong(shown_by(row))
    if meaning is None:
        return questions.what_is_it(turn, row)
    return noted(turn, row, meaning, await state(turn, row, meaning, source))


async def tap_undo(turn: Turn, statement_id: int) -> list[Reply]:
    """Undo: only by the one who said it. The message shows the answer as it was before."""
    statement = await statement_by_id(turn.session, statement_id)
    if statement is None or statement.chat_id != turn.chat.id:
        return [turn.notice(texts.GONE)]
    if statement.person_id != turn.person.id:
        return [turn.notice(texts.NOT_YOUR_WORDS)]
    text = texts.ALREADY_UNDONE
    if statement.withdrawn_at is None:
        text = texts.undone(await what_was_said(turn, statement))
        await _withdraw(turn, await _said_with(turn, statement))
    row = await answer_by_id(turn.session, statement.answer_id or 0)
    if row is None or row.chat_id != turn.chat.id:
        return [turn.edit(Reply(text), text)]
    rows = await turn.rows_tapped(row)
    if await dialogue.own_message(turn.session, row.id) == turn.incoming.message:
        return [turn.edit(await view(turn, rows), text)]
    if not turn.limits.can_edit:  # the answer's own message is far above
        shown = await view(turn, rows)
        return [turn.edit(replace(shown, text=f"{text}\n{shown.text}"))]
    return [turn.edit(Reply(text, answers=tuple(each.id for each in rows)), text)]


async def undo_latest(turn: Turn) -> list[Reply]:
    """`/undo`: the latest thing that the person said in this chat."""
    statement = await latest_statement(turn.session, turn.person.id, turn.chat.id)
    if statement is None:
        return [turn.say(texts.NOTHING_TO_UNDO)]
    text = texts.undone(await what_was_said(turn, statement))
    await _withdraw(turn, await _said_with(turn, statement))
    own = await dialogue.own_message(turn.session, statement.answer_id or 0)
    if statement.source != "tap" or own is None:
        return [turn.say(text)]
    rows = await answers_of_message(turn.session, turn.chat.id, own)
    return [turn.say(text), turn.replacing(own, await view(turn, rows))]


async def _said_with(turn: Turn, statement: Statement) -> list[Statement]:
    """The statement, and those that were made with it.

    For All right and examples on the other photos of the album, for a name on all photos that look
    alike.
    """
    if together := await seen_before.named_with(turn.session, statement):
        return list(together)
    of_album = statement.kind == "right" or statement.source == TEACHING
    if not of_album or statement.answer_id is None:
        return [statement]
    own = await dialogue.own_message(turn.session, statement.answer_id)
    rows = await answers_of_message(turn.session, turn.chat.id, own) if own else []
    said = await dialogue.said_by(turn.session, turn.person.id, [row.id for row in rows])
    same = [one for one in said if (one.kind, one.source) == (statement.kind, statement.source)]
    return [statement, *same]


async def _withdraw(turn: Turn, said: Iterable[Statement]) -> None:
    for statement in said:
        await withdraw(turn.session, statement.id)
