"""What a chat platform must do to be a channel.

A channel only translates. It writes every update through `Receive` (which returns after the update
is safe in the database) before it tells its platform that the update arrived.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.conversation.messages import Incoming, Limits, Photo, Reply

__all__ = ["Channel", "Commands", "Limits", "Receive"]

Receive = Callable[[Incoming], Awaitable[bool]]
"""Saves an update durably; False when the same update was there already (then it is not again
handled). Raises `bot.errors.TooMuch` when the person is over a limit: say it, in its words."""


Commands = Sequence[tuple[str, str]]
"""What a platform's menu offers: (name without slash, what it does) of each."""


class Channel(Protocol):
    """One chat platform."""

    name: str
    """The first part of person and chat keys: `telegram`, `webchat`."""
    limits: Limits

    async def start(self, receive: Receive) -> None:
        """Begin to receive; returns once updates can arrive."""

    async def stop(self) -> None:
        """Stop receiving; sending still works until `close`."""

    async def close(self) -> None:
        """Release connections. Nothing is sent after it."""

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The photo's bytes.

        Raises `model.errors.BadPhoto` if it is over `max_bytes` (also found while reading) or
        gone, `bot.errors.TryAgain` if the platform did not answer.
        """

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """Send or edit; returns the platform's message id.

        Raises `bot.errors.NotYet` where the person has to write first.

        `key` is the same when the same reply is sent again after a crash: a channel that can, uses
        it to send only once. A reply whose `edits` is gone or unchanged is no error, nor is
        one whose picture is gone: then the text goes alone (`bot/channels/pictures.py`). Raises
        `bot.errors.TryAgain` (with `after_s`), `bot.errors.Moved` (the chat has another id) or
        `bot.errors.Undeliverable` (blocked, chat gone).
        """

    async def typing(self, chat: str) -> None:
        """Show that an answer is being made. Never raises; may do nothing."""
