"""What is kind to do but may fail: the typing sign, and a word on limits.

All of it runs beside the real work, and an error is only noted at DEBUG.
"""

import asyncio

import structlog

from bot.channels.pace import Seldom
from bot.channels.whatsapp.cloud import CloudApi, Json, addressed_to
from bot.conversation.messages import Incoming
from bot.errors import NotYet, TryAgain, Undeliverable

log = structlog.get_logger(__name__)

TYPING_S = 20.0
"""WhatsApp shows the typing sign for 25 seconds, or until the answer is there."""
COMPLAINT_S = 60.0
MAX_CHATS = 10_000


class Courtesy:
    """Small calls beside the real work. None of them raises, none is waited for."""

    def __init__(self, api: CloudApi) -> None:
        self._api = api
        self._running: set[asyncio.Task[None]] = set()
        self._newest: dict[str, str] = {}
        """What each person sent last: the typing sign needs a message that it answers."""
        self._typing = Seldom(TYPING_S)
        self._complaints = Seldom(COMPLAINT_S)

    def heard(self, incoming: Incoming) -> None:
        """Somebody sent something."""
        if len(self._newest) >= MAX_CHATS:
            self._newest.clear()
        self._newest[incoming.chat] = incoming.external_id

    def typing(self, chat: str) -> None:
        """Show the typing sign, with which the message counts as read."""
        newest = self._newest.get(chat)
        if newest and self._typing.allows(chat):
            typing = {"typing_indicator": {"type": "text"}}
            read = {"messaging_product": "whatsapp", "status": "read", "message_id": newest}
            self._beside(read | typing)

    def complain(self, incoming: Incoming, sentence: str) -> None:
        """Tell somebody that it was too much, at most once a minute: they may be flooding us."""
        if self._complaints.allows(incoming.person):
            text = {"type": "text", "text": {"body": sentence}}
            self._beside(addressed_to(incoming.chat) | text)

    async def close(self) -> None:
        """Give up whatever still runs."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _beside(self, message: Json) -> None:
        task = asyncio.create_task(self._quietly(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _quietly(self, message: Json) -> None:
        try:
            await self._api.send(message)
        except (TryAgain, NotYet, Undeliverable) as error:
            log.debug("whatsapp refused a courtesy", why=str(error))
