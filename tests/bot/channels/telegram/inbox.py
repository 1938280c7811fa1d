"""An inbox that can be told to fail, and the type of the fixture that starts a channel with it."""

from collections.abc import Awaitable, Callable

from bot.channels.telegram import Telegram
from bot.conversation.messages import Incoming

Start = Callable[..., Awaitable[Telegram]]


class Inbox:
    """A `Receive` that keeps what it saved; `failures` are raised first, one a call."""

    def __init__(self) -> None:
        self.saved: list[Incoming] = []
        self.attempts: list[str] = []
        self.failures: list[Exception] = []

    async def receive(self, incoming: Incoming) -> bool:
        self.attempts.append(incoming.external_id)
        if self.failures:
            raise self.failures.pop(0)
        if any(incoming.external_id == one.external_id for one in self.saved):
            return False
        self.saved.append(incoming)
        return True
