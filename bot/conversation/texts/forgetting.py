"""What is said of what is kept, for how long, and of forgetting it."""

from collections.abc import Mapping, Sequence

FORGET_YES, FORGET_NO = "Yes, forget me", "No"
FORGET_IN_PRIVATE = "Please ask me that in a chat of our own: it is about everything of yours."
NOT_FORGOTTEN = "Nothing was deleted."
FORGETTING = "I delete it now, and tell you here when nothing of yours is left."
REPLACED_BECAUSE = "it had learned from photos that somebody asked me to forget"
"""Why a version was deleted: the end of a sentence."""


def privacy(photo_days: int, history_days: int, inbox_days: int) -> str:
    """`/privacy`; of days 0 means for ever."""
    return (
        "What I keep: your photos without their metadata (no place, no time, no camera), a row of "
        "figures computed from each photo, my answers, what you told me about them, and your name "
        "as your chat shows it. All of it stays on the machine that I run on, in one folder, and "
        "serves to answer and to learn, nothing else. In training you are a random name.\n"
        f"How long: photos {_for(photo_days)}; figures, answers and words {_for(history_days)}; "
        f"your messages as they came {_for(inbox_days)}, those with photos as long as the answer. "
        "Models keep the figures of the photos that they learned from.\n"
        "/forgetme deletes all of it, also from the models."
    )


def _for(days: int) -> str:
    return f"{days} days" if days else "until you say /forgetme"


def forget_ask(photos: int, words: int) -> str:
    """`/forgetme`: the question before anything is deleted."""
    return (
        f"Shall I forget you? I then delete your photos ({photos}), what you told me about photos "
        f"({words}), our messages, and each model version that learned from them. It can't be "
        "undone. A photo that somebody else sent, too, stays theirs."
    )


def forget_learned(versions: Mapping[str, Sequence[str]]) -> str:
    """Everything is deleted but the versions that learned from it."""
    return (
        f"Your photos and words are deleted. {_versions(versions)} learned from them: I train "
        "anew without them, then delete these versions."
    )


def forget_waits(versions: Mapping[str, Sequence[str]], why: str) -> str:
    """The same, where a model can't be trained anew by itself."""
    return f"Your photos and words are deleted. {_versions(versions)} learned from them. {why}"


def forget_by_hand(model: str, command: str) -> str:
    """What an admin has to do where there is no training environment."""
    return (
        "Somebody asked to be forgotten, and I can't train on this machine. Run this in a training "
        f"environment:\n{command}\nThen /promote its version of {model}, if it doesn't answer yet. "
        "I notice it by myself and delete the versions before."
    )


def forget_failed(model: str, error: str) -> str:
    """What an admin has to do where training failed."""
    return (
        f"Somebody asked to be forgotten, and training {model} without their photos failed: "
        f"{error.rstrip('.')}. Say /retrain {model} when that is mended, or /promote a version "
        "that never learned from them; I notice it by myself."
    )


FORGET_ADMIN = "An admin has to let another version answer and has been told how; I go on then."
FORGET_SETTING_UP = "The training environment is being set up; I go on by myself when it is there."


def forgotten(deleted: Sequence[str], backups: Sequence[str]) -> str:
    """The last word: nothing is left but what is named. `deleted`: versions; `backups`: files."""
    parts = ["Nothing of yours is left here: no photo, no words, no figures."]
    if deleted:
        parts.append(f"Deleted as well, because they had learned from you: {', '.join(deleted)}.")
    if backups:
        parts.append(
            f"These backups still hold something until they are deleted: {', '.join(backups)}."
        )
    parts.append("Backups that were moved elsewhere I can't see. This message is the last trace; ")
    return " ".join(parts) + "I delete my copy of it within two hours."


def _versions(versions: Mapping[str, Sequence[str]]) -> str:
    named = [f"{model} {version}" for model, each in versions.items() for version in each]
    return ", ".join(named)
