"""What is open about an answer between two turns: parts of `answer.draft`, by key."""

from typing import Any

from bot.store.tables import Answer

FIX = "fix"
"""An open Fix labels list (`fix.py`)."""
QUESTION = "question"
"""What Yes would mean to the question asked last (`questions.py`)."""
BAD = "bad"
"""Of an album's first answer: the sentences about files that were no photos, by their number."""

ELSEWHERE = "elsewhere"
"""What other models name where this one names none: class names, by model."""
FIRST_FRAME = "first frame"
"""Set for good where the photo is but the first frame of something that moves."""

REVIEW = "review"
"""Set for good where the answer is shown for review: why (`waiting.py`), whether more follows
(`review.py`)."""


def get(row: Answer, key: str) -> dict[str, Any] | None:
    """One part; None if it is not open."""
    return (row.draft or {}).get(key)


def put(row: Answer, key: str, value: dict[str, Any] | None) -> None:
    """Set one part; None closes it."""
    rest = {each: part for each, part in (row.draft or {}).items() if each != key}
    row.draft = (rest if value is None else {**rest, key: value}) or None
