"""What a message that shows answers looks like now: its text and its buttons.

A view depends on the stored rows alone (answers, and what was said of them), so that a message can
be shown again at any time: after a tap, after Undo, when a late photo joins an album.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.conversation import drafts, texts
from bot.conversation.meaning import Shown
from bot.conversation.messages import MAX_ACTION_BYTES, Button, Reply
from bot.conversation.told import SENDER, Told, shown
from bot.conversation.turn import Buttons, Turn
from bot.conversation.waiting import Why
from bot.store import dialogue, statements
from bot.store.tables import Answer as Row
from bot.store.tables import Person, Statement
from model.decision import Answer

FIXES_IN_A_ROW = 4
MOST_ASKED = 9
"""Classes with a button in a question: beside them there is room for "something else" anywhere."""


def shown_by(row: Row) -> Shown:
    """What the answer in this row claims, people's words counted in."""
    return shown(Answer.from_json(row.payload), Told.from_json(row.said) if row.said else None)


async def view(turn: Turn, rows: Sequence[Row], fresh: bool = False) -> Reply:
    """The message for these answers; `fresh`: just made, so nobody can have spoken of them."""
    said = {} if fresh else await dialogue.decisive(turn.session, [row.id for row in rows], SENDER)
    lines = {row.position: await _lines(turn, row, said.get(row.id)) for row in rows}
    bad = {int(number): [text] for number, text in (drafts.get(rows[0], drafts.BAD) or {}).items()}
    return Reply(
        text=text_of({**lines, **bad}),
        buttons=_one(rows[0], said) if len(rows) == 1 else _album(turn, rows, said),
        answers=tuple(row.id for row in rows),
    )


def text_of(lines: Mapping[int, Sequence[str]]) -> str:
    """The lines of each photo, by its number: one below the other, or an album's list."""
    if len(lines) == 1:
        return "\n".join(*lines.values())
    return "\n".join(texts.numbered(number, " ".join(lines[number])) for number in sorted(lines))


async def what_was_said(turn: Turn, statement: Statement) -> str:
    """A statement in half a sentence."""
    labels = await statements.labels_of(turn.session, statement.id)
    present = [name for name, state in labels.items() if state == "present"]
    absent = [name for name, state in labels.items() if state == "absent"]
    match statement.kind:
        case "right":
            return texts.RIGHT_SAID
        case "skip":
            return texts.SKIPPED
        case "fix" | "none":
            return texts.labels(present, (), nothing=not present)
        case _:
            return texts.labels(present, absent)


async def _lines(turn: Turn, row: Row, statement: Statement | None) -> list[str]:
    answer, told = Answer.from_json(row.payload), Told.from_json(row.said) if row.said else None
    lines = answer_lines(answer, told, in_album=row.position > 0)
    lines += [texts.elsewhere(model, names) for model, names in _elsewhere(row).items()]
    if drafts.get(row, drafts.FIRST_FRAME) is not None:
        lines.append(texts.FIRST_FRAME)
    if statement:
        who = await turn.session.get(Person, statement.person_id)
        own = turn.incoming.private and statement.person_id == turn.person.id
        name = "" if own or who is None else who.name
        lines.append(texts.said(name, await what_was_said(turn, statement)))
    elif review := drafts.get(row, drafts.REVIEW):
        lines += [reason(Why.from_json(review)), texts.more_wait(review["more"])]
    return lines


def reason(why: Why) -> str:
    """Why an answer waits for review, in a sentence."""
    match why.reason:
        case "differ":
            return texts.waits_differ(why.classes)
        case "doubted":
            return texts.waits_doubted(why.classes, why.strength)
        case "twin":
            return texts.waits_twin(why.classes, why.strength)
        case "close":
            return texts.waits_close(why.classes)


def answer_lines(answer: Answer, told: Told | None, in_album: bool) -> list[str]:
    """The sentences of one answer."""
    now = shown(answer, told)
    lines = [_told(answer, told)] if told else []
    own = [name for name in now.labels if told is None or name not in told.present]
    lines += [texts.named(name, answer.scores[name]) for name in own]
    if now.unsure:
        ask = texts.maybe(now.unsure) if in_album else texts.asked(now.unsure, bool(now.labels))
        lines.append(ask)
    if not now.labels and not now.unsure and not (told and _all_absent(answer, told)):
        lines += [texts.NONE_OF_MINE, *(_closest(answer) if told is None else ())]
    return lines


def _elsewhere(row: Row) -> dict[str, list[str]]:
    """What other models name, by model, where this answer names and asks nothing."""
    now = shown_by(row)
    return {} if now.labels or now.unsure else drafts.get(row, drafts.ELSEWHERE) or {}


