"""What is said of what is kept, for how long, and of forgetting it."""

from collections.abc import Mapping, Sequence

from bot.conversation.catalogue import _

FORGET_YES, FORGET_NO = "Yes, forget me", "No"
FORGET_IN_PRIVATE = "Please ask me that in a chat of our own: it is about everything of yours."
NOT_FORGOTTEN = "Nothing was deleted."
FORGETTING = "I delete it now, and tell you here when nothing of yours is left."
REPLACED_BECAUSE = "it had learned from photos that somebody asked me to forget"
"""Why a version was deleted: the end of a sentence."""


def privacy(photo_days: int, history_days: int, inbox_days: int) -> str:
    """`/privacy`; of days 0 means for ever."""
    return _(
        "What I keep: your photos without their metadata (no place, no time, no camera), a row of "
        "figures computed from each photo, my answers, what you told me about them, and your name "
        "as your chat shows it. All of it stays on the machine that I run on, in one folder, and "
        "serves to answer and to learn, nothing else. In training you are a random name.\n"
        "How long: photos {photos}; figures, answers and words {history}; your messages as they "
        "came {messages}, those with photos as long as the answer. "
        "Models keep the figures of the photos that they learned from.\n"
        "/forgetme deletes all of it, also from the models.",
        photos=_for(photo_days),
        history=_for(history_days),
        messages=_for(inbox_days),
    )


def _for(days: int) -> str:
    return _("{days} days", days=days) if days else _("until you say /forgetme")


def forget_ask(photos: int, words: int) -> str:
    """`/forgetme`: the question before anything is deleted."""
    return _(
        "Shall I forget you? I then delete your photos ({photos}), what you told me about photos "
        "({words}), our messages, and each model version that learned from them. It can't be "
        "undone. A photo that somebody else sent, too, stays theirs.",
        photos=photos,
        words=words,
    )


def forget_learned(versions: Mapping[str, Sequence[str]]) -> str:
    """Everything is deleted but the versions that learned from it."""
    return _(
        "Your photos and words are deleted. {versions} learned from them: I train "
        "anew without them, then delete these versions.",
        versions=_versions(versions),
    )


def forget_waits(versions: Mapping[str, Sequence[str]], why: str) -> str:
    """The same, where a model can't be trained anew by itself."""
    learned = _(
        "Your photos and words are deleted. {versions} learned from them.",
        versions=_versions(versions),
    )
    return f"{learned} {why}"


def forget_by_hand(model: str, command: str) -> str:
    """What an admin has to do where there is no training environment."""
    return _(
        "Somebody asked to be forgotten, and I can't train on this machine. Run this in a training "
        "environment:\n{command}\nThen /promote its version of {model}, if it doesn't answer yet. "
        "I notice it by myself and delete the versions before.",
        command=command,
        model=model,
    )


def forget_failed(model: str, error: str) -> str:
    """What an admin has to do where training failed."""
    return _(
        "Somebody asked to be forgotten, and training {model} without their photos failed: "
        "{error}. Say /retrain {model} when that is mended, or /promote a version "
        "that never learned from them; I notice it by myself.",
        model=model,
        error=error.rstrip("."),
    )


FORGET_ADMIN = "An admin has to let another version answer and has been told how; I go on then."
FORGET_SETTING_UP = "The training environment is being set up; I go on by myself when it is there."


def forgotten(deleted: Sequence[str], backups: Sequence[str]) -> str:
    """The last word: nothing is left but what is named. `deleted`: versions; `backups`: files."""
    parts = [_("Nothing of yours is left here: no photo, no words, no figures.")]
    if deleted:
        parts.append(
            _(
                "Deleted as well, because they had learned from you: {versions}.",
                versions=", ".join(deleted),
            )
        )
    if backups:
        parts.append(
            _(
                "These backups still hold something until they are deleted: {backups}.",
                backups=", ".join(backups),
            )
        )
    parts.append(
        _(
            "Backups that were moved elsewhere I can't see. This message is the last trace; "
            "I delete my copy of it within two hours."
        )
    )
    return " ".join(parts)


def _versions(versions: Mapping[str, Sequence[str]]) -> str:
    named = [f"{model} {version}" for model, each in versions.items() for version in each]
    return ", ".join(named)
