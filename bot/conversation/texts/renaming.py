"""What is said when classes are renamed, merged and parted again."""

from collections.abc import Sequence

from bot.conversation.catalogue import _
from bot.conversation.names import shown
from bot.conversation.texts.wording import listed


def rename_usage(classes: Sequence[str]) -> str:
    """`/rename` of nothing, or of no class of the chat's model."""
    return _(
        "Write /rename CLASS NAME, of one of these classes: {classes}.", classes=listed(classes)
    )


def renamed(old: str, new: str) -> str:
    """The class has another name, and how it gets the former one back."""
    return _(
        "I call {old} {new} from now on, and still understand {old}. What people said of it counts "
        "as before. Versions keep the names that they learned; the next training learns the new "
        "one. /rename {new} {old} takes it back.",
        old=shown(old),
        new=shown(new),
    )


def name_taken(old: str, new: str) -> str:
    """The new name is a class's already."""
    return _(
        "There is a class {new} already. /merge {old} {new} makes one class of the two.",
        old=shown(old),
        new=shown(new),
    )


def name_was(new: str, now: str) -> str:
    """The new name was another class's: what people said by it is that one's."""
    return _(
        "{new} is a former name of {now}: what people called so belongs there. Please choose "
        "another name.",
        new=shown(new),
        now=shown(now),
    )


def merge_usage(classes: Sequence[str]) -> str:
    """`/merge` of nothing, or of what are not both classes of the chat's model."""
    return _(
        "Write /merge CLASS INTO, of two of these classes: {classes}.", classes=listed(classes)
    )


def one_already(name: str) -> str:
    """Both names are one class's."""
    return _("They are one class already: {name}.", name=shown(name))


def merged(one: str, into: str) -> str:
    """Two classes are one, and how they become two again."""
    return _(
        "What shows {one} shows {into} from now on, for me and in the next training. Versions stay "
        "as they are. /unmerge {one} takes it back.",
        one=shown(one),
        into=shown(into),
    )


def unmerge_usage(merged: Sequence[str]) -> str:
    """`/unmerge` of something that was not merged."""
    if not merged:
        return _("No classes of this model were merged.")
    return _("Write /unmerge CLASS, of one of these: {classes}.", classes=listed(merged))


def unmerged(name: str, into: str) -> str:
    """They are two classes again."""
    return _(
        "{name} is a class of its own again, with all that was said of it before. What was said of "
        "{into} since stays with {into}.",
        name=shown(name),
        into=shown(into),
    )
