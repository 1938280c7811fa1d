"""Fix labels: a list of classes to choose from, in place of the answer's message.

The list's state is kept with the answer. Buttons hold a place in the list that was shown, never a
class's place in a model, so that a class that joins meanwhile changes no choice.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.conversation import drafts, texts
from bot.conversation.feedback import settle
from bot.conversation.hearing import class_named
from bot.conversation.meaning import fixed, nothing
from bot.conversation.messages import Button, Reply
from bot.conversation.statement import about, state
from bot.conversation.targets import classes_of
from bot.conversation.turn import Buttons, Turn
from bot.conversation.view import in_rows, shown_by, view
from bot.store import renames
from bot.store.clock import now
from bot.store.tables import Answer

CONTROLS = 5
"""None, Done, New class, Cancel and More."""
CLASSES_IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class List:
    """An open list. `page` counts from 0, `naming` is when a new class's name was asked for."""

    choices: tuple[str, ...]
    chosen: tuple[str, ...]
    wrong: bool
    page: int = 0
    naming: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "List":
        """The list that was kept in the database."""
        tuples = {key: tuple(value[key]) for key in ("choices", "chosen")}
        return cls(**{**value, **tuples})

    def toggled(self, name: str) -> "List":
        """The same with one class chosen, or no more."""
        kept = tuple(each for each in self.chosen if each != name)
        return replace(self, chosen=kept if name in self.chosen else (*self.chosen, name))


async def tap_fix(turn: Turn, row: Answer) -> list[Reply]:
    """Open the list, with the classes chosen that the answer named."""
    return await _open(turn, row, wrong=False)


async def tap_wrong(turn: Turn, row: Answer) -> list[Reply]:
    """Wrong: nothing is stored; open the list with nothing chosen to ask what it is."""
    return await _open(turn, row, wrong=True)


async def _open(turn: Turn, row: Answer, wrong: bool) -> list[Reply]:
    turn.check_decides(row)
    names = await renames.of_model(turn.session, row.model)
    labels = names.of(shown_by(row).labels)
    choices = tuple(dict.fromkeys((*await classes_of(turn, row), *labels)))
    return await _show(turn, row, List(choices, () if wrong else labels, wrong))


async def tap_toggle(turn: Turn, row: Answer, index: int) -> list[Reply]:
    """Choose a class, or choose it no more."""
    open_ = _opened(turn, row)
    if open_ is None or index >= len(open_.choices):
        return await tap_fix(turn, row)
    return await _show(turn, row, open_.toggled(open_.choices[index]))


async def tap_more(turn: Turn, row: Answer) -> list[Reply]:
    """The next page; after the last one the first."""
    open_ = _opened(turn, row)
    if open_ is None:
        return await tap_fix(turn, row)
    return await _show(turn, row, replace(open_, page=open_.page + 1))


async def tap_new(turn: Turn, row: Answer) -> list[Reply]:
    """Ask for a new class's name."""
    open_ = _opened(turn, row)
    if open_ is None:
        return await tap_fix(turn, row)
    _keep(row, replace(open_, naming=now()))
    cancel = ((Button(f"cancelfix:{row.id}", texts.CANCEL),),)
    return [turn.edit(Reply(about(row, texts.NAME_IT), cancel, answers=await _ids(turn, row)))]


async def tap_done(turn: Turn, row: Answer) -> list[Reply]:
    """What is chosen is in the photo, the version's other classes are not."""
    open_ = _opened(turn, row)
    if open_ is None:
        return await tap_fix(turn, row)
    if not open_.chosen:
        return [turn.notice(texts.NOTHING_CHOSEN)]
    await state(turn, row, fixed(shown_by(row), open_.chosen), "tap")
    return await settle(turn, row)


async def tap_none(turn: Turn, row: Answer) -> list[Reply]:
    """None of the version's classes is in the photo."""
    turn.check_decides(row)
    await state(turn, row, nothing(shown_by(row)), "tap")
    return await settle(turn, row)


async def tap_cancel(turn: Turn, row: Answer) -> list[Reply]:
    """The answer as it was."""
    turn.check_decides(row)
    drafts.put(row, drafts.FIX, None)
    return [turn.edit(await view(turn, await turn.rows_tapped(row)))]


async def named(turn: Turn, row: Answer) -> list[Reply]:
    """The text that came when a new class's name was asked for: choose it in the list."""
    open_ = _opened(turn, row)
    name = await class_named(turn, row.model, await classes_of(turn, row), turn.incoming.text)
    if open_ is None or name is None:
        return [turn.say(about(row, texts.NO_NAME), answers=(row.id,))]
    choices = tuple(dict.fromkeys((*open_.choices, name)))
    chosen = tuple(dict.fromkeys((*open_.chosen, name)))
    page = choices.index(name) // _page_size(turn)
    changed = List(choices, chosen, open_.wrong, page)
    _keep(row, changed)
    return [turn.say(_head(row, changed), _buttons(turn, row, changed), (row.id,))]


def _opened(turn: Turn, row: Answer) -> List | None:
    turn.check_decides(row)
    kept = drafts.get(row, drafts.FIX)
    return List.from_json(kept) if kept else None


def _keep(row: Answer, open_: List) -> None:
    drafts.put(row, drafts.FIX, asdict(open_))


async def _ids(turn: Turn, row: Answer) -> tuple[int, ...]:
    return tuple(each.id for each in await turn.rows_tapped(row))


async def _show(turn: Turn, row: Answer, open_: List) -> list[Reply]:
    _keep(row, open_)
    ids = await _ids(turn, row)
    return [turn.edit(Reply(_head(row, open_), _buttons(turn, row, open_), answers=ids))]


def _head(row: Answer, open_: List) -> str:
    return about(row, texts.FIX_LIST_WRONG if open_.wrong else texts.FIX_LIST)


def _page_size(turn: Turn) -> int:
    return max(1, turn.limits.buttons - CONTROLS)


def _buttons(turn: Turn, row: Answer, open_: List) -> Buttons:
    size = _page_size(turn)
    pages = -(-len(open_.choices) // size)
    start = open_.page % pages * size if pages else 0
    shown = list(enumerate(open_.choices))[start : start + size]
    classes = [
        Button(f"toggle:{row.id}:{place}", texts.choice(name, name in open_.chosen))
        for place, name in shown
    ]
    controls = [
        Button(f"none:{row.id}", texts.NONE),
        Button(f"done:{row.id}", texts.DONE),
        Button(f"new:{row.id}", texts.NEW_CLASS),
        Button(f"cancelfix:{row.id}", texts.CANCEL),
    ]
    more = [Button(f"more:{row.id}", texts.MORE)] if pages > 1 else []
    return (*in_rows(classes, CLASSES_IN_A_ROW), *in_rows([*more, *controls], 3))
