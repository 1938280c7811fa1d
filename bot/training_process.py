"""`python -m train retrain` as a process: how it is called, and what it says.

The bot knows training only by this: a command line, JSON lines on stdout, an exit code. The process
ends by SIGTERM, and by itself at its next line once the bot is gone.
"""

import asyncio
import fcntl
import os
import shlex
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bot.settings import PROJECT, Settings
from model.errors import BadData

log = structlog.get_logger(__name__)

STOP_S = 4.0
"""How long a stopped process may take to clean up before it is killed."""
MAX_LINE_BYTES = 1 << 20
"""Longest line of JSON: metrics of a model of many classes are some ten thousand bytes."""
DEFAULT_PYTHON = Settings.model_fields["train_python"].default


class Progress(BaseModel):
    """At a step: so much is done of so much."""

    event: Literal["progress"]
    step: str
    done: int
    total: int


class Doubted(BaseModel):
    """A person, by pseudonym, who spoke of `said` photos: `doubted` of them say otherwise."""

    said_by: str
    said: int
    doubted: int


class Done(BaseModel):
    """There is a new version; `promoted` says whether it answers. `problems` are sentences.

    `picture` is the path of its report's picture, `doubted` whose words other photos contradict.
    """

    event: Literal["done"] = "done"
    version: str
    promoted: bool
    why: str
    metrics: dict[str, Any] = {}
    problems: list[str] = []
    picture: str = ""
    doubted: list[Doubted] = []


class Failed(BaseModel):
    """There is none; `error` is a sentence that says why."""

    event: Literal["failed"] = "failed"
    error: str


class Cancelled(BaseModel):
    """There is none, because the process was stopped."""


End = Done | Failed | Cancelled
Event: TypeAdapter[Progress | Done | Failed] = TypeAdapter(
    Annotated[Progress | Done | Failed, Field(discriminator="event")]
)


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

    `deploy/environment.py` keeps that line in `.progress`, and a lock on the environment's list of
    packages as long as it works. It may be killed and leave the one, never the other.
    """
    environment = python.parent.parent
    try:
        doing = (environment / ".progress").read_text(encoding="utf-8").strip()
        with (environment.parent / "requirements-train.txt").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return doing
    except OSError:
        pass
    return None


def can_train(python: Path) -> bool:
    """Whether `python` is there and, if it is the project's own, completely set up."""
    ready = python != DEFAULT_PYTHON or (python.parent.parent / ".ready").exists()
    return ready and python.is_file() and os.access(python, os.X_OK)


class TrainingProcess:
    """One running retraining: first all of `progress`, then the `end`."""

    def __init__(self, process: asyncio.subprocess.Process, stdout: asyncio.StreamReader) -> None:
        self._process = process
        self._stdout = stdout
        self._end: End | None = None
        self._stopped = self._over = False

    @classmethod
    async def start(cls, settings: Settings, model: str, who: str) -> Self:
        """Start it. What it says to people goes to `training.log`. Raises `BadData`."""
        arguments = [*command(settings, model), "--events", "--who", who]
        try:
            with (settings.home / "training.log").open("ab") as words:
                process = await asyncio.create_subprocess_exec(
                    *arguments,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=words,
                    cwd=PROJECT,
                    env=_environment(settings),
                    limit=MAX_LINE_BYTES,
                    start_new_session=True,  # Ctrl-C is for the bot, which then stops it
                )
        except OSError as error:
            raise BadData(f"{settings.train_python} can't be started: {error.strerror}") from error
        if process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        return cls(process, process.stdout)

    async def progress(self) -> AsyncIterator[Progress]:
        """How it goes on, until it says no more."""
        while line := await self._line():
            try:
                event = Event.validate_json(line)
            except ValidationError:
                log.warning("training_said_no_event", line=line[:200])
                continue
            if isinstance(event, Progress):
                yield event
            else:
                self._end = self._end or event

    async def end(self) -> End:
        """How it ended, whatever happened. Progress that nobody read is dropped."""
        async for _ in self.progress():
            pass
        code = await self._process.wait()
        self._over = True
        if self._end is not None:
            return self._end
        if self._stopped:
            return Cancelled()
        how = f"by signal {-code}" if code < 0 else f"with exit status {code}"
        return Failed(error=f"it ended without a word, {how}; see training.log in the bot's home")

    async def stop(self) -> None:
        """End it and all that it started, politely first. `end` says what came of it.

        Nothing that it did is half done: a version appears at once.
        """
        if self._over:
            return
        self._stopped = True
        self._signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """To its process group: a child that is left would keep the pipe open."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    async def _line(self) -> bytes:
        """What it says next; empty at the end."""
        while True:
            try:
                return await self._stdout.readline()
            except ValueError:  # longer than the limit, and dropped
                log.warning("training_said_too_much")


def _environment(settings: Settings) -> dict[str, str]:
    """The bot's, without its settings: training is told all that it needs, and no token."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("NONESUCH_")}
    return rest | {"NONESUCH_HOME": str(settings.home)}
