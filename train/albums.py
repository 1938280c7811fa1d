"""Which photos a report shows, and what stands below each: changed, worst, best, doubted. Pure.

Shapes: N photos of the memory, n of them asked about, C classes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classes import shown
from model.head import PRESENT, UNKNOWN
from train.challenge import Trial
from train.data.doubts import photo_count
from train.draft import Draft
from train.evaluate import Judged, exact
from train.suspects import Suspect

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
States = NDArray[np.int8]
Floats = NDArray[np.float32]

MOST = 12
"""Photos of a kind; the number of all is told."""
MOST_SUSPECTS = 24


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo, by its row in the memory, and the lines below it."""

    row: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """Photos of one kind, the most telling first; `about` says which, and how many there are.

    `lines` says what stands below each of those that are shown.
    """

    title: str
    about: str
    lines: str
    photos: list[Shown]


def albums(draft: Draft) -> list[Album]:
    """All albums of a report; those of photos that can't be shown have none in them."""
    trial = draft.trial
    changes = [_changed(draft, trial, is_won) for is_won in (True, False)] if trial else []
    return [*changes, _answers(draft, False), _answers(draft, True), _suspects(draft)]


def _changed(draft: Draft, trial: Trial, is_won: bool) -> Album:
    states = draft.memory.state[trial.rows]
    before, now = exact(trial.champion, states), exact(trial.challenger, states)
    found = (~before & now if is_won else before & ~now).nonzero()[0]

    def told(index: int) -> Shown:
        was = "before: " + _answer(trial.champion, index, draft)
        is_ = "now: " + _answer(trial.challenger, index, draft)
        return Shown(int(trial.rows[index]), (_label(states[index], draft), was, is_))

    word = "right" if is_won else "wrong"
    return Album(
        f"Now {word}",
        f"{len(found)} of {len(states)} photos that judged it are {word} now and were not before.",
        "Below each: what it shows, what was answered before, and now.",
        _with_file(draft, trial.rows, found, told, MOST),
    )


def _answers(draft: Draft, is_right: bool) -> Album:
    rows = (~draft.memory.learned).nonzero()[0]
    states = draft.memory.state[rows]
    sure = certainty(draft.said.scores, states)
    right = exact(draft.said, states)
    found = (right if is_right else ~right).nonzero()[0]
    order = found[np.argsort(-sure[found] if is_right else sure[found], kind="stable")]

    def told(index: int) -> Shown:
        answer = "answer: " + _answer(draft.said, index, draft)
        return Shown(int(rows[index]), (_label(states[index], draft), answer))

    title, word = ("Best", "are") if is_right else ("Worst", "are not")
    return Album(
        f"{title} answers",
        f"{len(found)} of {len(rows)} held-out photos {word} answered exactly right; the surest "
        "come first.",
        "Below each: what it shows, and the answer.",
        _with_file(draft, rows, order, told, MOST),
    )


def _suspects(draft: Draft) -> Album:
    worst: dict[int, Suspect] = {}
    for each in draft.suspects:
        worst.setdefault(each.row, each)  # the first of a photo is its worst
    first = list(worst.values())

    def told(index: int) -> Shown:
        return Shown(first[index].row, _doubt(first[index], draft))

    rows = np.array([each.row for each in first], dtype=np.int64)
    return Album(
        "Likely wrong labels",
        f"Labels that the other photos contradict (confident learning): {len(draft.suspects)}, in "
        f"{photo_count(len(rows))}.",
        "Below each: what its label says, and what heads think that did not learn from it. Look at "
        "them, and correct those that are wrong.",
        _with_file(draft, rows, np.arange(len(rows)), told, MOST_SUSPECTS),
    )


def certainty(scores: Floats, states: States) -> Floats:
    """Scores and states (n, C) -> the score of the known label that is least believed: (n,)."""
    believed = np.where(states == PRESENT, scores, 1 - scores)
    return np.asarray(np.where(states == UNKNOWN, 1, believed).min(axis=1, initial=1))


def _with_file(
    draft: Draft, rows: Ints, order: Ints, told: Callable[[int], Shown], most: int
) -> list[Shown]:
    hashes = draft.memory.photo_sha256
    kept = [int(index) for index in order if hashes[rows[index]].tobytes() in draft.files]
    return [told(index) for index in kept[:most]]


def _label(state: States, draft: Draft) -> str:
    return "shows: " + _names(state == PRESENT, draft, "none")


def _answer(said: Judged, index: int, draft: Draft) -> str:
    named = _names(said.named[index], draft, "")
    asked = _names(said.asked[index], draft, "")
    return ", ".join(filter(None, [named, asked and f"{asked}?"])) or "none"


def _doubt(suspect: Suspect, draft: Draft) -> tuple[str, ...]:
    name = shown(draft.classifier.classes[suspect.column])
    said = name if suspect.labelled == PRESENT else f"no {name}"
    return (f"label: {said}", f"{name}: {suspect.score:.0%} likely")


def _names(which: Bools, draft: Draft, otherwise: str) -> str:
    classes = draft.classifier.classes
    found = [shown(name) for name, is_so in zip(classes, which, strict=True) if is_so]
    return ", ".join(found) or otherwise
