"""The channel as the service runs it: on the web chat's server, with the real store and intake."""

from dataclasses import dataclass, field

from sqlalchemy import select

from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.conversation.messages import Incoming
from bot.intake import Intake
from bot.store.engine import Store
from bot.store.tables import Inbox


@dataclass(slots=True)
class Bot:
    """The parts. `failures` are raised first, one a message, in place of saving it."""

    channel: WhatsApp
    web: WebChat
    store: Store
    intake: Intake
    failures: list[Exception] = field(default_factory=list)

    async def receive(self, incoming: Incoming) -> bool:
        if self.failures:
            raise self.failures.pop(0)
        return await self.intake.save(incoming)

    async def saved(self) -> list[Incoming]:
        """What the inbox holds, in the order of arrival."""
        async with self.store.reading() as session:
            payloads = await session.scalars(select(Inbox.payload).order_by(Inbox.id))
            return [Incoming.from_json(payload) for payload in payloads]
