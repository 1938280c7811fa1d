"""`python -m train retrain` as a process: how it is called, and what it says.

The bot knows training only by this: a command line, JSON lines on stdout, an exit code. The process
ends by SIGTERM, and by itself at its next line once the bot is gone.
"""

import asyncio
import json
import os
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import structlog

from bot.settings import PROJECT, Settings

log = structlog.get_logger(__name__)

STOP_S = 10.0
"""How long a stopped process may take to clean up before it is killed."""
MAX_LINE_BYTES = 1 << 20
"""Longest line of JSON: metrics of a model of many classes are some ten thousand bytes."""
DEFAULT_PYTHON = Settings.model_fields["train_python"].default


def command(settings: Settings, model: str) -> list[str]:
    """The command line that retrains `model` from this installation's feedback."""
    database = settings.database_url.replace("+aiosqlite", "")
    return [
        str(settings.train_python),
        *("-m", "train", "retrain", "--model", model, "--feedback", database),
    ]


def by_hand(settings: Settings, model: str) -> str:
    """The same for a person to type in a training environment elsewhere."""
    _, *arguments = command(settings, model)
    return f"NONESUCH_HOME={shlex.quote(str(settings.home))} python {shlex.join(arguments)}"


def setting_up(python: Path) -> str | None:
    """What the set-up of that environment is doing now; None when it is ready or nobody makes it.

    `deploy/environment.py` keeps that line in `.progress` and takes it away at the end.
    """
    try:
        return (python.parent.parent / ".progress").read_text(encoding="utf-8").strip()
    except OSError:
        return None


def can_train(python: Path) -> bool:
    """Whether `python` is there and, if it is the project's own, completely set up."""
    ready = python != DEFAULT_PYTHON or (python.parent.parent / ".ready").exists()
    return ready and os.access(python, os.X_OK)


class TrainingProcess:
    """One running retraining."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls, settings: Settings, model: str, who: str, words: Path
    ) -> "TrainingProcess":
        """Start it; `words` is the file that gets what it says to people."""
        arguments = [*command(settings, model), "--events", "--who", who]
        with words.open("ab") as stderr:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                cwd=PROJECT,
                env={**os.environ, "NONESUCH_HOME": str(settings.home)},
                limit=MAX_LINE_BYTES,
                start_new_session=True,  # Ctrl-C is for the bot, which then stops it
            )
        return cls(process)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """What it says, until it ends; the last is `done` or `failed`, whatever happened."""
        if self._process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        ended = False
        async for line in self._process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                log.warning("training_said_no_json", line=line[:200])
                continue
            ended = ended or event.get("event") in ("done", "failed")
            yield event
        code = await self._process.wait()
        if not ended:
            yield {"event": "failed", "error": f"training ended with exit status {code}"}

    async def stop(self) -> None:
        """End it, politely first. Nothing that it did is half done: a version appears at once."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
