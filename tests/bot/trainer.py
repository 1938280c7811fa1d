"""A stand-in for the interpreter that trains: a shell script that says what a training would say.

It takes its place at the very boundary, a command line and JSON lines, and costs no second.
"""

import asyncio
import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

import psutil


def stand_in(path: Path, *lines: str) -> Path:
    """An executable at `path` that runs `lines`, whatever arguments it gets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def says(event: str, **fields: object) -> str:
    """The line that says an event."""
    return f"echo '{json.dumps({'event': event, **fields})}'"


def progress(step: str, done: int = 0, total: int = 1) -> str:
    """The line that says how a step goes."""
    return says("progress", step=step, done=done, total=total)


def done(**fields: object) -> str:
    """The line that says that version 1 answers, unless `fields` say otherwise."""
    metrics = {"exact": 0.9, "none_recall": None, "map": 0.8}
    promoted = {"version": "1", "promoted": True, "why": "more photos right", "metrics": metrics}
    return says("done", model="bears", **promoted | fields)


@contextlib.contextmanager
def set_up_under_way(python: Path, line: str) -> Iterator[Path]:
    """The set-up of `python`'s environment is at work and says `line`; where it says so."""
    environment = python.parent.parent
    environment.mkdir(parents=True, exist_ok=True)
    with (environment.parent / "requirements-train.txt").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        doing = environment / ".progress"
        doing.write_text(f"{line}\n")
        yield doing


WAIT_FOR_EVER = "while :; do sleep 0.05; done"
"""In place of a long step. A shell hears a signal when what it waits for has ended."""


async def gone(pid: int) -> None:
    """Wait until a process runs no more; a zombie does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        async with asyncio.timeout(10):
            while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                await asyncio.sleep(0.01)
