"""`python -m bot run` in a process of its own, for tests that need the whole service."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 60.0


class Service:
    """The service on one home, which it keeps after every start. `settings` are NONESUCH_* ones."""

    def __init__(self, home: Path, settings: dict[str, str]) -> None:
        self.log = home.parent / "service.log"
        self.database = home / "nonesuch.db"
        self.environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "NONESUCH_HOME": str(home),
            "NONESUCH_PORT": "0",
            "NONESUCH_TRAIN_PYTHON": sys.executable,
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._began = 0
        """Where in the log this process begins."""

    async def start(self) -> None:
        """Start the process; returns at once."""
        with self.log.open("ab") as log:
            self._began = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.log.parent,  # no .env of ours
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    async def address(self) -> str:
        """The chat's address, once this process serves it."""
        async with asyncio.timeout(START_S):
            while True:
                said = self.log.read_bytes()[self._began :].decode()
                found = re.findall(r"The chat: (\S+)", said)
                if found:
                    return str(found[-1])
                await asyncio.sleep(0.1)

    async def command(self, *arguments: str) -> str:
        """What `python -m bot …` prints on the same home."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self.log.parent,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed
        return printed.decode()

    async def kill(self) -> None:
        """SIGKILL, if it still runs."""
        await self._end(signal.SIGKILL)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """The exit status after a SIGTERM, or another signal."""
        return await self._end(how)

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        return await self._process.wait()
