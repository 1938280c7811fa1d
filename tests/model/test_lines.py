"""`model/lines.py`: an outcome as a line, for programs and for people."""

import json

import pytest

from model import lines
from model.bulk import Outcome
from model.decision import Answer, Twin
from model.errors import BadPhoto


def answer(labels: tuple[str, ...], unsure: tuple[str, ...], reason: str) -> Answer:
    """Of a model of two classes."""
    return Answer(
        classes=("polar_bear", "cat"),
        labels=labels,
        unsure=unsure,
        scores={"polar_bear": 0.97, "cat": 0.31},
        thresholds={"polar_bear": 0.5, "cat": 0.5},
        similarity={"polar_bear": (0.81, 0.77), "cat": (0.4, 0.5)},
        gate={"polar_bear": (0.62, 0.7), "cat": (0.6, 0.7)},
        reason=reason,  # type: ignore[arg-type]  # any of them
    )


SEEN = answer(("polar_bear",), (), "above threshold")


def test_an_answer_as_json() -> None:
    """All fields of the contract, in its order."""
    line = lines.as_json(Outcome("a b.jpg", SEEN, 11.24), "bears", "shipped-1")
    assert "\n" not in line
    assert list(json.loads(line).items()) == [
        ("photo", "a b.jpg"),
        ("model", "bears"),
        ("version", "shipped-1"),
        ("labels", ["polar_bear"]),
        ("none", False),
        ("scores", {"polar_bear": 0.97, "cat": 0.31}),
        ("thresholds", {"polar_bear": 0.5, "cat": 0.5}),
        ("unsure", []),
        ("similarity", {"polar_bear": [0.81, 0.77], "cat": [0.4, 0.5]}),
        ("gate", {"polar_bear": [0.62, 0.7], "cat": [0.6, 0.7]}),
        ("reason", "above threshold"),
        ("ms", 11.2),
    ]


def test_none_as_json() -> None:
    """No labels, nothing unsure: none."""
    line = lines.as_json(Outcome("a.jpg", answer((), (), "unfamiliar"), 9.0), "bears", "2")
    fields = json.loads(line)
    assert (fields["labels"], fields["unsure"], fields["none"]) == ([], [], True)


def test_a_twin_as_json() -> None:
    """One label, never none, and nothing of the rule that it doesn't have."""
    twin = Twin("cat", {"polar_bear": 0.4, "cat": 0.6})
    assert json.loads(lines.as_json(Outcome("a.jpg", twin, 9.0), "bears", "2")) == {
        "photo": "a.jpg",
        "model": "bears",
        "version": "2",
        "labels": ["cat"],
        "none": False,
        "scores": {"polar_bear": 0.4, "cat": 0.6},
        "reason": "argmax",
        "ms": 9.0,
    }


def test_a_bad_photo_as_json() -> None:
    """Its name and the reason."""
    line = lines.as_json(Outcome("a.jpg", BadPhoto("This file is empty."), 0.1), "bears", "2")
    assert json.loads(line) == {"photo": "a.jpg", "error": "This file is empty."}


@pytest.mark.parametrize("name", ["Bär 🐻.jpg", "caf\udce9.jpg", 'quote".jpg', "new\nline.jpg"])
def test_any_file_name_survives_json(name: str) -> None:
    """On any terminal: the line is ASCII, and gives the name back as it was."""
    line = lines.as_json(Outcome(name, SEEN, 1.0), "bears", "2")
    assert line.isascii()
    assert json.loads(line)["photo"] == name


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (SEEN, "polar bear 97%"),
        (answer(("polar_bear",), ("cat",), "above threshold"), "polar bear 97%, cat 31%?"),
        (
            answer((), (), "unfamiliar"),
            "none of my classes (unfamiliar, closest: polar bear 97%)",
        ),
        (Twin("cat", {"polar_bear": 0.4, "cat": 0.6}), "cat 60%"),
        (BadPhoto("This file is empty."), "This file is empty."),
    ],
)
def test_outcomes_in_words(said: Answer | Twin | BadPhoto, words: str) -> None:
    """What is seen with its probability, a question mark at what is only asked about."""
    assert lines.in_words(Outcome("a.jpg", said, 1.0), 8) == f"a.jpg     {words}"


def test_a_file_name_cannot_write_on_the_terminal() -> None:
    """Control characters are shown, not sent."""
    line = lines.in_words(Outcome("\x1b[2Jclear.jpg", SEEN, 1.0), 8)
    assert "\x1b" not in line
    assert line.isprintable()