def _told(answer: Answer, told: Told) -> str:
    claimed = {*answer.labels, *answer.unsure}
    absent = [name for name in told.absent if name in claimed]
    if not told.present and not absent:
        absent = list(told.absent)
    nothing = _all_absent(answer, told)
    return texts.told(told.by, told.present, absent, nothing, told.alike)


def _all_absent(answer: Answer, told: Told) -> bool:
    return not told.present and set(answer.classes) <= set(told.absent)


def _closest(answer: Answer) -> list[str]:
    """How far an answer of none was from naming a class."""
    if not answer.scores:
        return []
    passed = [name for name in answer.classes if answer.scores[name] >= answer.thresholds[name]]
    if answer.reason == "unfamiliar" and passed:
        name = max(passed, key=answer.scores.__getitem__)
        likeness, line = _failed_gate(answer, name)
        return [texts.unfamiliar(name, answer.scores[name], likeness, line)]
    name = max(answer.classes, key=lambda each: answer.scores[each] - answer.thresholds[each])
    return [texts.closest(name, answer.scores[name], answer.thresholds[name])]


def _failed_gate(answer: Answer, name: str) -> tuple[float, float]:
    pairs = zip(answer.similarity[name], answer.gate[name], strict=True)
    return min(pairs, key=lambda pair: pair[0] - pair[1])


def _one(row: Row, said: Mapping[int, Statement]) -> Buttons:
    fix = Button(f"fix:{row.id}", texts.FIX)
    if row.id in said:
        return ((Button(f"undo:{said[row.id].id}", texts.UNDO), fix),)
    if review := drafts.get(row, drafts.REVIEW):
        return _in_review(row, Why.from_json(review))
    now = shown_by(row)
    if now.unsure:
        return question_buttons(row, now.unsure, others=bool(now.labels))
    right = Button(f"right:{row.id}", texts.RIGHT)
    return ((right, Button(f"wrong:{row.id}", texts.WRONG), fix), *use_buttons(_elsewhere(row)))


def _in_review(row: Row, why: Why) -> Buttons:
    """The classes in question, then what can be said of any photo."""
    now, classes = shown_by(row), list(row.payload["classes"])
    asked = [name for name in dict.fromkeys((*now.unsure, *why.classes)) if name in classes]
    each = tuple(
        Button(f"yes:{row.id}:{classes.index(name)}", texts.class_button(name))
        for name in asked[:MOST_ASKED]
    )
    right = (Button(f"right:{row.id}", texts.RIGHT),) if now.labels else ()
    none = Button(f"none:{row.id}", texts.NONE)
    fix, skip = Button(f"fix:{row.id}", texts.FIX), Button(f"skip:{row.id}", texts.SKIP)
    return tuple(filter(None, (each, (*right, fix), (none, skip))))


def use_buttons(models: Iterable[str]) -> Buttons:
    """A button for each model; one with a very long name is chosen by `/model NAME`."""
    actions = {f"model:{name}": name for name in models}
    return tuple(
        (Button(action, texts.use_model(name)),)
        for action, name in actions.items()
        if len(action.encode()) <= MAX_ACTION_BYTES
    )


def asks_only(row: Row) -> bool:
    """Whether the answer names nothing and asks about something."""
    now = shown_by(row)
    return bool(now.unsure) and not now.labels


def question_buttons(row: Row, names: Sequence[str], others: bool = False) -> Buttons:
    """The buttons below "is it a …?"; `others`: classes that are not asked about are named too."""
    classes = list(row.payload["classes"])
    fix = Button(f"fix:{row.id}", texts.FIX if others else texts.SOMETHING_ELSE)
    if len(names) == 1:
        index = classes.index(names[0])
        yes = Button(f"yes:{row.id}:{index}", texts.YES)
        return ((yes, Button(f"no:{row.id}:{index}", texts.NO), fix),)
    each = (
        Button(f"yes:{row.id}:{classes.index(name)}", texts.class_button(name))
        for name in names[:MOST_ASKED]
    )
    return tuple(filter(None, (tuple(each), (fix,))))


def _album(turn: Turn, rows: Sequence[Row], said: Mapping[int, Statement]) -> Buttons:
    """All right, or Undo of the newest word; and a Fix button a photo while there is room."""
    newest = max(said.values(), key=lambda statement: statement.id, default=None)
    first = (
        Button(f"undo:{newest.id}", texts.UNDO)
        if newest
        else Button(f"right:{rows[0].id}", texts.ALL_RIGHT)
    )
    fixes = [Button(f"fix:{row.id}", texts.fix_number(row.position)) for row in rows]
    return ((first,), *in_rows(fixes[: turn.limits.buttons - 1], FIXES_IN_A_ROW))


def in_rows(buttons: Sequence[Button], wide: int) -> Buttons:
    """Buttons in rows of `wide`."""
    return tuple(tuple(buttons[start : start + wide]) for start in range(0, len(buttons), wide))
