"""What an admin says to the question of `bot/seen_before.py`: a name, or a button's word.

The name is said of all the photos, as if the admin had said it below each of them.
"""

from collections.abc import Sequence

from bot.conversation import texts
from bot.conversation.hearing import hear
from bot.conversation.messages import Reply
from bot.conversation.statement import undo_button
from bot.conversation.targets import classes_of
from bot.conversation.told import ADMIN
from bot.conversation.turn import Turn
from bot.conversation.words import No, Nothing, Says, Unknown
from bot.store import seen_before as rows
from bot.store.statements import add_statement, withdraw
from bot.store.tables import Answer, SeenBefore


async def asked(turn: Turn) -> SeenBefore | None:
    """The question that an admin's words answer: a reply to it, or said right after it."""
    if not turn.is_admin or not turn.incoming.private:
        return None
    return await rows.asked_by(turn.session, turn.chat.id, turn.incoming.reply_to)


async def answered(turn: Turn, question: SeenBefore) -> Reply:
    """The reply to these words."""
    answers = await rows.answers_of(turn.session, question)
    if not answers:
        return turn.say(texts.SEEN_SETTLED)
    match await hear(turn, question.model, await classes_of(turn, answers[0]), turn.incoming.text):
        case Says(present=(name,), absent=()) | Unknown(name):
            return await _name(turn, question, answers, name)
        case No() | Nothing():
            await _take_back(turn, question)
            return turn.say(_settle(question, "apart"))
        case _:
            return turn.say(texts.SEEN_HINT)


async def _name(turn: Turn, question: SeenBefore, answers: Sequence[Answer], name: str) -> Reply:
    """All photos show this class; a name that was given before is taken back."""
    await _take_back(turn, question)
    said = [
        await add_statement(turn.session, answer, turn.person.id, "is", "words", ADMIN, [name], [])
        for answer in answers
    ]
    for statement in said:
        statement.chat_id = turn.chat.id  # where it was said, and can be taken back
    await rows.named(turn.session, question, said)
    return turn.say(texts.seen_named(name, question.model, len(said)), undo_button(said[-1]))


async def _take_back(turn: Turn, question: SeenBefore) -> None:
    for former in await rows.statements_of(turn.session, question.id):
        await withdraw(turn.session, former.id)


async def tap_apart(turn: Turn, question_id: int) -> list[Reply]:
    """Not one class: never again."""
    return await _tap(turn, question_id, "apart")


async def tap_later(turn: Turn, question_id: int) -> list[Reply]:
    """Not now."""
    return await _tap(turn, question_id, "later")


async def _tap(turn: Turn, question_id: int, status: str) -> list[Reply]:
    turn.check_admin()
    question = await rows.by_id(turn.session, question_id)
    if question is None or question.status != "asked":
        return [turn.notice(texts.SEEN_SETTLED)]
    return [turn.edit(Reply(_settle(question, status)))]


def _settle(question: SeenBefore, status: str) -> str:
    question.status = status
    return texts.SEEN_APART if status == "apart" else texts.SEEN_LATER
