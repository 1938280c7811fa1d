"""A person's chat with the bot, the same on every platform: what they do, and what they then see.

A tap, a reply or a reaction names a message as it was seen.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from bot.conversation.messages import Incoming, Photo
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.world import World
from tests.telegram_server import Person as TelegramPerson
from tests.whatsapp_server import Person as WhatsAppPerson

WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot's as it stands; `actions` are those of its buttons, by their labels."""

    id: str
    text: str
    actions: dict[str, str]
    has_picture: bool = False

    @property
    def labels(self) -> list[str]:
        return list(self.actions)


class Chat(ABC):
    """What somebody does is awaited until they see something new, which is returned."""

    channel: str
    tells_albums = True
    """Whether the platform says which photos were sent together."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def begin(self) -> "Chat":
        """Open the chat."""
        return self

    async def end(self) -> None:  # noqa: B027 - most chats have nothing to close
        """Close it."""

    @abstractmethod
    async def shown(self) -> list[Seen]:
        """All messages of the bot's, as they stand."""

    @abstractmethod
    async def _photos(self, photos: Sequence[bytes], caption: str) -> None: ...

    @abstractmethod
    async def _say(self, words: str, to: Seen | None) -> None: ...

    @abstractmethod
    async def _tap(self, label: str, on: Seen) -> None: ...

    @abstractmethod
    async def _react(self, emoji: str, to: Seen) -> None: ...

    async def photo(self, data: bytes, caption: str = "") -> Seen:
        return await self._then(self._photos([data], caption))

    async def album(self, *photos: bytes) -> list[Seen]:
        """Photos sent together; all their answers."""
        answers = 1 if self.tells_albums else len(photos)
        return await self._all(self._photos(photos, ""), answers)

    async def says(self, words: str, to: Seen | None = None) -> Seen:
        return await self._then(self._say(words, to))

    async def taps(self, label: str, on: Seen) -> Seen:
        assert label in on.labels
        return await self._then(self._tap(label, on))

    async def reacts(self, emoji: str, to: Seen) -> Seen:
        return await self._then(self._react(emoji, to))

    async def _then(self, doing: Awaitable[None]) -> Seen:
        return (await self._all(doing, 1))[-1]

    async def _all(self, doing: Awaitable[None], count: int) -> list[Seen]:
        """What is new or changed, once there is so much of it."""
        before = await self.shown()
        await doing
        async with asyncio.timeout(WAIT_S):
            while len(new := [one for one in await self.shown() if one not in before]) < count:
                await asyncio.sleep(0.02)
        return new


class OnMemory(Chat):
    channel = "memory"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._person = f"person{world.number()}"

    async def shown(self) -> list[Seen]:
        return [
            Seen(
                m.id,
                m.reply.text,
                {b.label: b.action for row in m.reply.buttons for b in row},
                m.reply.picture is not None,
            )
            for m in self.world.memory.messages
            if m.chat == self._person
        ]

    async def _photos(self, photos: Sequence[bytes], caption: str) -> None:
        group = f"album{self.world.number()}" if len(photos) > 1 else None
        for data in photos:
            ref = f"photo{self.world.number()}"
            self.world.memory.photos[ref] = data
            await self._does("photo", photo=Photo(ref), text=caption, group=group)

    async def _say(self, words: str, to: Seen | None) -> None:
        await self._does("text", text=words, reply_to=to.id if to else None)

    async def _tap(self, label: str, on: Seen) -> None:
        await self._does("tap", action=on.actions[label], message=on.id)

    async def _react(self, emoji: str, to: Seen) -> None:
        await self._does("reaction", reaction=emoji, message=to.id)

    async def _does(self, kind: str, **more: object) -> None:
        number = f"u{self.world.number()}"
        about = {
            "external_id": number,
            "message": number,
            "chat": self._person,
            "sender": self._person,
        }
        await self.world.memory.deliver(Incoming("memory", kind=kind, **{**about, **more}))


class OnWebChat(Chat):
    channel = "webchat"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._page = Page(world.app.webchat)

    async def begin(self) -> Chat:
        await self._page.open()
        async with asyncio.timeout(WAIT_S):
            while not await self.shown():  # the greeting
                await asyncio.sleep(0.02)
        return self

    async def end(self) -> None:
        await self._page.close()

    async def shown(self) -> list[Seen]:
        return [
            Seen(
                one["id"],
                one["text"],
                {b["label"]: b["action"] for row in one["buttons"] for b in row},
                one["picture"] is not None,
            )
            for one in await self._page.messages()
            if one["author"] == "bot"
        ]

    async def _photos(self, photos: Sequence[bytes], caption: str) -> None:
        group = str(uuid4()) if len(photos) > 1 else None
        for data in photos:
            assert (await self._page.photo(data, text=caption, group=group)).status == 200

    async def _say(self, words: str, to: Seen | None) -> None:
        await self._page.say(words, **({"reply_to": to.id} if to else {}))

    async def _tap(self, label: str, on: Seen) -> None:
        await self._page.send(type="tap", message=on.id, action=on.actions[label])

    async def _react(self, emoji: str, to: Seen) -> None:
        await self._page.send(type="reaction", message=to.id, emoji=emoji)


class OnTelegram(Chat):
    channel = "telegram"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._person: TelegramPerson = world.telegram.person(f"Person {world.number()}")

    async def shown(self) -> list[Seen]:
        return [
            Seen(
                str(one.id),
                one.text,
                {b["text"]: b["callback_data"] for row in one.keyboard for b in row},
                one.picture is not None,
            )
            for one in self.world.telegram.messages(self._person)
        ]

    async def _photos(self, photos: Sequence[bytes], caption: str) -> None:
        if len(photos) > 1:
            self._person.sends_album(list(photos), caption)
        else:
            self._person.sends_photo(photos[0], caption)

    async def _say(self, words: str, to: Seen | None) -> None:
        if to:
            self._person.replies(words, self._person.chat.messages[int(to.id)])
        else:
            self._person.says(words)

    async def _tap(self, label: str, on: Seen) -> None:
        self._person.taps(label, self._person.chat.messages[int(on.id)])

    async def _react(self, emoji: str, to: Seen) -> None:
        emojis = [emoji] if emoji else []
        self._person.reacts(*emojis, to=self._person.chat.messages[int(to.id)])


class OnWhatsApp(Chat):
    channel = "whatsapp"
    tells_albums = False

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._person: WhatsAppPerson = world.whatsapp.person(f"Person {world.number()}")

    async def shown(self) -> list[Seen]:
        return [
            Seen(
                one.id,
                one.text,
                dict(zip(one.labels, (c["id"] for c in one.choices), strict=True)),
                one.picture is not None,
            )
            for one in self.world.whatsapp.messages(self._person)
        ]

    async def _photos(self, photos: Sequence[bytes], caption: str) -> None:
        for data in photos:
            await self._person.sends_photo(data, caption)

    async def _say(self, words: str, to: Seen | None) -> None:
        await self._person.says(words, self._person.chat.find(to.id) if to else None)

    async def _tap(self, label: str, on: Seen) -> None:
        await self._person.taps(label, self._person.chat.find(on.id))

    async def _react(self, emoji: str, to: Seen) -> None:
        message = self._person.chat.find(to.id)
        assert message
        await self._person.reacts(emoji, to=message)


PLATFORMS: dict[str, type[Chat]] = {
    each.channel: each for each in (OnMemory, OnWebChat, OnTelegram, OnWhatsApp)
}
"""Whoever adds a channel adds its chat here, and gets the contract's tests."""
