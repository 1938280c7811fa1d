"""The 24 hours in which WhatsApp lets a bot write: a day from what the person did last.

The inbox knows it, also after a restart; what this process heard is kept in memory, too, so that
somebody whose words were just deleted can still be told so.
"""

from bot.channels.whatsapp.updates import chat_key
from bot.conversation.messages import Incoming
from bot.store import whatsapp
from bot.store.clock import later
from bot.store.engine import Store

WINDOW_S = 24 * 3600.0 - 60.0
"""A day, less what clocks may differ by."""
MAX_CHATS = 10_000


class Window:
    """Who may be written to. A day begins when a person wrote, not when that was delivered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest: dict[str, str] = {}
        """By chat, when the person did something last."""

    def heard(self, incoming: Incoming) -> None:
        """Somebody did something."""
        if len(self._newest) >= MAX_CHATS:
            self._newest.clear()
        self._newest[incoming.chat] = max(incoming.sent_at, self._newest.get(incoming.chat, ""))

    async def is_open(self, chat: str) -> bool:
        """Whether the chat may be written to now."""
        if self._newest.get(chat, "") > later(-WINDOW_S):
            return True
        async with self._store.reading() as session:
            return await whatsapp.wrote_within(session, chat_key(chat), WINDOW_S)
