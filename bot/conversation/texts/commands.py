"""What commands answer."""

from collections.abc import Iterable, Mapping, Sequence

from bot.conversation.catalogue import _, percent
from bot.conversation.names import title
from bot.conversation.texts.wording import listed, name
from bot.store.statements import Counts

ONE_POINT = "one point in a photo"
"""What a model finds that knows no classes."""
FINDS_POINT = "It finds one point in a photo and knows no classes."


def hello(models: Mapping[str, Sequence[str]], current: str) -> str:
    """The first message: what the bot does, and its models with their classes."""
    lines = [f"· {knows(model, classes, model == current)}" for model, classes in models.items()]
    return _(
        "Hello, I'm nonesuch. Send me a photo, and I name every class of mine that is in it, or "
        "say that it is none of them. Tell me when I'm wrong, in words or with the buttons: I "
        "learn from it.\n\nMy models:\n{models}\n\n/help lists what else I can do.",
        models="\n".join(lines),
    )


def knows(model: str, classes: Sequence[str], current: bool) -> str:
    """One model and its classes."""
    what = listed(classes) or _(ONE_POINT)
    if not current:
        return f"{model}: {what}"
    return _("{model} (answers here): {what}", model=model, what=what)


def switched(model: str, classes: Sequence[str]) -> str:
    """Another model answers in the chat."""
    what = _("It knows {classes}.", classes=listed(classes)) if classes else _(FINDS_POINT)
    return _("From now on {model} answers here. {what}", model=model, what=what)


def which_model(current: str, others: Sequence[str]) -> str:
    """`/model` without a name."""
    here = _("{model} answers here.", model=title(current))
    if not others:
        return here
    return f"{here} {_('I also have {models}: /model NAME switches.', models=', '.join(others))}"


def use_model(model: str) -> str:
    """Button: switch to a model."""
    return _("Use {model}", model=model)


def no_such_model(model: str, models: Iterable[str]) -> str:
    """A model that is not there."""
    return _(
        "I have no model {model}. My models are {models}.", model=model, models=", ".join(models)
    )


def classes(model: str, version: str, names: Sequence[str]) -> str:
    """`/classes`."""
    if not names:
        return no_classes(model)
    return _(
        "{model}, version {version}, knows {classes}: {count} in all.",
        model=model,
        version=version,
        classes=listed(names),
        count=len(names),
    )


def no_classes(model: str) -> str:
    """What is about classes, asked of a model that finds a point."""
    return _(
        "{model} answers here. {finds_point} There is nothing to compare or to correct. "
        "For that reply to an answer with classes, or switch with /model NAME.",
        model=title(model),
        finds_point=_(FINDS_POINT),
    )


def not_from_chat(model: str) -> str:
    """`/retrain` of a model that finds a point."""
    return _(
        "{model} finds a point, and what people say here is about classes: it can't be "
        "retrained from chat yet. The command in its card trains it anew, see docs/models.md.",
        model=title(model),
    )


def compared(twin: str, score: float, own: str) -> str:
    """`/compare`: the twin's forced choice beside the answer."""
    return _(
        "Forced to choose one class, the single-label twin says: {name} ({score}). "
        "My own answer: {own}.",
        name=name(twin),
        score=percent(score),
        own=own,
    )


def own_answer(named: Sequence[str], unsure: Sequence[str]) -> str:
    """An answer in half a sentence."""
    asked = _("perhaps {names}", names=listed(unsure, "or")) if unsure else ""
    return ", ".join(filter(None, (listed(named), asked))) or _("none of my classes")


def which_language(current: str, hint: bool) -> str:
    """`/language` without a name. `hint`: it is the one that the person's app asks for."""
    if hint:
        return _("I speak {language} with you, as your app asks for. Choose:", language=current)
    return _("I speak {language} with you. Choose:", language=current)


def language_chosen(language: str) -> str:
    """Another language is spoken, said in that language."""
    return _("From now on I speak {language} with you.", language=language)


def no_such_language(language: str, languages: Iterable[str]) -> str:
    """A language that is not there."""
    return _(
        "I don't speak {language} yet. I speak {languages}.",
        language=language,
        languages=", ".join(languages),
    )


HELP_HEAD = "Send me a photo, or several. Then tap, reply in words or react with a thumb. Also:"
HELP_ADMIN = "For admins:"
NOT_ADMIN = "Only an admin can do that. /help lists what you can do."


def unknown_command(command: str) -> str:
    """A command that is not there."""
    return _("I don't know {command}. /help lists my commands.", command=command)


def command_line(usage: str, description: str) -> str:
    """One line of `/help`."""
    return f"{usage} — {_(description)}"


def usage(how: str) -> str:
    """A command with missing or wrong words after it."""
    return _("Write {how}.", how=how)


TRAINING_STARTS = "The training starts."
TRAINING_ASKED_BEFORE = "That is settled already. /retrain trains again."
TRAINING_STOPS = "The training stops."
NO_TRAINING = "That training has ended already."
CANCEL_TRAINING = "Cancel"


def busy(model: str) -> str:
    """`/retrain` while a training runs or waits."""
    return _("A training of {model} is under way. Try again when it has ended.", model=model)


def version_line(version: str, current: bool, created_at: str, note: str) -> str:
    """One version in `/models`."""
    parts = [version, created_at[:10], note, _("answers now") if current else ""]
    return "· " + ", ".join(filter(None, parts))


def versions(model: str, lines: Iterable[str]) -> str:
    """The versions of one model in `/models`."""
    return "\n".join((model, *lines))


def promoted(model: str, version: str) -> str:
    """Another version answers, by an admin's word."""
    return _("From now on version {version} of {model} answers.", version=version, model=model)


def stats(model: str, counts: Counts, none: int, corrections: int) -> str:
    """The figures of one model in `/stats`: of its answers `none` named nothing."""
    answers = str(counts.answers)
    if counts.answers:
        of_none = _("{share} none of my classes", share=percent(none / counts.answers))
        answers += f" ({of_none})"
    return _(
        "{model}\n"
        "· answers: {answers}, photos: {photos}\n"
        "· photos judged: {judged}, people: {people}, corrections: {corrections}\n"
        "· contradictions, which train nothing until resolved: {contradictions}",
        model=model,
        answers=answers,
        photos=counts.photos_answered,
        judged=counts.photos_labelled,
        people=counts.people,
        corrections=corrections,
        contradictions=counts.contradictions,
    )
