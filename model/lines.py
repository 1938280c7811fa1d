"""A photo's outcome as a line: JSON for programs, words for people. Knows no file and no model."""

import json
from typing import Any

from model.bulk import Outcome
from model.classes import shown
from model.decision import Answer, Twin
from model.errors import BadPhoto
from model.point import Point


def as_json(outcome: Outcome, model: str, version: str) -> str:
    """The contract of `python -m model classify --json`, see docs/commands.md."""
    if isinstance(outcome.answer, BadPhoto):
        return json.dumps({"photo": outcome.photo, "error": str(outcome.answer)})
    return json.dumps(
        {
            "photo": outcome.photo,
            "model": model,
            "version": version,
            **_fields(outcome.answer),
            **({"drawn": str(outcome.drawn)} if outcome.drawn else {}),
            "ms": round(outcome.ms, 1),
        }
    )


def _fields(answer: Answer | Twin | Point) -> dict[str, Any]:
    if isinstance(answer, Point):
        return {"point": [answer.x_px, answer.y_px]}
    if isinstance(answer, Twin):
        return {
            "labels": [answer.label],
            "none": False,
            "scores": answer.scores,
            "reason": "argmax",
        }
    return {
        "labels": answer.labels,
        "none": answer.none,
        "scores": answer.scores,
        "thresholds": answer.thresholds,
        "unsure": answer.unsure,
        "similarity": answer.similarity,
        "gate": answer.gate,
        "reason": answer.reason,
    }


def in_words(outcome: Outcome, width: int) -> str:
    """The photo's name, at least `width` characters wide, and what was seen in it."""
    name = outcome.photo if outcome.photo.isprintable() else repr(outcome.photo)
    return f"{name:<{width}}  {_words(outcome.answer)}"


def _words(answer: Answer | Twin | Point | BadPhoto) -> str:
    if isinstance(answer, BadPhoto):
        return str(answer)
    if isinstance(answer, Point):
        return f"({answer.x_px:.0f}, {answer.y_px:.0f}) px"
    if isinstance(answer, Twin):
        return _scored(answer.label, answer)
    if answer.none:
        closest = max(answer.scores, key=lambda name: answer.scores[name])
        return f"none of my classes ({answer.reason}, closest: {_scored(closest, answer)})"
    named = [_scored(name, answer) for name in answer.labels]
    return ", ".join(named + [f"{_scored(name, answer)}?" for name in answer.unsure])


def _scored(name: str, answer: Answer | Twin) -> str:
    return f"{shown(name)} {answer.scores[name]:.0%}"
