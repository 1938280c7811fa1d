"""What is said while somebody teaches a class by examples."""

from collections.abc import Sequence

from bot.conversation.catalogue import _
from bot.conversation.names import shown
from bot.conversation.texts.wording import in_photos, listed, name

TEACH_USAGE = "Write /teach CLASS, for instance /teach polar bear, and then send photos of it."
NOT_TEACHING = "You are teaching me nothing here. /teach CLASS begins."


def teaching_now(class_name: str) -> str:
    """`/teach` alone, while something is being taught."""
    return _("You are teaching me {name}: send photos of it. /done ends it.", name=name(class_name))


def teach(class_name: str, is_known: bool) -> str:
    """From now on photos are examples."""
    known = _("I know it already, so these are more examples.") + " " if is_known else ""
    return known + _(
        "Each photo that you send here from now on shows {name}, until you say /done, or send none "
        "for an hour. Whatever else I see in them counts as wrong, so choose photos of {name} "
        "alone, and as different ones as you can.",
        name=name(class_name),
    )


def examples(class_name: str, photos: int, denied: Sequence[str]) -> str:
    """Photos were taken as examples, and what was seen in them is denied."""
    counted = in_photos(photos)
    if not denied:
        return _("Noted: {name}, {photos}.", name=name(class_name), photos=counted)
    return _(
        "Noted: {name} and no {denied}, {photos}.",
        name=name(class_name),
        denied=listed(denied, "or"),
        photos=counted,
    )


def told_apart(told: int, examples: int) -> str:
    """How many of the examples are told from all other classes by what the others teach."""
    return _(
        "By what the others teach me, I tell {told} of {examples} examples from everything else.",
        examples=examples,
        told=told,
    )


def told_from(fewest: int) -> str:
    """There are too few to say how many are told."""
    return _("From {fewest} on I can say how well I tell it.", fewest=fewest)


def look_the_same(photos: int) -> str:
    """So many of the photos are another one of them again, or of the same moment."""
    return _("{photos} that look the same as others don't count.", photos=photos)


def mixed_up(class_name: str, other: str) -> str:
    """The class that it is taken for, or that is taken for it."""
    return _(
        "I mix it up with {other}. If they are the same to you, /merge {name} {other} makes one "
        "class of them.",
        name=shown(class_name),
        other=shown(other),
    )


def lacking(photos: int) -> str:
    """A new class is not learned before it has so many more."""
    return _("I need {photos} more before I can learn it at all.", photos=photos)


def wanted(photos: int | None) -> str:
    """Have I done enough? None: more of the same will hardly help."""
    if photos is None:
        return _("More of the same will hardly help.")
    if not photos:
        return _("That is enough.")
    return _("{photos} more that differ would be good.", photos=photos)


def taught(class_name: str, photos: int) -> str:
    """No more examples."""
    if not photos:
        return _("You showed me no photo of {name}. Nothing has changed.", name=name(class_name))
    return _(
        "Done: {photos} of {name}, thank you. Photos are answered as before until the next "
        "training.",
        photos=in_photos(photos),
        name=name(class_name),
    )
