"""`/language`: which language the bot speaks with a person."""

from collections.abc import Sequence

from bot.conversation import texts
from bot.conversation.catalogue import own_name, speaking
from bot.conversation.lexicon import LANGUAGES
from bot.conversation.messages import Button, Reply
from bot.conversation.spelling import folded
from bot.conversation.turn import Buttons, Turn

SHORTEST_NAME = 3
"""What is shorter is a code: "es", and not the beginning of "español"."""


async def language(turn: Turn, words: Sequence[str]) -> list[Reply]:
    """`/language`, with or without a language's code or name in that language."""
    if not words:
        by_hint = turn.person.language is None
        return [turn.say(texts.which_language(own_name(turn.language), by_hint), _buttons(turn))]
    wanted = " ".join(words)
    code = _meant(folded(wanted))
    if code is None:
        return [turn.say(texts.no_such_language(wanted, map(own_name, LANGUAGES)), _buttons(turn))]
    return [turn.say(_choose(turn, code))]


async def tap_language(turn: Turn, code: str) -> list[Reply]:
    """A button of `/language`: the message says so in the new language."""
    if code not in LANGUAGES:
        return [turn.notice(texts.GONE)]
    return [turn.edit(Reply(_choose(turn, code)))]


def _choose(turn: Turn, code: str) -> str:
    turn.person.language = code
    with speaking(code):
        return texts.language_chosen(own_name(code))


def _meant(wanted: str) -> str | None:
    if len(wanted) < SHORTEST_NAME:
        return wanted if wanted in LANGUAGES else None
    return next((code for code in LANGUAGES if folded(own_name(code)).startswith(wanted)), None)


def _buttons(turn: Turn) -> Buttons:
    others = [code for code in LANGUAGES if code != turn.language]
    return tuple((Button(f"language:{code}", own_name(code)),) for code in others)
