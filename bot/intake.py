"""Takes updates in: durably, each once, and only so many from one person.

What `Intake.save` has returned from is safe: only then a channel tells its platform that the
update arrived. Knows nothing of how updates are answered.
"""

import asyncio
import math

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming
from bot.errors import TooMuch
from bot.settings import Settings
from bot.store import inbox
from bot.store.clock import later, seconds_until
from bot.store.engine import Store

HOUR_S = 3600.0
MINUTE_S = 60.0


class Intake:
    """The way into the inbox."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self.arrived = asyncio.Event()
        """Set when something that was saved is due; the pipeline waits for it."""

    async def save(self, incoming: Incoming) -> bool:
        """Save an update; False if it was there already.

        A photo of an album waits for the album's others. Raises `TooMuch`, and saves nothing, when
        the person is over a limit. What was there already is never refused.
        """
        wait_s = self._settings.album_debounce_s if inbox.group_key(incoming) else 0.0
        async with self._store.writing() as session:
            if not await inbox.add(session, incoming, not_before=later(wait_s)):
                return False
            await self._check(session, incoming)
        if wait_s:
            asyncio.get_running_loop().call_later(wait_s, self.arrived.set)
        else:
            self.arrived.set()
        return True

    async def _check(self, session: AsyncSession, incoming: Incoming) -> None:
        """Raise `TooMuch` if the update that was just added is one too many."""
        settings = self._settings
        since = await inbox.crowded_since(
            session, incoming.person, later(-MINUTE_S), settings.messages_per_minute
        )
        if since:
            raise TooMuch(
                f"That's more than {settings.messages_per_minute} messages in a minute, the most "
                f"I take from one person. Please try again in {_wait(since, MINUTE_S)}."
            )
        if incoming.kind != "photo":
            return
        since = await inbox.crowded_since(
            session, incoming.person, later(-HOUR_S), settings.photos_per_hour, kind="photo"
        )
        if since:
            raise TooMuch(
                f"That's more than {settings.photos_per_hour} photos in an hour, the most I take "
                f"from one person. Please try again in {_wait(since, HOUR_S)}."
            )


def _wait(since: str, window_s: float) -> str:
    """How long until what arrived at `since` is out of the window, in words."""
    seconds = max(1, math.ceil(seconds_until(since) + window_s))
    count, unit = (math.ceil(seconds / 60), "minute") if seconds > 90 else (seconds, "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
