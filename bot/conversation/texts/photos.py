"""What is said of photos and of feedback."""

from collections.abc import Sequence

from bot.conversation.catalogue import _, decimal, percent
from bot.conversation.names import title
from bot.conversation.texts.wording import a, each_of, either, listed, name

RIGHT, WRONG, FIX = "Right", "Wrong", "Fix labels"
YES, NO, SOMETHING_ELSE = "Yes", "No", "Something else"
ALL_RIGHT, UNDO = "All right", "Undo"
NONE, DONE, CANCEL, NEW_CLASS, MORE = "None", "Done", "Cancel", "New class…", "More…"
CHOOSE = "Choose"  # opens the list, where a platform folds it up

# The answer to a photo


def named(class_name: str, score: float) -> str:
    """A class that is in the photo."""
    sure = _("sure") if score >= 0.9 else _("fairly sure") if score >= 0.7 else _("not quite sure")
    return f"{title(name(class_name))} — {sure}, {percent(score)}"


def asked(names: Sequence[str], beside_others: bool) -> str:
    """Classes that may be in the photo; `beside_others`: some are named already."""
    which = either(names)
    if beside_others:
        return _("There might be {which} too, but I'm not sure. Is there?", which=which)
    return _("It might be {which}, but I'm not sure. Is it {which}?", which=which)


def yes_it_is(names: Sequence[str]) -> str:
    """To "is this a grizzly?" below a photo of one."""
    return _("Yes, {which}.", which=each_of(names))


def no_it_is_not(names: Sequence[str]) -> str:
    """To the same below a photo of none."""
    return _("No, I don't see {which}.", which=either(names))


def maybe(names: Sequence[str]) -> str:
    """The same within an album, where there is no room to ask."""
    return _("Maybe {which}, I'm not sure", which=either(names))


FIRST_FRAME = "It moves: I looked at the first frame."
NONE_OF_MINE = "None of my classes."


def closest(class_name: str, score: float, line: float) -> str:
    """How far the best class was from its threshold."""
    return _(
        "Closest: {name} ({score}, my line is {line}).",
        name=name(class_name),
        score=percent(score),
        line=percent(line),
    )


def elsewhere(model: str, names: Sequence[str]) -> str:
    """What another model names where the chat's own names nothing."""
    return _("My {model} model would say: {names}.", model=model, names=listed(names))


def unfamiliar(class_name: str, score: float, likeness: float, line: float) -> str:
    """A class whose score is high enough, on a photo unlike all of its photos."""
    return _(
        "By its score it would be {a} ({score}), but it is unlike the {name} photos I know "
        "(likeness {likeness}, my line is {line}).",
        a=a(class_name),
        name=name(class_name),
        score=percent(score),
        likeness=decimal(likeness),
        line=decimal(line),
    )


def told(by: str, present: Sequence[str], absent: Sequence[str], nothing: bool, alike: bool) -> str:
    """What people said of this very photo, or of one `alike`. `by` is `you` or `people`."""
    what = labels(present, absent, nothing)
    if alike and by == "you":
        return _("You told me of a photo that looks the same: {what}.", what=what)
    if alike:
        return _("People told me of a photo that looks the same: {what}.", what=what)
    if by == "you":
        return _("You told me: {what}.", what=what)
    return _("People told me: {what}.", what=what)


def labels(present: Sequence[str], absent: Sequence[str], nothing: bool = False) -> str:
    """ "grizzly and teddy, no black"; `nothing`: every class is absent."""
    if nothing:
        return _("none of my classes")
    no = _("no {names}", names=listed(absent, "or")) if absent else ""
    return ", ".join(filter(None, (listed(present), no)))


def numbered(number: int, line: str) -> str:
    """One photo of an album."""
    return f"{number}. {line}"


def said(who: str, what: str) -> str:
    """Under an answer, once somebody judged it. `who` is empty for the only person in the chat."""
    return (
        _("✓ {who} said: {what}.", who=who, what=what)
        if who
        else _("✓ You said: {what}.", what=what)
    )


def fix_number(number: int) -> str:
    """Button: fix one photo of an album."""
    return _("Fix {number}", number=number)


def class_button(class_name: str) -> str:
    """Button: one of several classes that may be meant."""
    return title(name(class_name))


GONE = "That answer is no longer there. Send the photo again."


