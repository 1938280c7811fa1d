"""`/rename`, `/merge` and `/unmerge`: what classes are called. Who may is checked by `commands.py`.

What people said stays as they said it, and no version changes: `bot/renames.py` knows what a former
name means now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation import texts
from bot.conversation.messages import Reply
from bot.conversation.names import stored
from bot.conversation.turn import Turn
from bot.renames import Renames
from bot.store import dialogue, renames
from bot.store.clock import now

Words = Sequence[str]

MOST = 1000
"""Classes of people's own making that can be named here, beside the model's."""


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of a chat's model that there are now, and their former names."""

    now: tuple[str, ...]
    names: Renames

    def parted(self, words: Words) -> tuple[str, str] | None:
        """The class that the words begin with, the longest, by its name of now; and the rest."""
        for count in range(len(words) - 1, 0, -1):
            name, rest = stored(" ".join(words[:count])), stored(" ".join(words[count:]))
            if name and rest and self.names.now(name) in self.now:
                return self.names.now(name), rest
        return None


async def rename(turn: Turn, words: Words) -> list[Reply]:
    """`/rename CLASS NAME`."""
    classes = await _classes(turn)
    heard = classes.parted(words)
    if heard is None:
        return [turn.say(_which(turn, texts.rename_usage(classes.now)))]
    old, new = heard
    if new == old:
        return [turn.say(texts.one_already(old))]
    if new in classes.now:
        return [turn.say(texts.name_taken(old, new))]
    if not classes.names.may_be_called(old, new):
        return [turn.say(texts.name_was(new, classes.names.now(new)))]
    await renames.keep(turn.session, turn.model, classes.names.renamed(old, new, now()))
    return [turn.say(texts.renamed(old, new))]


async def merge(turn: Turn, words: Words) -> list[Reply]:
    """`/merge CLASS INTO`."""
    classes = await _classes(turn)
    heard = classes.parted(words)
    into = classes.names.now(heard[1]) if heard else None
    if heard is None or into not in classes.now:
        return [turn.say(_which(turn, texts.merge_usage(classes.now)))]
    one = heard[0]
    if one == into:
        return [turn.say(texts.one_already(into))]
    await renames.keep(turn.session, turn.model, classes.names.merged(one, into, now()))
    return [turn.say(texts.merged(one, into))]


async def unmerge(turn: Turn, words: Words) -> list[Reply]:
    """`/unmerge CLASS`: by the name under which it was merged."""
    names = await renames.of_model(turn.session, turn.model)
    name = stored(" ".join(words))
    if name is None or not names.was_merged(name):
        merged = [each for each in names.formers if names.was_merged(each)]
        return [turn.say(texts.unmerge_usage(merged))]
    await renames.keep(turn.session, turn.model, names.parted(name))
    return [turn.say(texts.unmerged(name, names.now(name)))]


def _which(turn: Turn, usage: str) -> str:
    """How it is written, unless the chat's model has no classes at all."""
    return texts.no_classes(turn.model) if turn.models.finds_point(turn.model) else usage


async def _classes(turn: Turn) -> _Classes:
    names = await renames.of_model(turn.session, turn.model)
    known = names.of(turn.models.classes(turn.model))
    coming = await dialogue.coming_classes(turn.session, turn.model, known, 0.0, MOST)
    return _Classes(known + coming, names)
