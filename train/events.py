"""What a run says while it works: JSON lines on stdout for a program, bars on stderr for people."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Report = Callable[[int, int], None]
"""Called with (done, total) as a step goes on."""


class Events(Protocol):
    """Where a run reports to."""

    def step(self, name: str) -> Report:
        """Begin a step; the result is called as it goes on."""

    def say(self, event: str, **fields: Any) -> None:
        """An end: done or failed."""

    def close(self) -> None:
        """Nothing is said after it."""


class JsonEvents:
    """One JSON object a line on stdout. A reader that is gone ends the run (BrokenPipeError)."""

    def step(self, name: str) -> Report:
        """Begin a step: progress lines follow, the first at once."""

        def report(done: int, total: int) -> None:
            self.say("progress", step=name, done=done, total=total)

        report(0, 1)
        return report

    def say(self, event: str, **fields: Any) -> None:
        """Write a line and flush it. ASCII, whatever encoding stdout has."""
        print(json.dumps({"event": event, **fields}), flush=True)  # noqa: T201 - stdout is the pipe

    def close(self) -> None:
        """Nothing to close."""


class Bars:
    """Progress bars on stderr; the end is said in words by the caller."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._progress.start()

    def step(self, name: str) -> Report:
        """Begin a bar; the one before is full now."""
        self._fill()
        task = self._progress.add_task(name, total=None)

        def report(done: int, total: int) -> None:
            self._progress.update(task, completed=done, total=total)

        return report

    def say(self, event: str, **fields: Any) -> None:
        """Only programs read events; people get sentences."""
        if event == "done":
            self._fill()

    def close(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        self._progress.stop()

    def _fill(self) -> None:
        for task in self._progress.tasks:
            self._progress.update(task.id, completed=task.total or 1, total=task.total or 1)