def point(model: str, x_px: float, y_px: float) -> str:
    """The answer of a model that finds a point."""
    return _(
        "{model}: the point is {x} px from the left, {y} px from the top.",
        model=title(model),
        x=f"{x_px:.0f}",
        y=f"{y_px:.0f}",
    )


DRAWN = "Your photo, with a ring around the point"


def photo_number(number: int) -> str:
    """Under one picture of several."""
    return _("Photo {number}", number=number)


ANSWER_FIRST = "Send me a photo first, then tell me about my answer."

# Feedback

RIGHT_SAID = "right"
THANKS = "Thank you."
OPINION = "I keep it as your opinion: whoever sent the photo, or an admin, decides."
NOT_YOURS = "Only whoever sent the photo, or an admin, can do that. Reply in words to disagree."
NOT_YOUR_WORDS = "Only the person who said it can undo it."
NOTHING_TO_UNDO = "There is nothing to undo."
ALREADY_UNDONE = "That was undone already."


def too_many_words(limit: int) -> str:
    """Somebody corrects without end."""
    return _(
        "Thank you, that was a lot: {limit} corrections in an hour is the most I take from one "
        "person. Tell me the rest later, please.",
        limit=limit,
    )


def noted(present: Sequence[str], absent: Sequence[str], rest: bool, opinion: bool) -> str:
    """What was understood. `rest`: the absent classes are all the others, so they go unnamed."""
    yes = [_("{name} yes", name=name(each)) for each in present]
    no = [_("{name} no", name=name(each)) for each in absent]
    if rest:
        no = [_("everything else no")] if present else []
        yes = yes or [_("none of my classes")]
    more = _(OPINION) if opinion else _(THANKS)
    return _("Noted: {what}. {more}", what=", ".join(yes + no), more=more)


def of_photo(number: int, text: str) -> str:
    """A text about one photo of an album."""
    return _("Photo {number}. {text}", number=number, text=text)


NOTED_ALL = "Noted: all right. Thank you."
NOTHING_TO_CONFIRM = "There is nothing left to confirm here. Tell me what is in the photos."
NOTED_BEFORE = "I noted that already. Thank you."


def undone(what: str) -> str:
    """A statement was withdrawn."""
    return _("Undone: I forget that you said {what}.", what=what)


def what_is_it(classes: Sequence[str]) -> str:
    """Somebody said "wrong", and nothing more."""
    return _(
        "Sorry. What is in it? Reply in words, {example}, or fix the labels.",
        example=_example(classes),
    )


def read_hint(classes: Sequence[str]) -> str:
    """Words that say nothing of the photo."""
    return _(
        "Tell me what is in the photo, {example}, or use the buttons.", example=_example(classes)
    )


def _example(classes: Sequence[str]) -> str:
    return _(
        "for example “it's {one}”, “not {other}” or “nothing”",
        one=a(classes[-1]),
        other=a(classes[0]),
        other_name=name(classes[0]),
    )


HINT = "Send me a photo, and I say which of my classes are in it. /help lists what else I can do."


def which_photo(count: int, classes: Sequence[str]) -> str:
    """A reply to an album that names no photo, or one that is not there."""
    return _(
        "Which photo do you mean? Begin with its number, 1 to {count}: “2 is {a}”.",
        count=count,
        a=a(classes[0]),
    )


def do_you_mean(names: Sequence[str]) -> str:
    """Words that can be read in several ways."""
    return _("I'm not sure what you mean. Is it {which}?", which=either(names))


def add_class(new: str) -> str:
    """A class that the model does not know."""
    return _("I don't know {name} yet. Add it as a new class?", name=name(new))


def unknown_class(new: str, classes: Sequence[str]) -> str:
    """The same to somebody who may not add one."""
    return _(
        "I don't know {name}. My classes are {classes}.", name=name(new), classes=listed(classes)
    )


# Fix labels

FIX_LIST = "What is in the photo? Choose all that you see, then Done."
FIX_LIST_WRONG = "Sorry. What is in the photo then? Choose all that you see, then Done."
NOTHING_CHOSEN = "Choose at least one class, or None."
NAME_IT = "Reply to this message with the new class's name."
NO_NAME = "That can't be a class's name. It has 1 to 64 characters; try another one."


def choice(class_name: str, chosen: bool) -> str:
    """Button: one class of the toggle list."""
    return f"✓ {name(class_name)}" if chosen else name(class_name)
