"""The bot asks back: "I don't know polar bear yet. Add it?", "Is it a grizzly?", "What is it?".

A question that Yes answers is kept with the answer that it is about, so that a tap, a "yes" in
words and a thumbs up all answer the question, and not the photo's first answer.
"""

from collections.abc import Sequence

from bot.conversation import drafts, texts
from bot.conversation.meaning import Meaning, is_
from bot.conversation.messages import Button, Reply
from bot.conversation.statement import Source, about, fix_button, noted, state
from bot.conversation.turn import Turn
from bot.conversation.view import question_buttons, shown_by
from bot.conversation.words import Unknown
from bot.store.tables import Answer


def what_is_it(turn: Turn, row: Answer) -> Reply:
    """Somebody said "wrong", and nothing more."""
    text = about(row, texts.what_is_it(row.payload["classes"]))
    return turn.say(text, fix_button(turn, row), (row.id,))


def read_hint(turn: Turn, row: Answer) -> Reply:
    """Words that say nothing of the photo."""
    return turn.say(about(row, texts.read_hint(row.payload["classes"])), answers=(row.id,))


def which_photo(turn: Turn, rows: Sequence[Answer]) -> Reply:
    """Words or a thumb about an album, where one photo must be meant."""
    text = texts.which_photo(max(row.position for row in rows), rows[0].payload["classes"])
    return turn.say(text, answers=tuple(row.id for row in rows))


def which(turn: Turn, row: Answer, names: tuple[str, ...]) -> Reply:
    """Words that may mean these classes. Only those who decide are asked back."""
    if not turn.decides(row):
        return read_hint(turn, row)
    known = tuple(name for name in names if name in row.payload["classes"])
    asked = known or names[:1]  # a class that people added has no button of its own
    text = about(row, texts.do_you_mean(asked))
    if len(asked) == 1:
        return _ask(turn, row, is_(shown_by(row), asked), text)
    return turn.say(text, question_buttons(row, asked), (row.id,))


def new_class(turn: Turn, row: Answer, heard: Unknown) -> Reply:
    """A class that the model does not know: only those who decide may add it."""
    if not turn.decides(row):
        return turn.say(about(row, texts.unknown_class(heard.name, row.payload["classes"])))
    present = (*heard.says.present, heard.name)
    meaning = is_(shown_by(row), present, heard.says.absent)
    if not heard.says.whole:
        meaning = Meaning("is", present, heard.says.absent)
    return _ask(turn, row, meaning, about(row, texts.add_class(heard.name)))


def _ask(turn: Turn, row: Answer, meaning: Meaning, text: str) -> Reply:
    kept = {"present": list(meaning.present), "absent": list(meaning.absent)}
    drafts.put(row, drafts.QUESTION, kept)
    yes, no = Button(f"accept:{row.id}", texts.YES), Button(f"decline:{row.id}", texts.NO)
    return turn.say(text, ((yes, no),), (row.id,))


def is_open(row: Answer) -> bool:
    """Whether Yes or No would answer a question about this answer."""
    return drafts.get(row, drafts.QUESTION) is not None


async def accept(turn: Turn, row: Answer, source: Source) -> Reply:
    """Yes to the open question."""
    open_ = drafts.get(row, drafts.QUESTION)
    if open_ is None:
        return read_hint(turn, row)
    meaning = Meaning("is", tuple(open_["present"]), tuple(open_["absent"]))
    return noted(turn, row, meaning, await state(turn, row, meaning, source))


def decline(turn: Turn, row: Answer) -> Reply:
    """No to the open question."""
    drafts.put(row, drafts.QUESTION, None)
    return what_is_it(turn, row)
