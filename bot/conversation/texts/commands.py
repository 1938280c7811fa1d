"""What commands answer."""

from collections.abc import Iterable, Mapping, Sequence

from bot.conversation.names import listed, title
from bot.conversation.names import shown as name
from bot.conversation.texts.photos import percent
from bot.store.statements import Counts

ONE_POINT = "one point in a photo"
"""What a model finds that knows no classes."""
FINDS_POINT = f"It finds {ONE_POINT} and knows no classes."


def hello(models: Mapping[str, Sequence[str]], current: str) -> str:
    """The first message: what the bot does, and its models with their classes."""
    lines = [f"· {knows(model, classes, model == current)}" for model, classes in models.items()]
    return (
        "Hello, I'm nonesuch. Send me a photo, and I name every class of mine that is in it, or "
        "say that it is none of them. Tell me when I'm wrong, in words or with the buttons: I "
        "learn from it.\n\nMy models:\n" + "\n".join(lines) + "\n\n/help lists what else I can do."
    )


def knows(model: str, classes: Sequence[str], current: bool) -> str:
    """One model and its classes."""
    return f"{model}{' (answers here)' if current else ''}: {listed(classes) or ONE_POINT}"


def switched(model: str, classes: Sequence[str]) -> str:
    """Another model answers in the chat."""
    what = f"It knows {listed(classes)}." if classes else FINDS_POINT
    return f"From now on {model} answers here. {what}"


def which_model(current: str, others: Sequence[str]) -> str:
    """`/model` without a name."""
    more = f" I also have {', '.join(others)}: /model NAME switches." if others else ""
    return f"{title(current)} answers here.{more}"


def use_model(model: str) -> str:
    """Button: switch to a model."""
    return f"Use {model}"


def no_such_model(model: str, models: Iterable[str]) -> str:
    """A model that is not there."""
    return f"I have no model {model}. My models are {', '.join(models)}."


def classes(model: str, version: str, names: Sequence[str]) -> str:
    """`/classes`."""
    if not names:
        return no_classes(model)
    return f"{model}, version {version}, knows {listed(names)}: {len(names)} in all."


def no_classes(model: str) -> str:
    """What is about classes, asked of a model that finds a point."""
    return (
        f"{title(model)} answers here. {FINDS_POINT} There is nothing to compare or to correct. "
        "For that reply to an answer with classes, or switch with /model NAME."
    )


def not_from_chat(model: str) -> str:
    """`/retrain` of a model that finds a point."""
    return (
        f"{title(model)} finds a point, and what people say here is about classes: it can't be "
        "retrained from chat yet. The command in its card trains it anew, see docs/models.md."
    )


def compared(twin: str, score: float, own: str) -> str:
    """`/compare`: the twin's forced choice beside the answer."""
    return (
        f"Forced to choose one class, the single-label twin says: {name(twin)} "
        f"({percent(score)}). My own answer: {own}."
    )


def own_answer(named: Sequence[str], unsure: Sequence[str]) -> str:
    """An answer in half a sentence."""
    asked = f"perhaps {listed(unsure, 'or')}" if unsure else ""
    return ", ".join(filter(None, (listed(named), asked))) or "none of my classes"


HELP_HEAD = "Send me a photo, or several. Then tap, reply in words or react with a thumb. Also:"
HELP_ADMIN = "For admins:"
NOT_ADMIN = "Only an admin can do that. /help lists what you can do."


def unknown_command(command: str) -> str:
    """A command that is not there."""
    return f"I don't know {command}. /help lists my commands."


def command_line(usage: str, description: str) -> str:
    """One line of `/help`."""
    return f"{usage} — {description}"


def usage(how: str) -> str:
    """A command with missing or wrong words after it."""
    return f"Write {how}."


TRAINING_STOPS = "The training stops."
NO_TRAINING = "That training has ended already."
CANCEL_TRAINING = "Cancel"


def busy(model: str) -> str:
    """`/retrain` while a training runs or waits."""
    return f"A training of {model} is under way. Try again when it has ended."


def version_line(version: str, current: bool, created_at: str, note: str) -> str:
    """One version in `/models`."""
    parts = [version, created_at[:10], note, "answers now" if current else ""]
    return "· " + ", ".join(filter(None, parts))


def versions(model: str, lines: Iterable[str]) -> str:
    """The versions of one model in `/models`."""
    return "\n".join((model, *lines))


def promoted(model: str, version: str) -> str:
    """Another version answers, by an admin's word."""
    return f"From now on version {version} of {model} answers."


def stats(model: str, counts: Counts, none: int, corrections: int) -> str:
    """The figures of one model in `/stats`: of its answers `none` named nothing."""
    share = f" ({percent(none / counts.answers)} none of my classes)" if counts.answers else ""
    return (
        f"{model}\n"
        f"· answers: {counts.answers}{share}, photos: {counts.photos_answered}\n"
        f"· photos judged: {counts.photos_labelled}, people: {counts.people}, "
        f"corrections: {corrections}\n"
        f"· contradictions, which train nothing until resolved: {counts.contradictions}"
    )
