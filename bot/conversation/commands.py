"""The commands, in one table: who may give them, how they are written, what they do."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation import (
    admin,
    blocking,
    captions,
    feedback,
    forgetting,
    languages,
    renaming,
    review,
    teaching,
    texts,
    then,
    why,
)
from bot.conversation.messages import Reply
from bot.conversation.targets import targets
from bot.conversation.turn import Buttons, Turn
from bot.conversation.view import shown_by, text_of, use_buttons
from bot.store import people
from bot.store.tables import Answer
from model.decision import Twin

Words = Sequence[str]
Handler = Callable[[Turn, Words], Awaitable[list[Reply]]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `usage` is how it is written; `run` gets the words after it."""

    usage: str
    about: str
    run: Handler
    admins_only: bool = False

    @property
    def name(self) -> str:
        """Without the slash and what follows."""
        return self.usage.split()[0][1:]


async def obey(turn: Turn) -> list[Reply]:
    """Run the command in the text. Raises `NotAllowed`: this is the one place that checks."""
    written, *words = turn.incoming.text.split()
    command = TABLE.get(written[1:].split("@")[0].lower())
    if command is None:  # in a group it may be for another bot
        return [turn.say(texts.unknown_command(written))] if turn.incoming.private else []
    if command.admins_only:
        turn.check_admin()
    return await command.run(turn, words)


async def start(turn: Turn, _words: Words = ()) -> list[Reply]:
    """`/start`, and the first words of a person: what the bot does and what it knows."""
    known = {name: await turn.classes(name) for name in turn.models.names()}
    return [turn.say(texts.hello(known, turn.model), _model_buttons(turn))]


async def help_(turn: Turn, _words: Words) -> list[Reply]:
    """`/help`: the commands that the person may give."""
    everyone = [command for command in COMMAND_LIST if not command.admins_only]
    admins = [command for command in COMMAND_LIST if command.admins_only]
    lines = [texts.HELP_HEAD, *map(_line, everyone)]
    if turn.is_admin:
        lines += ["", texts.HELP_ADMIN, *map(_line, admins)]
    return [turn.say("\n".join(lines))]


async def model(turn: Turn, words: Words) -> list[Reply]:
    """`/model`: which model answers here, or from now on."""
    if not words:
        others = [name for name in turn.models.names() if name != turn.model]
        return [turn.say(texts.which_model(turn.model, others), _model_buttons(turn))]
    name = " ".join(words)
    names = turn.models.names()
    if name not in names:
        return [turn.say(texts.no_such_model(name, names))]
    await people.set_model(turn.session, turn.chat.id, name)
    return [turn.say(texts.switched(name, await turn.classes(name)))]


async def classes(turn: Turn, _words: Words) -> list[Reply]:
    """`/classes`: what the chat's model knows."""
    version = turn.models.version(turn.model)
    return [turn.say(texts.classes(turn.model, version, await turn.classes(turn.model)))]


async def compare(turn: Turn, _words: Words) -> list[Reply]:
    """`/compare`: what the single-label twin, which must choose, says of the photo."""
    rows = await targets(turn)
    if not rows:
        finds_point = turn.models.finds_point(turn.model)
        return [turn.say(texts.no_classes(turn.model) if finds_point else texts.ANSWER_FIRST)]
    lines = {row.position: [_compared(row)] for row in rows}
    return [turn.say(text_of(lines), answers=tuple(row.id for row in rows))]


async def undo(turn: Turn, _words: Words) -> list[Reply]:
    """`/undo`: take back the latest thing said."""
    return await feedback.undo_latest(turn)


def _compared(row: Answer) -> str:
    twin, shown = Twin.from_json(row.twin), shown_by(row)
    own = texts.own_answer(shown.labels, shown.unsure)
    return texts.compared(twin.label, twin.scores[twin.label], own)


def _model_buttons(turn: Turn) -> Buttons:
    """A button for each other model."""
    return use_buttons(name for name in turn.models.names() if name != turn.model)


def _line(command: Command) -> str:
    return texts.command_line(command.usage, command.about)


COMMAND_LIST = (
    Command("/start", "what I do, and what I know", start),
    Command("/help", "this list", help_),
    Command("/model [NAME]", "which model answers here; with a name, switch to it", model),
    Command("/classes", "the classes of the model that answers here", classes),
    Command("/compare", "what a model that must choose one class would say", compare),
    Command("/why [CLASS]", "which part of a photo spoke for a class, or against it", why.why),
    Command("/then", "what each version says of a photo that I answered", then.then),
    Command("/language [NAME]", "the language that I speak with you", languages.language),
    Command("/label CLASS", "what is in a photo: below it, or as a reply", captions.label),
    Command("/undo", "take back the latest thing that you told me", undo),
    Command("/privacy", "what I keep, where and for how long", forgetting.privacy),
    Command("/forgetme", "delete all that I keep of you", forgetting.forget_me),
    Command("/retrain [MODEL]", "learn from what people said", admin.retrain, True),
    Command("/review [MODEL]", "photos that wait for your word, one by one", review.review, True),
    Command("/models", "all versions, and which ones answer", admin.models, True),
    Command("/promote MODEL VERSION", "let a version answer", admin.promote, True),
    Command("/rollback [MODEL]", "back to the version before", admin.rollback, True),
    Command(
        "/block [PERSON]",
        "take nothing more from a person; their words count no more",
        blocking.block,
        True,
    ),
    Command("/unblock PERSON", "take it all back", blocking.unblock, True),
    Command("/teach CLASS", "my next photos here show this class", teaching.teach, True),
    Command("/done", "no more photos of the class that I teach", teaching.done, True),
    Command("/rename CLASS NAME", "give a class another name", renaming.rename, True),
    Command("/merge CLASS INTO", "let two classes be one", renaming.merge, True),
    Command("/unmerge CLASS", "part them again", renaming.unmerge, True),
    Command("/stats", "how much was answered and corrected", admin.stats, True),
)
TABLE = {command.name: command for command in COMMAND_LIST}
COMMANDS = tuple((each.name, each.about) for each in COMMAND_LIST if not each.admins_only)
"""(name, description) of each that everybody may give, for a platform's own menu."""
ADMIN_COMMANDS = tuple((each.name, each.about) for each in COMMAND_LIST if each.admins_only)
"""What stands in an admin's menu besides."""
