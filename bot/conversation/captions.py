"""Words below a photo: a question that the answer answers first, or labels that its sender gives.

Any other caption is meant for people. It is no vote, and nothing is said about it.
"""

from collections.abc import Sequence

from bot.conversation import questions, texts
from bot.conversation.hearing import hear
from bot.conversation.meaning import of_words
from bot.conversation.messages import Reply
from bot.conversation.statement import noted, state
from bot.conversation.targets import classes_of, targets
from bot.conversation.turn import Turn
from bot.conversation.view import shown_by
from bot.conversation.words import Nothing, Says, Unknown, Unsure
from bot.store.tables import Answer

COMMAND = "/label"


async def label(turn: Turn, words: Sequence[str]) -> list[Reply]:
    """`/label CLASS…` as a message of its own: of the photo that it replies to, or the latest."""
    rows = await targets(turn)
    if not rows:
        finds_point = turn.models.finds_point(turn.model)
        return [turn.say(texts.no_classes(turn.model) if finds_point else texts.ANSWER_FIRST)]
    if len(rows) > 1:
        return [questions.which_photo(turn, rows)]
    return [(await _hear(turn, rows[0], " ".join(words)))[0]]


async def labels(turn: Turn, rows: Sequence[Answer], caption: str) -> tuple[bool, list[Reply]]:
    """Whether `/label CLASS…` stood below these photos; and what is asked back about it.

    What is understood holds for all of them, and their answer says so.
    """
    command, _, words = caption.partition(" ")
    if command.lower() != COMMAND:
        return False, []
    for row in rows:
        reply, understood = await _hear(turn, row, words)
        if not understood:
            return True, [reply]
    return True, []


async def answer_to(turn: Turn, row: Answer, caption: str) -> str:
    """A line that answers "is this a grizzly?" below a photo; empty where nothing was asked."""
    if not caption.endswith("?"):
        return ""
    reading = await hear(turn, row.model, await classes_of(turn, row), caption)
    if not isinstance(reading, Unsure):
        return ""
    now = shown_by(row)
    asked = [name for name in reading.candidates if name in row.payload["classes"]]
    seen = [name for name in asked if name in now.labels]
    if seen:
        return texts.yes_it_is(seen)
    if any(name in now.unsure for name in asked):
        return ""  # the answer itself asks
    return texts.no_it_is_not(asked) if asked else ""


async def _hear(turn: Turn, row: Answer, words: str) -> tuple[Reply, bool]:
    """What is said back, and whether the words were understood and written down."""
    reading = await hear(turn, row.model, await classes_of(turn, row), words)
    match reading:
        case Nothing() | Says():
            meaning = of_words(reading, shown_by(row))
            return noted(turn, row, meaning, await state(turn, row, meaning, "words")), True
        case Unknown():
            return questions.new_class(turn, row, reading), False
        case Unsure(candidates):
            return questions.which(turn, row, candidates), False
        case _:
            return questions.read_hint(turn, row), False
