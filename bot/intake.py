"""Takes updates in: durably, each once, and only so many from one person.

What `Intake.save` has returned from is safe: only then a channel tells its platform that the
update arrived. Knows nothing of how updates are answered.
"""

import math
from typing import Protocol

from bot.conversation.messages import Incoming
from bot.errors import TooMuch
from bot.settings import Settings
from bot.store import inbox
from bot.store.clock import later, seconds_until
from bot.store.engine import Store
from bot.store.inbox import Added, Claim, Window

HOUR_S = 3600.0
MINUTE_S = 60.0


class Takes(Protocol):
    """What is needed here of `bot.pipeline.Pipeline`."""

    def has_room(self) -> bool:
        """Whether an update that is saved now may be begun at once."""

    def begin(self, claim: Claim) -> None:
        """Begin an update that was saved as claimed."""

    def wake(self, after_s: float) -> None:
        """In so many seconds something that was saved is due."""


class Intake:
    """The way into the inbox."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self.pipeline: Takes | None = None
        """Set by the pipeline while it runs. Without it everything is saved for later."""

    async def save(self, incoming: Incoming) -> bool:
        """Save an update; False if it was there already.

        A photo of an album waits for the album's others. Raises `TooMuch`, and saves nothing, when
        the person is over a limit. What was there already is never refused.
        """
        pipeline, settings = self.pipeline, self._settings
        wait_s = settings.album_debounce_s if inbox.group_key(incoming) else 0.0
        async with self._store.writing() as session:
            # Saved as claimed, it needs no second transaction to be.
            at_once = pipeline is not None and not wait_s and pipeline.has_room()
            added = await inbox.add(
                session,
                incoming,
                not_before=later(wait_s),
                minute=Window(later(-MINUTE_S), settings.messages_per_minute),
                hour=Window(later(-HOUR_S), settings.photos_per_hour),
                claimed=at_once,
            )
            if added is None:
                return False
            self._check(added)
        if pipeline and at_once:
            pipeline.begin(added.claim)
        elif pipeline:
            pipeline.wake(wait_s)
        return True

    def _check(self, added: Added) -> None:
        """Raise `TooMuch` if what was just added is one too many, or from somebody blocked."""
        if added.blocked:
            raise TooMuch(
                "I don't take anything from you any more: an admin of mine decided so. Please talk "
                "to the person who runs me if you think that is a mistake."
            )
        if added.minute:
            raise TooMuch(
                f"That's more than {self._settings.messages_per_minute} messages in a minute, the "
                f"most I take from one person. Please try again in {_wait(added.minute, MINUTE_S)}."
            )
        if added.hour and added.claim.first.kind == "photo":
            raise TooMuch(
                f"That's more than {self._settings.photos_per_hour} photos in an hour, the most I "
                f"take from one person. Please try again in {_wait(added.hour, HOUR_S)}."
            )


def _wait(since: str, window_s: float) -> str:
    """How long until what arrived at `since` is out of the window, in words."""
    return in_words(seconds_until(since) + window_s)


def in_words(seconds: float) -> str:
    """A time to wait, at least a second, as people say it."""
    seconds = max(1, math.ceil(seconds))
    count, unit = (math.ceil(seconds / 60), "minute") if seconds > 90 else (seconds, "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
