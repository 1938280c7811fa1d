"""What is said of photos and of feedback."""

from collections.abc import Sequence

from bot.conversation.names import a, listed, title
from bot.conversation.names import shown as name

RIGHT, WRONG, FIX = "Right", "Wrong", "Fix labels"
YES, NO, SOMETHING_ELSE = "Yes", "No", "Something else"
ALL_RIGHT, UNDO = "All right", "Undo"
NONE, DONE, CANCEL, NEW_CLASS, MORE = "None", "Done", "Cancel", "New class…", "More…"

# The answer to a photo


def percent(share: float) -> str:
    """A share of 1; never 100%, because no answer is that certain."""
    return f"{min(round(100 * share), 99)}%"


def named(class_name: str, score: float) -> str:
    """A class that is in the photo."""
    word = "sure" if score >= 0.9 else "fairly sure" if score >= 0.7 else "not quite sure"
    return f"{title(name(class_name))} — {word}, {percent(score)}"


def asked(names: Sequence[str], beside_others: bool) -> str:
    """Classes that may be in the photo; `beside_others`: some are named already."""
    which = " or ".join(a(each) for each in names)
    if beside_others:
        return f"There might be {which} too, but I'm not sure. Is there?"
    return f"It might be {which}, but I'm not sure. Is it {which}?"


def yes_it_is(names: Sequence[str]) -> str:
    """To "is this a grizzly?" below a photo of one."""
    return f"Yes, {listed([a(each) for each in names])}."


def no_it_is_not(names: Sequence[str]) -> str:
    """To the same below a photo of none."""
    return f"No, I don't see {listed([a(each) for each in names], 'or')}."


def maybe(names: Sequence[str]) -> str:
    """The same within an album, where there is no room to ask."""
    return f"Maybe {' or '.join(a(each) for each in names)}, I'm not sure"


FIRST_FRAME = "It moves: I looked at the first frame."
NONE_OF_MINE = "None of my classes."


def closest(class_name: str, score: float, line: float) -> str:
    """How far the best class was from its threshold."""
    return f"Closest: {name(class_name)} ({percent(score)}, my line is {percent(line)})."


def unfamiliar(class_name: str, score: float, likeness: float, line: float) -> str:
    """A class whose score is high enough, on a photo unlike all of its photos."""
    return (
        f"By its score it would be {a(class_name)} ({percent(score)}), but it is unlike the "
        f"{name(class_name)} photos I know (likeness {likeness:.2f}, my line is {line:.2f})."
    )


def told(by: str, present: Sequence[str], absent: Sequence[str], nothing: bool) -> str:
    """What people said of this very photo. `by` is `you` or `people`."""
    who = "You told me" if by == "you" else "People told me"
    return f"{who}: {labels(present, absent, nothing)}."


def labels(present: Sequence[str], absent: Sequence[str], nothing: bool = False) -> str:
    """ "grizzly and teddy, no black"; `nothing`: every class is absent."""
    if nothing:
        return "none of my classes"
    no = f"no {listed(absent, 'or')}" if absent else ""
    return ", ".join(filter(None, (listed(present), no)))


def numbered(number: int, line: str) -> str:
    """One photo of an album."""
    return f"{number}. {line}"


def said(who: str, what: str) -> str:
    """Under an answer, once somebody judged it. `who` is empty for the only person in the chat."""
    return f"✓ {who or 'You'} said: {what}."


def fix_number(number: int) -> str:
    """Button: fix one photo of an album."""
    return f"Fix {number}"


def class_button(class_name: str) -> str:
    """Button: one of several classes that may be meant."""
    return title(name(class_name))


GONE = "That answer is no longer there. Send the photo again."


def point(model: str, x_px: float, y_px: float) -> str:
    """The answer of a model that finds a point."""
    return f"{title(model)}: the point is {x_px:.0f} px from the left, {y_px:.0f} px from the top."


DRAWN = "Your photo, with a ring around the point"


def photo_number(number: int) -> str:
    """Under one picture of several."""
    return f"Photo {number}"


ANSWER_FIRST = "Send me a photo first, then tell me about my answer."

# Feedback

RIGHT_SAID = "right"
THANKS = "Thank you."
OPINION = "I keep it as your opinion: whoever sent the photo, or an admin, decides."
NOT_YOURS = "Only whoever sent the photo, or an admin, can do that. Reply in words to disagree."
NOT_YOUR_WORDS = "Only the person who said it can undo it."
NOTHING_TO_UNDO = "There is nothing to undo."
ALREADY_UNDONE = "That was undone already."


def noted(present: Sequence[str], absent: Sequence[str], rest: bool, opinion: bool) -> str:
    """What was understood. `rest`: the absent classes are all the others, so they go unnamed."""
    yes = [f"{name(each)} yes" for each in present]
    no = [f"{name(each)} no" for each in absent]
    if rest:
        no = ["everything else no"] if present else []
        yes = yes or ["none of my classes"]
    return f"Noted: {', '.join(yes + no)}. {OPINION if opinion else THANKS}"


def of_photo(number: int, text: str) -> str:
    """A text about one photo of an album."""
    return f"Photo {number}. {text}"


NOTED_ALL = f"Noted: all right. {THANKS}"
NOTHING_TO_CONFIRM = "There is nothing left to confirm here. Tell me what is in the photos."
NOTED_BEFORE = f"I noted that already. {THANKS}"


def undone(what: str) -> str:
    """A statement was withdrawn."""
    return f"Undone: I forget that you said {what}."


def what_is_it(classes: Sequence[str]) -> str:
    """Somebody said "wrong", and nothing more."""
    return f"Sorry. What is in it? Reply in words, {_example(classes)}, or fix the labels."


def read_hint(classes: Sequence[str]) -> str:
    """Words that say nothing of the photo."""
    return f"Tell me what is in the photo, {_example(classes)}, or use the buttons."


def _example(classes: Sequence[str]) -> str:
    return f"for example “it's {a(classes[-1])}”, “not {a(classes[0])}” or “nothing”"


HINT = "Send me a photo, and I say which of my classes are in it. /help lists what else I can do."


def which_photo(count: int, classes: Sequence[str]) -> str:
    """A reply to an album that names no photo, or one that is not there."""
    example = f"“2 is {a(classes[0])}”"
    return f"Which photo do you mean? Begin with its number, 1 to {count}: {example}."


def do_you_mean(names: Sequence[str]) -> str:
    """Words that can be read in several ways."""
    which = " or ".join(a(each) for each in names)
    return f"I'm not sure what you mean. Is it {which}?"


def add_class(new: str) -> str:
    """A class that the model does not know."""
    return f"I don't know {name(new)} yet. Add it as a new class?"


def unknown_class(new: str, classes: Sequence[str]) -> str:
    """The same to somebody who may not add one."""
    return f"I don't know {name(new)}. My classes are {listed(classes)}."


# Fix labels

FIX_LIST = "What is in the photo? Choose all that you see, then Done."
FIX_LIST_WRONG = "Sorry. What is in the photo then? Choose all that you see, then Done."
NOTHING_CHOSEN = "Choose at least one class, or None."
NAME_IT = "Reply to this message with the new class's name."
NO_NAME = "That can't be a class's name. It has 1 to 64 characters; try another one."


def choice(class_name: str, chosen: bool) -> str:
    """Button: one class of the toggle list."""
    return f"✓ {name(class_name)}" if chosen else name(class_name)
