"""Words about an answer: find the answer, read the words, state or ask back."""

from collections.abc import Sequence

from bot.conversation import fix, questions, seen_before, texts
from bot.conversation.commands import start
from bot.conversation.feedback import all_right, no, yes
from bot.conversation.hearing import hear
from bot.conversation.meaning import of_words
from bot.conversation.messages import Reply
from bot.conversation.ordinals import addressed
from bot.conversation.statement import noted, state, undo_button
from bot.conversation.targets import classes_of, named_for, targets
from bot.conversation.turn import Turn
from bot.conversation.view import shown_by
from bot.conversation.words import No, Nothing, Says, Unknown, Unread, Unsure, Yes, read
from bot.store.answers import latest_answer
from bot.store.tables import Answer


async def speak(turn: Turn) -> list[Reply]:
    """The reply to a text that is no command. In a group, only to replies to our messages."""
    rows = await targets(turn)
    if row := await named_for(turn, rows):
        return await fix.named(turn, row)
    if question := await seen_before.asked(turn):
        return [await seen_before.answered(turn, question)]
    if not rows:
        return await _without_photo(turn)
    number, text = None, turn.incoming.text
    if any(row.position for row in rows):
        number, text = addressed(text, turn.language)
    meant = rows if number is None else [row for row in rows if row.position == number]
    if len(meant) == 1:
        return [await _hear(turn, meant[0], text)]
    return [await _hear_album(turn, rows, text) if meant else questions.which_photo(turn, rows)]


async def _without_photo(turn: Turn) -> list[Reply]:
    if not turn.incoming.private:
        return []
    if turn.models.finds_point(turn.model):
        return [turn.say(texts.no_classes(turn.model))]
    first = await latest_answer(turn.session, turn.chat.id) is None
    return await start(turn) if first else [turn.say(texts.HINT)]


async def _hear_album(turn: Turn, rows: Sequence[Answer], text: str) -> Reply:
    """Words to several photos at once: only "all right" is clear without a number."""
    reading = read(text, tuple(rows[0].payload["classes"]), turn.language)
    asked = [row for row in rows if questions.is_open(row)]
    if isinstance(reading, Yes | No) and len(asked) == 1:
        return await _hear(turn, asked[0], text)
    if reading == Yes() and (said := await all_right(turn, rows, "words")):
        text = texts.NOTED_ALL if turn.decides(rows[0]) else texts.OPINION
        return turn.say(text, undo_button(said), tuple(row.id for row in rows))
    return questions.which_photo(turn, rows)


async def _hear(turn: Turn, row: Answer, text: str) -> Reply:
    reading = await hear(turn, row.model, await classes_of(turn, row), text)
    match reading:
        case Yes():
            return await yes(turn, row, "words")
        case No():
            return await no(turn, row, "words")
        case Unknown():
            return questions.new_class(turn, row, reading)
        case Unsure(candidates):
            return questions.which(turn, row, candidates)
        case Unread():
            return questions.read_hint(turn, row)
        case Nothing() | Says():
            meaning = of_words(reading, shown_by(row))
            return noted(turn, row, meaning, await state(turn, row, meaning, "words"))
