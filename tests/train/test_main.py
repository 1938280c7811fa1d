"""`python -m train`: what programs and people get from it, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from typer.testing import CliRunner

from model.registry import Registry
from tests.train.chat import MODEL, SHIPPED_VERSION, bears_like, database_url, is_a, say
from train.__main__ import app

ROOT = Path(__file__).resolve().parents[2]

Process = subprocess.Popen[str]


@contextmanager
def retraining(home: Path, *options: str) -> Iterator[Process]:
    """The command as the bot starts it, in this home."""
    command = [sys.executable, "-W", "error", "-m", "train", "retrain", "--model", MODEL]
    process = subprocess.Popen(
        [*command, "--feedback", database_url(home), *options],
        cwd=ROOT,
        env={**os.environ, "NONESUCH_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


def out(process: Process) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def home(own_home: Path) -> Path:
    """A home in which Ann confirmed six teddies."""
    say(own_home, is_a("teddy", bears_like("teddy", 6)))
    return own_home


def test_events_are_json_lines(home: Path) -> None:
    """Progress by steps, then `done` with the verdict; people's words go to stderr; status 0."""
    with retraining(home, "--events", "--who", "ann") as process:
        said, words = process.communicate()

    *progress, done = events(said)
    assert process.returncode == 0  # a refusal is no failure
    assert progress[0] == {"event": "progress", "step": "start", "done": 0, "total": 1}
    assert all(set(each) == {"event", "step", "done", "total"} for each in progress)
    assert {each["event"] for each in progress} == {"progress"}
    steps = list(dict.fromkeys(each["step"] for each in progress))
    assert steps == ["start", "read", "embed", "fit", "compare"]
    assert [each for each in progress if each["step"] == "embed"][-1]["done"] == 6
    assert (done["event"], done["model"], done["version"]) == ("done", MODEL, "1")
    assert done["promoted"] is False
    assert done["why"].startswith("it is no better")
    assert done["metrics"]["exact"] > 0.8
    assert Path(done["report"]).is_file()
    assert Path(done["picture"]).is_file()
    assert done["doubted"] == []
    assert "bears 1 is kept, not promoted: it is no better" in words


def test_a_person_gets_words_and_bars(home: Path) -> None:
    """Without --events nothing is on stdout."""
    with retraining(home) as process:
        said, words = process.communicate()

    assert (process.returncode, said) == (0, "")
    assert "compare" in words
    assert "photos of a class answered exactly right" in words


def test_whose_words_are_contradicted_is_said(own_home: Path) -> None:
    """In the event by pseudonym with both counts, and in words to whoever reads along."""
    say(own_home, is_a("grizzly", bears_like("teddy", 30)))

    with retraining(own_home, "--events") as process:
        said, words = process.communicate()

    done = events(said)[-1]
    (culprit,) = done["doubted"]
    assert done["promoted"] is False
    assert (culprit["said"], culprit["doubted"] > 20) == (30, True)
    assert f"{culprit['said_by']} spoke of 30 photos; of {culprit['doubted']} of them" in words


def test_a_failure_is_an_event_and_status_1(own_home: Path) -> None:
    """The sentence is in both."""
    say(own_home, [])

    with retraining(own_home, "--events") as process:
        said, words = process.communicate()

    failed = events(said)[-1]
    assert process.returncode == 1
    assert failed["event"] == "failed"
    assert failed["error"].startswith("There is nothing to learn for bears")
    assert failed["error"] in words
    assert "Traceback" not in words


def test_what_nobody_foresaw_is_an_event_too(home: Path) -> None:
    """A registry that is a file, say: status 1, and the traceback is for the log."""
    (home / "registry").write_text("no folder")

    with retraining(home, "--events") as process:
        said, words = process.communicate()

    assert process.returncode == 1
    assert events(said)[-1]["event"] == "failed"
    assert "Error" in events(said)[-1]["error"]
    assert "Traceback" in words


def test_sigterm_cancels(home: Path) -> None:
    """Status 130, no version and no half of one; the champion answers."""
    with retraining(home, "--events") as process:
        for line in out(process):
            if json.loads(line)["step"] == "fit":
                process.send_signal(signal.SIGTERM)
                break
        rest, _ = process.communicate()

    assert process.returncode == 130
    assert all(each["event"] == "progress" for each in events(rest))
    registry = Registry(home / "registry")
    assert registry.versions(MODEL) == [SHIPPED_VERSION]
    assert registry.current(MODEL) == SHIPPED_VERSION
    assert list((home / "registry").glob("*/*/")) == []


def test_a_run_that_nobody_follows_ends(home: Path) -> None:
    """A bot that died left the pipe: the next line ends the run, and makes no version."""
    with retraining(home, "--events") as process:
        out(process).readline()
        out(process).close()
        status = process.wait()
        words = process.stderr.read() if process.stderr else ""

    assert status == 1
    assert "Traceback" not in words
    assert Registry(home / "registry").versions(MODEL) == [SHIPPED_VERSION]


@pytest.mark.parametrize(
    "arguments",
    [
        ["retrain", "--model", "bears"],
        ["fit", "--model", "bears", "--data", "nonsense:here"],
        ["fit", "--model", "Bears!", "--data", "folders:."],
        ["fit", "--model", "bears", "--data", "folders:.", "--task", "point"],
        ["fit", "--model", "bears", "--data", "folders:.", "--task", "triple-label"],
        ["fit", "--model", "bears", "--data", "folders:.", "--tune-with", "folders:."],
        ["convert", "x.onnx", "--int8", "--size", "320", "--data", "folders:."],
        ["evaluate", "--model", "no-such-model", "--data", "folders:."],
        ["evaluate", "--model", "bears@99", "--data", "folders:."],
    ],
    ids=lambda arguments: " ".join(arguments[:5]),
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    """With a sentence, not a traceback."""
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr
