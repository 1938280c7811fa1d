"""A channel without a platform: its messages stay in a list. For tests, and to try things out."""

import asyncio
from dataclasses import dataclass, replace

from bot.channels.base import Limits, Receive
from bot.conversation.messages import Incoming, Photo, Reply
from model.errors import BadPhoto


@dataclass(frozen=True, slots=True)
class Message:
    """What a chat was sent, as it stands now."""

    id: str
    chat: str
    reply: Reply


def _changed(before: Reply, reply: Reply) -> Reply:
    """What a message shows after an edit: its picture stays if there is no other one."""
    return replace(reply, picture=reply.picture or before.picture)


class MemoryChannel:
    """The channel `memory`. Platforms' photos, messages and troubles are attributes of it."""

    name = "memory"
    limits = Limits(text_units=4096, buttons=100, button_units=64)

    def __init__(self) -> None:
        self.photos: dict[str, bytes] = {}
        """What `fetch` gets, by `Photo.ref`."""
        self.messages: list[Message] = []
        """In the order in which they were sent first."""
        self.trouble: dict[str, Exception] = {}
        """What `send` raises, by chat."""
        self.edits: list[str] = []
        """The text of each change to a message."""
        self.typing_in: list[str] = []
        self._ids: dict[str, str] = {}
        self._refusals = 0
        self._receive: Receive | None = None
        self._changed = asyncio.Condition()

    async def start(self, receive: Receive) -> None:
        """Begin to receive what `deliver` is given."""
        self._receive = receive

    async def stop(self) -> None:
        """Receive nothing more."""
        self._receive = None

    async def close(self) -> None:
        """Nothing has to be released."""

    async def deliver(self, incoming: Incoming) -> bool:
        """An update arrives, as from a platform; False if it had arrived before."""
        if self._receive is None:
            raise RuntimeError("this channel does not receive: start it first")
        return await self._receive(incoming)

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The photo's bytes. Raises `BadPhoto` if they are too many or gone."""
        if photo.ref not in self.photos:
            raise BadPhoto("This photo is gone. Please send it again.")
        data = self.photos[photo.ref]
        if len(data) > max_bytes:
            raise BadPhoto("This file is too large for me. Please send a smaller one.")
        return data

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        """Add a message, or change the one that the reply edits. The same key adds only one."""
        try:
            return self._send(chat, reply, key)
        finally:
            async with self._changed:
                self._changed.notify_all()

    def _send(self, chat: str, reply: Reply, key: str) -> str:
        if chat in self.trouble:
            self._refusals += 1
            raise self.trouble[chat]
        if reply.edits:
            self.edits.append(reply.text)
            self.messages = [
                Message(old.id, old.chat, _changed(old.reply, reply))
                if old.id == reply.edits
                else old
                for old in self.messages
            ]
            return reply.edits
        if key not in self._ids:
            self._ids[key] = f"m{len(self.messages) + 1}"
            self.messages.append(Message(self._ids[key], chat, reply))
        return self._ids[key]

    async def typing(self, chat: str) -> None:
        """Remember the chat."""
        self.typing_in.append(chat)

    async def until(self, count: int) -> list[Message]:
        """The messages, once there are at least so many."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.messages) >= count)
        return self.messages

    async def refused(self, times: int) -> None:
        """Wait until `send` was in trouble so often."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._refusals >= times)
