"""What is said in review."""

from collections.abc import Sequence

from bot.conversation.catalogue import _, percent
from bot.conversation.texts.wording import either, in_photos, listed

SKIP = "Skip"
IN_REVIEW = "A photo that waits for review"
SKIPPED = "skip it"
NOTHING_WAITS = "Nothing waits for review. Thank you!"
REVIEW_IN_PRIVATE = "Please ask me that in a chat of our own: the photos are other people's."


def no_review(model: str) -> str:
    """`/review` of a model that finds a point."""
    return _("{model} finds a point, and review is about classes.", model=model)


def waits_differ(names: Sequence[str]) -> str:
    """Why a photo waits: neither side has twice the other's weight."""
    return _("It waits because people differ on {names}.", names=listed(names))


def waits_doubted(names: Sequence[str], score: float) -> str:
    """Why a photo waits: a word that a version could learn, and does not believe."""
    return _(
        "It waits because somebody's word on {names} may be wrong: I had it to learn from, and am "
        "still {score} sure of the opposite.",
        names=listed(names),
        score=percent(score),
    )


def waits_twin(names: Sequence[str], score: float) -> str:
    """Why a photo waits: the forced choice is sure of what the answer does not name."""
    return _(
        "It waits because my twin, which must choose, is {score} sure of {names}.",
        names=listed(names),
        score=percent(score),
    )


def waits_close(names: Sequence[str]) -> str:
    """Why a photo waits: hardly named, or hardly not."""
    return _("It waits because it was a close call: {which}, or not.", which=either(names))


def more_wait(count: int) -> str:
    """Below a photo in review."""
    return _("After it: {photos}.", photos=in_photos(count)) if count else _("It is the last one.")
