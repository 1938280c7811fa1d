"""`train/albums.py`: which photos are shown, and what stands below them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.head import ABSENT, PRESENT, UNKNOWN
from tests.train import drafts
from train.albums import MOST, Album, albums, certainty
from train.challenge import Trial
from train.compare import Verdict
from train.draft import Draft
from train.evaluate import Judged
from train.suspects import Suspect

HASHES = drafts.memory().photo_sha256
FILES = {row.tobytes(): Path("photo.jpg") for row in HASHES}


def named(draft: Draft, title: str) -> Album:
    return next(album for album in albums(draft) if album.title == title)


def said(*columns: tuple[bool, bool], asked: int | None = None) -> Judged:
    names = np.array(columns)
    asks = np.zeros_like(names)
    if asked is not None:
        asks[asked] = True
    return Judged(names.astype(np.float32), names, asks, names.argmax(axis=1))


def test_the_surest_right_answers_are_the_best() -> None:
    """The most telling first, at most a dozen; the number of all is told."""
    draft = drafts.draft(files=FILES)

    best = named(draft, "Best answers")

    assert len(best.photos) == MOST
    sure = certainty(draft.said.scores, draft.memory.state[120:])
    order = [sure[photo.row - 120] for photo in best.photos]
    assert order == sorted(order, reverse=True)
    assert "of 60 held-out photos are answered exactly right" in best.about
    assert best.photos[0].lines[0].removeprefix("shows: ") in ("apple", "pear", "none")


def test_what_changed_is_told_with_both_answers() -> None:
    """Photos now right, and photos now wrong, with what was answered before and now."""
    rows = np.array([0, 1, 2])  # an apple, a pear, neither
    before = said((False, True), (False, True), (False, False))
    now = said((True, False), (False, False), (False, False), asked=1)
    trial = Trial(Verdict(True, "better"), rows, before, now)
    draft = replace(drafts.draft(files=FILES), trial=trial)

    won, lost = named(draft, "Now right"), named(draft, "Now wrong")

    assert [(each.row, each.lines) for each in won.photos] == [
        (0, ("shows: apple", "before: pear", "now: apple"))
    ]
    assert [(each.row, each.lines) for each in lost.photos] == [
        (1, ("shows: pear", "before: pear", "now: apple, pear?"))
    ]
    assert won.about.startswith("1 of 3 photos that judged it are right now")


def test_a_doubted_label_is_shown_with_what_heads_think() -> None:
    """Once a photo, the surest first, and none without a file; all are counted."""
    suspects = [
        Suspect(5, 1, ABSENT, 0.98),
        Suspect(9, 0, PRESENT, 0.04),
        Suspect(5, 0, PRESENT, 0.05),
        Suspect(7, 0, PRESENT, 0.1),
    ]
    files = {HASHES[row].tobytes(): Path("photo.jpg") for row in (5, 9)}

    wrong = named(drafts.draft(files=files, suspects=suspects), "Likely wrong labels")

    assert [(each.row, each.lines) for each in wrong.photos] == [
        (5, ("label: no pear", "pear: 98% likely")),
        (9, ("label: apple", "apple: 4% likely")),
    ]
    assert wrong.about.startswith(
        "Labels that the other photos contradict (confident learning): 4, in 3 photos."
    )


def test_without_files_only_numbers_are_left() -> None:
    """A shipped version shows no photo, and still says how many labels it doubts."""
    found = albums(drafts.draft(suspects=[Suspect(5, 1, ABSENT, 0.98)]))

    assert [album.photos for album in found] == [[], [], []]
    assert found[-1].about.startswith(
        "Labels that the other photos contradict (confident learning): 1, in 1 photo."
    )


def test_certainty_is_that_of_the_least_believed_label() -> None:
    """By hand; an unknown label says nothing."""
    states = np.array([[PRESENT, ABSENT], [ABSENT, UNKNOWN]], dtype=np.int8)
    scores = np.array([[0.9, 0.3], [0.1, 0.99]], dtype=np.float32)

    assert certainty(scores, states).tolist() == pytest.approx([0.7, 0.9])
