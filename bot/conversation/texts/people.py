"""What admins are told of people: `/block` and `/unblock`."""

from bot.conversation.catalogue import _, percent
from bot.conversation.texts.wording import in_photos


def blocked(who: str, person: str, photos: int) -> str:
    """A person was blocked. `who` is their name, `person` their key."""
    return _(
        "{who} is blocked: I take nothing more from them, and what they said of {photos} counts "
        "no more. /unblock {person} undoes it.",
        who=who or person,
        photos=in_photos(photos),
        person=person,
    )


def unblocked(who: str, person: str) -> str:
    """And is not any more."""
    return _("{who} is not blocked any more, and what they said counts again.", who=who or person)


def no_such_person(named: str) -> str:
    """Nobody, or several people, have this name."""
    return _(
        "I don't know who {named} is. /block without a name lists those who spoke last.",
        named=named,
    )


ADMINS_STAY = "Nobody blocks an admin."


def voice_line(who: str, person: str, photos: int, trust: float, blocked: bool) -> str:
    """One person in `/block`."""
    parts = [
        f"{who} ({person})",
        _("spoke of {photos}", photos=in_photos(photos)),
        _("weighs {share}", share=percent(trust)) if trust < 1 else "",
        _("blocked") if blocked else "",
    ]
    return "· " + ", ".join(filter(None, parts))


WHOM_TO_BLOCK = (
    "Reply with /block to something that the person sent, or write /block PERSON. "
    "Those who spoke last:"
)
