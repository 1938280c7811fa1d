"""Something that is looked at again and again while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Lookout:
    """Calls `look` every few seconds, in the background, and outlives whatever one look brings."""

    def __init__(self, name: str, look: Callable[[], Awaitable[None]]) -> None:
        """`name` stands in the log where a look failed."""
        self._name = name
        self._look = look
        self._loop: asyncio.Task[None] | None = None

    def start(self, every_s: float) -> None:
        """Look from now on, the first time after `every_s` seconds."""
        self._loop = asyncio.create_task(self._run(every_s))

    async def stop(self) -> None:
        """Look no more; a look under way is cancelled, and waited for."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await self._look()
            except Exception:  # the next look may find a database that is back
                log.exception("look_failed", what=self._name)
