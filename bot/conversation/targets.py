"""Which answers words are about, when people reply in words or with a command."""

from bot.conversation.told import SENDER
from bot.conversation.turn import Turn
from bot.store import dialogue, renames
from bot.store.answers import answers_of_message, latest_answer
from bot.store.clock import later
from bot.store.tables import Answer

RECENT_S = 3600
"""A text that is no reply may be about an answer that is no older, though more was said since."""
NAMING_S = 600
"""How long a text that is no reply is taken as the name of the new class that was asked for."""
COMING = 12
"""The most classes of people's own making that a list shows beside the model's."""


async def targets(turn: Turn) -> list[Answer]:
    """The answers that a text is about, in the order shown; none if it is about none.

    A reply is about what it replies to: a message of ours, or somebody's photo. In a private chat
    any other text is about what our last message was about, else about a recent answer; not where
    a model answers that finds a point, of which nothing can be said.
    """
    session, chat = turn.session, turn.chat.id
    if turn.incoming.reply_to:
        shown = await answers_of_message(session, chat, turn.incoming.reply_to)
        return shown or await dialogue.answers_to(session, chat, turn.incoming.reply_to)
    if not turn.incoming.private or turn.models.finds_point(turn.model):
        return []
    last = await dialogue.shown_last(session, chat)
    latest = last[0] if last else await latest_answer(session, chat)
    if latest is None or not (last or latest.created_at > later(-RECENT_S)):
        return []
    own = await dialogue.own_message(session, latest.id)  # the whole album, if it is one's
    return (await answers_of_message(session, chat, own) if own else []) or [latest]


async def named_for(turn: Turn, rows: list[Answer]) -> Answer | None:
    """The answer for which a new class's name was asked, if this text is it."""
    waiting = await dialogue.naming(turn.session, turn.chat.id, later(-NAMING_S))
    if waiting is None or not turn.decides(waiting):
        return None
    bare = turn.incoming.private and not turn.incoming.reply_to
    return waiting if bare or waiting.id in {row.id for row in rows} else None


async def classes_of(turn: Turn, row: Answer) -> tuple[str, ...]:
    """The version's classes by their names of now, and those that people added for the model."""
    names = await renames.of_model(turn.session, row.model)
    known = names.of(row.payload["classes"])
    return known + await dialogue.coming_classes(turn.session, row.model, known, SENDER, COMING)
