"""What a text says of an answer, by any name that its classes ever had."""

from dataclasses import replace

from bot.conversation.names import stored
from bot.conversation.turn import Turn
from bot.conversation.words import Reading, Says, Unknown, Unread, Unsure, read
from bot.renames import Renames
from bot.store import renames


async def hear(turn: Turn, model: str, classes: tuple[str, ...], text: str) -> Reading:
    """Read a text about these classes of `model`, named as they are now; so are those heard."""
    names = await renames.of_model(turn.session, model)
    known = tuple(dict.fromkeys((*classes, *names.formers)))
    return _called_now(read(text, known, turn.language), names)


async def class_named(turn: Turn, model: str, classes: tuple[str, ...], text: str) -> str | None:
    """The one class that a text names: one of these, or a new one; None if it is no name."""
    match await hear(turn, model, classes, text):
        case Says(present=(name,), absent=()) | Unknown(name):
            return name
        case Unsure() | Unread():
            return stored(text)
        case _:
            return None


def _called_now(reading: Reading, names: Renames) -> Reading:
    match reading:
        case Says(present, absent):
            return replace(reading, present=names.of(present), absent=names.of(absent))
        case Unknown(_, Says(present, absent) as says):
            now = replace(says, present=names.of(present), absent=names.of(absent))
            return replace(reading, says=now)
        case Unsure(candidates):
            return Unsure(names.of(candidates))
        case _:
            return reading
