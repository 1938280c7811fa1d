"""The review queue: which answers wait for an admin's word, and why. The worst comes first.

Knows rows and answers; what is shown of them is up to `review.py` and the page `bot/web/review.py`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from sqlalchemy.ext.asyncio import AsyncSession

from bot.models import Models
from bot.store import reviewing, trust
from bot.store.answers import embeddings
from bot.store.tables import Answer as Row
from bot.store.trust import Open
from model.decision import Answer, Twin
from model.errors import BadVersion

AMONG = 500
"""Answers looked through for each reason, the newest: it takes a moment, and the rest is older."""
SURE = 0.95
"""A score from which a version is sure; scores are calibrated, so it errs in 1 of 20 then."""
TWIN_SURE = 0.9
CLOSE = 0.1
"""How far a score may be from its line to count as close."""

Reason = Literal["differ", "doubted", "twin", "close"]
ORDER: tuple[Reason, ...] = ("differ", "doubted", "twin", "close")


@dataclass(frozen=True, slots=True)
class Why:
    """Why an answer waits: the reason, the classes that it is about, and how much (greater first).

    `strength` is the weight of those who `differ`, else a share (0 to 1): how sure the version is
    against what was said, how sure the twin is, how near to the line the score is.
    """

    reason: Reason
    classes: tuple[str, ...]
    strength: float

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The value that `to_json` was called on; other keys are ignored."""
        return cls(value["reason"], tuple(value["classes"]), value["strength"])


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer in the queue."""

    row: Row
    why: Why


async def waiting(session: AsyncSession, models: Models, model: str) -> list[Waiting]:
    """All that waits of a model that names classes, what teaches most first."""
    words: dict[str, list[Open]] = {}
    for word in await trust.open_words(session, model, AMONG):
        words.setdefault(word.photo_sha256, []).append(word)
    spoken = await reviewing.spoken(session, model, list(words))
    now = await _says_now(session, models, model, list(spoken))
    found = [(row, _of_words(words[photo], now.get(photo))) for photo, row in spoken.items()]
    found += [(row, _of_answer(row)) for row in await reviewing.unspoken(session, model, AMONG)]
    queue = [Waiting(row, why) for row, why in found if why is not None]
    return sorted(queue, key=_place)


def _place(each: Waiting) -> tuple[int, float, int]:
    return ORDER.index(each.why.reason), -each.why.strength, -each.row.id


async def _says_now(
    session: AsyncSession, models: Models, model: str, photos: Sequence[str]
) -> dict[str, tuple[Answer, str]]:
    """What the version that answers now says of each photo, and when it was made."""
    current = next((each for each in await models.versions(model) if each.current), None)
    if current is None or not photos:
        return {}
    vectors = await embeddings(session, photos)
    try:
        said = await models.replay(model, current.version, vectors)
    except BadVersion:  # it can't be asked: the other reasons remain
        return {}
    pairs = zip(photos, said, strict=True)
    return {photo: (answer, current.created_at) for photo, answer in pairs if answer is not None}


def _of_words(words: Sequence[Open], now: tuple[Answer, str] | None) -> Why | None:
    """People differ; or a version that could learn what one of them said is sure it is wrong."""
    differ = [word for word in words if word.state == "differ"]
    if differ:
        names = tuple(word.class_name for word in differ)
        return Why("differ", names, sum(word.weight for word in differ))
    if now is None:
        return None
    answer, made_at = now
    doubts = {word.class_name: _against(word, answer) for word in words if word.said_at < made_at}
    doubted = {name: score for name, score in doubts.items() if score >= SURE}
    return Why("doubted", tuple(doubted), max(doubted.values())) if doubted else None


def _against(word: Open, answer: Answer) -> float:
    """How sure the answer is of the opposite."""
    score = answer.scores.get(word.class_name)
    if score is None:
        return 0.0
    return score if word.state == "absent" else 1 - score


def _of_answer(row: Row) -> Why | None:
    """The twin is sure of what the answer doesn't name; or a score is close to its line."""
    answer, twin = Answer.from_json(row.payload), Twin.from_json(row.twin)
    sure = twin.scores[twin.label]
    if sure >= TWIN_SURE and twin.label not in (*answer.labels, *answer.unsure):
        return Why("twin", (twin.label,), sure)
    if answer.unsure:
        return Why("close", answer.unsure, 1.0)
    if answer.reason == "argmax":  # a forced choice is always close to another one
        return None
    margins = {name: abs(answer.scores[name] - answer.thresholds[name]) for name in answer.classes}
    name = min(margins, key=margins.__getitem__)
    return Why("close", (name,), 1 - margins[name]) if margins[name] <= CLOSE else None
