"""`/privacy` and `/forgetme`: what is kept, and how to have it deleted."""

from collections.abc import Sequence

from bot.conversation import texts
from bot.conversation.messages import Button, Reply
from bot.conversation.turn import Turn
from bot.store import forgetting
from model.errors import NonesuchError

YES, NO = "forget:yes", "forget:no"


async def privacy(turn: Turn, _words: Sequence[str]) -> list[Reply]:
    """`/privacy`: what is kept, and for how long."""
    settings = turn.settings
    words = texts.privacy(settings.photo_days, settings.history_days, settings.inbox_days)
    return [turn.say(words)]


async def forget_me(turn: Turn, _words: Sequence[str]) -> list[Reply]:
    """`/forgetme`: ask back, because it can't be undone."""
    if not turn.incoming.private:
        return [turn.say(texts.FORGET_IN_PRIVATE)]
    kept = await forgetting.kept_of(turn.session, turn.person.id)
    buttons = ((Button(YES, texts.FORGET_YES), Button(NO, texts.FORGET_NO)),)
    return [turn.say(texts.forget_ask(kept.photos, kept.words), buttons)]


async def tap(turn: Turn) -> list[Reply]:
    """Yes or No below that question: whoever taps means themselves. Raises `NonesuchError`."""
    action = turn.incoming.action
    if action == NO:
        return [turn.edit(Reply(texts.NOT_FORGOTTEN))]
    if action != YES or not turn.incoming.private:
        raise NonesuchError(texts.GONE)
    await forgetting.request(turn.session, turn.person, turn.chat.id)
    return [turn.edit(Reply(texts.FORGETTING))]
