"""How a training goes, step by step; said by `bot/retraining.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conversation.catalogue import _, percent
from bot.conversation.texts.wording import in_photos

STEPS = {
    "start": "starting",
    "read": "reading what people said",
    "embed": "looking at photos",
    "fit": "learning",
    "compare": "comparing with the version that answers",
}
FIGURES = {
    "exact": "{share} of the photos that show a class are answered exactly right",
    "none_recall": "{share} of the others are answered none of my classes",
    "map": "{share} mean average precision",
}
MOST_PROBLEMS = 5
"""Told in a chat; all of them are in the training's log."""


ROLLBACK, PROMOTE = "Rollback", "Promote all the same"
ANSWERS_ALREADY = "That version answers already."
ANOTHER_ANSWERS = "Another version answers by now. /models lists them."


def changed(photos: int, fixed: int, broken: int) -> str:
    """To the admin: what is different for photos that people spoke of."""
    return _(
        "Of {photos} that people spoke of, {fixed} became right and {broken} became wrong.",
        photos=in_photos(photos),
        fixed=fixed,
        broken=broken,
    )


def learned(before: str, after: str) -> str:
    """To whoever corrected a photo that is answered as they said from now on."""
    return _(
        "I learned from what you told me. This photo before: {before}. Now: {after}.",
        before=before,
        after=after,
    )


def became(is_right: bool, said: str, before: str, after: str) -> str:
    """To the admin, under a photo that the new version answers otherwise."""
    words = {"said": said, "before": before, "after": after}
    if is_right:
        return _("Became right. People say: {said}. Before: {before}. Now: {after}.", **words)
    return _("Became wrong. People say: {said}. Before: {before}. Now: {after}.", **words)


RETRAIN_NOW = "Retrain now"


def nudge(model: str, corrections: int) -> str:
    """Asked of an admin, once for each batch of corrections."""
    return _(
        "People corrected {photos} of {model} since it was last trained. "
        "Shall I learn from them now?",
        photos=in_photos(corrections),
        model=model,
    )


def retrain_waiting(model: str) -> str:
    """Before the first step."""
    return _("Training {model} …", model=model)


def retrain_setting_up(progress: str) -> str:
    """The training environment is not installed yet."""
    return _(
        "The training environment is being set up: {progress}. The training starts by itself.",
        progress=progress,
    )


def retrain_progress(step: str, done: int, total: int) -> str:
    """At a step. Steps without a sentence are called by their name."""
    doing = _(STEPS.get(step, "{step}"), step=step)
    if total > 1:
        return _("Training: {doing}, {done} of {total} …", doing=doing, done=done, total=total)
    return _("Training: {doing} …", doing=doing)


def retrain_done(
    model: str,
    version: str,
    promoted: bool,
    why: str,
    metrics: Mapping[str, Any],
    problems: Sequence[str] = (),
) -> str:
    """The outcome: promoted, or kept and refused, with the figures of the new version.

    `problems` are what was left out, and why.
    """
    named = {"version": version, "model": model, "why": why.rstrip(".")}
    verdict = (
        _("Version {version} of {model} answers from now on: {why}.", **named)
        if promoted
        else _(
            "Version {version} of {model} is kept, but the former one goes on answering: {why}.",
            **named,
        )
    )
    figures = [
        f"· {_(words, share=percent(metrics[key]))}"
        for key, words in FIGURES.items()
        if isinstance(metrics.get(key), float)
    ]
    lines = [verdict, _("On photos that it never trained on:"), *figures] if figures else [verdict]
    lines += [
        _("Note: {problem}.", problem=problem.rstrip(".")) for problem in problems[:MOST_PROBLEMS]
    ]
    overrule = [] if promoted else [_("/promote {model} {version} overrules this.", **named)]
    return "\n".join(lines + overrule)


def retrain_failed(error: str) -> str:
    """It ended without a version."""
    return _(
        "The training failed: {error}. The version that answered goes on answering.",
        error=error.rstrip("."),
    )


def retrain_cancelled() -> str:
    """Somebody stopped it."""
    return _("The training was cancelled. Nothing has changed.")


def retrain_interrupted(model: str) -> str:
    """The bot stopped, or died, while it ran."""
    return _(
        "I was stopped while {model} was being trained. /retrain {model} does it again.",
        model=model,
    )


def retrain_by_hand(command: str) -> str:
    """Nothing here can train."""
    return _(
        "I can't train on this machine. Run this in a training environment:\n{command}\n"
        "I notice the new version by myself.",
        command=command,
    )
