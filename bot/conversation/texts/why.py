"""What `/why` and `/then` say of an answer that was given."""

from collections.abc import Sequence
from math import exp

from bot.conversation.catalogue import _, decimal, number, percent
from bot.conversation.names import title
from bot.conversation.texts.wording import listed, name

WHICH_PHOTO_WHY = "Which photo do you mean? Reply to one of the photos with /why."


def not_known_any_more(class_name: str, known: Sequence[str]) -> str:
    """`/why` about a class that the version which answers does not know."""
    return _(
        "I don't know {name}. My classes are {classes}.",
        name=name(class_name),
        classes=listed(known),
    )


def why(class_name: str, bias: float, logit: float, where: str, version: str) -> str:
    """`/why`: the parts of a score. `version` answers now, if another one answered then."""
    added = logit - bias
    parts = [
        _(
            "{name}: {score}. Orange speaks for it, blue against it.",
            name=title(name(class_name)),
            score=percent(1 / (1 + exp(-logit))),
        ),
        _("What speaks for it most is {where}.", where=where)
        if added > 0
        else _("What speaks against it most is {where}.", where=where),
        _("The photo adds {added} to a start of {bias}.", added=number(added), bias=number(bias))
        if added > 0
        else _(
            "The photo takes {added} from a start of {bias}.",
            added=number(-added),
            bias=number(bias),
        ),
        _(
            "The sum, {logit}, is the score: the parts drawn add up to it exactly.",
            logit=number(logit),
        ),
        _("Version {version}, which answers now, sees it so.", version=version) if version else "",
    ]
    return " ".join(filter(None, parts))


def why_drawn(class_name: str) -> str:
    """What the picture of `/why` shows, for who can't see it."""
    return _(
        "The photo in grey; orange where it speaks for {name}, blue where against.",
        name=name(class_name),
    )


PLACES = (
    ("in the upper left", "in the upper part", "in the upper right"),
    ("on the left", "in the middle", "on the right"),
    ("in the lower left", "in the lower part", "in the lower right"),
)


def place(x: float, y: float) -> str:
    """A place in a photo, from shares of its width and height: "in the upper left"."""
    return _(PLACES[_third(y)][_third(x)])


def _third(share: float) -> int:
    return 0 if share < 1 / 3 else 2 if share > 2 / 3 else 1


def alike(cosine: float, said: str) -> str:
    """One of the most alike photos that are kept. `said`: what people said of it, if they did."""
    what = _(
        "One of the most alike photos that I keep (likeness {cosine}).", cosine=decimal(cosine)
    )
    return f"{what} {_('People said: {what}.', what=said)}" if said else what


def then_head(model: str) -> str:
    """`/then`: before the versions."""
    return _("What the versions of {model} say of it:", model=model)


def then_line(version: str, current: bool, said: Sequence[str]) -> str:
    """One version in `/then`, and what it says of each photo."""
    which = _("{version} (answers now)", version=version) if current else version
    return f"· {which}: {'; '.join(said)}"


def with_score(class_name: str, score: float) -> str:
    """A class and how sure: "grizzly (97%)"."""
    return f"{name(class_name)} ({percent(score)})"


def numbered_if(position: int, text: str) -> str:
    """What is said of one photo, with its number if it is one of an album's."""
    return f"{position}. {text}" if position else text


VERSION_LEFT_OUT = "left out, it was deleted or is damaged"
ANOTHER_BACKBONE = "left out, it sees with another backbone than the one that saw this photo"
