"""Photos whose labels the others contradict."""

from dataclasses import replace

import numpy as np

from model.head import ABSENT, PRESENT, TRAIN, UNKNOWN, Memory
from train.suspects import cross_fitted, suspects

PHOTOS, FEATURES, SWAPPED = 120, 16, 5


def _memory() -> Memory:
    """Two classes, far apart: even rows show the first, odd rows the second."""
    random = np.random.default_rng(0)
    first = np.arange(PHOTOS) % 2 == 0
    embedding = random.normal(size=(PHOTOS, FEATURES))
    embedding[:, 0] += np.where(first, 4, -4)
    state = np.where(np.stack([first, ~first], axis=1), PRESENT, ABSENT).astype(np.int8)
    return Memory(
        embedding.astype(np.float16),
        state,
        np.ones(PHOTOS, dtype=np.float32),
        np.full(PHOTOS, TRAIN, dtype=np.uint8),
        random.integers(0, 256, size=(PHOTOS, 32), dtype=np.uint8),
    )


def test_swapped_labels_are_found() -> None:
    """Most photos with swapped labels are suspected (a score must reach the mean), no other is."""
    memory = _memory()
    state = memory.state.copy()
    state[:SWAPPED] = state[:SWAPPED, ::-1]
    memory = replace(memory, state=state)

    found = suspects(cross_fitted(memory), memory.state)

    rows = {each.row for each in found}
    assert rows <= set(range(SWAPPED))
    assert len(rows) > SWAPPED / 2


def test_agreement_is_not_suspected() -> None:
    """A label that the scores agree with is never suspected, however weak they are."""
    state = np.array([[PRESENT], [PRESENT], [ABSENT], [ABSENT]], dtype=np.int8)
    scores = np.array([[0.9], [0.55], [0.45], [0.1]], dtype=np.float32)

    assert suspects(scores, state) == []


def test_worst_first_with_what_the_label_says() -> None:
    """Suspects come surest first, each with its label and score."""
    state = np.array([[PRESENT]] * 3 + [[ABSENT]] * 3, dtype=np.int8)
    scores = np.array([[0.9], [0.8], [0.02], [0.95], [0.1], [0.1]], dtype=np.float32)

    found = suspects(scores, state)

    assert [(each.row, each.labelled) for each in found] == [(2, PRESENT), (3, ABSENT)]


def test_unknown_is_not_suspected() -> None:
    """Where nobody said anything, nothing is wrong; nor in a class with nothing to compare."""
    state = np.array([[PRESENT, PRESENT], [ABSENT, PRESENT], [UNKNOWN, UNKNOWN]], dtype=np.int8)
    scores = np.array([[0.9, 0.1], [0.1, 0.9], [0.99, 0.01]], dtype=np.float32)

    assert suspects(scores, state) == []


def test_bit_for_bit() -> None:
    """The same memory gives the same scores, bit for bit."""
    memory = _memory()

    assert cross_fitted(memory).tobytes() == cross_fitted(memory).tobytes()
