"""`train/events.py`: lines for a program, bars for people."""

import json

import pytest

from train.events import Bars, Events, JsonEvents


def test_a_step_says_so_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Then as often as it is told."""
    report = JsonEvents().step("embed")
    report(120, 400)

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"event": "progress", "step": "embed", "done": 0, "total": 1},
        {"event": "progress", "step": "embed", "done": 120, "total": 400},
    ]


def test_an_event_is_one_line_of_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is in its fields, and whatever encoding the pipe has."""
    JsonEvents().say("failed", error="no bär\nat all")

    line = capsys.readouterr().out
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line) == {"event": "failed", "error": "no bär\nat all"}


def test_bars_leave_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """A bar a step, on stderr; those that were begun are full at the end."""
    bars = Bars()
    bars.step("read")
    bars.step("embed")(3, 7)
    bars.say("done", version="1")
    bars.close()

    said = capsys.readouterr()
    assert said.out == ""
    assert "read" in said.err
    assert "1/1" in said.err
    assert "7/7" in said.err


def test_a_run_that_fails_leaves_its_bar_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """It did not get to the end."""
    bars: Events = Bars()
    bars.step("embed")(3, 7)
    bars.say("failed", error="no")
    bars.close()

    assert "3/7" in capsys.readouterr().err
