"""What an admin is asked about photos that look alike and were answered none."""

from bot.conversation.catalogue import _
from bot.conversation.texts.wording import a, in_photos

NOT_ONE_CLASS = "Not one class"
NOT_NOW = "Not now"
SEEN_APART = "I won't ask about these photos again."
SEEN_LATER = "I'll ask again in a week."
SEEN_SETTLED = "That is settled already."
SEEN_HINT = (
    "Please reply to the picture with the name of one class, such as polar bear, or tap a button "
    "below it."
)
SHEET = "Photos that look alike"


def seen_before(model: str, photos: int) -> str:
    """Asked of an admin, once for each photo."""
    return _(
        "{photos} that {model} answered none of its classes look alike. What are they? Reply with "
        "the name of a class.",
        photos=in_photos(photos),
        model=model,
    )


def seen_named(class_name: str, model: str, photos: int) -> str:
    """All of the photos were named."""
    return _(
        "Noted: {photos} show {what}. /retrain {model} teaches me that.",
        photos=in_photos(photos),
        what=a(class_name),
        model=model,
    )
