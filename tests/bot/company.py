"""A whole bot in this process, and people who each have a chat of their own with it."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.conversation.messages import Incoming, Photo
from bot.settings import Settings
from model.registry import Registry
from tests import photos
from tests.bot.versions import MODEL, add_learned


class Bot:
    """A whole bot, and people who each have a chat of their own with it."""

    ids = itertools.count(1)

    def __init__(self, app: App, channel: MemoryChannel) -> None:
        self.app = app
        self.channel = channel

    async def does(self, who: str, **what: object) -> str:
        """Somebody does something; the bot's next message in their chat."""
        before = len(self._texts(who))
        number = f"u{next(self.ids)}"
        given = {"external_id": number, "message": number, "chat": who, "sender": who}
        await self.channel.deliver(Incoming("memory", sender_name=who.title(), **given | what))
        return (await self.until(who, lambda texts: len(texts) > before))[-1]

    async def photo(self, who: str, data: bytes) -> str:
        ref = str(len(self.channel.photos))
        self.channel.photos[ref] = data
        return await self.does(who, kind="photo", photo=Photo(ref))

    async def says(self, who: str, words: str) -> str:
        return await self.does(who, kind="text", text=words)

    async def forget(self, who: str) -> None:
        """Say /forgetme, and Yes."""
        await self.says(who, "/forgetme")
        message = [each for each in self.channel.messages if each.chat == who][-1]
        what = {"external_id": f"u{next(self.ids)}", "chat": who, "sender": who}
        tap = {"message": message.id, "action": "forget:yes", "tap_id": "t"}
        await self.channel.deliver(Incoming("memory", kind="tap", **what | tap))

    async def hears(self, who: str, words: str, within_s: float = 20) -> str:
        """The message in somebody's chat that says so, once it is there."""
        said = await self.until(who, lambda texts: any(words in text for text in texts), within_s)
        return next(text for text in said if words in text)

    async def until(
        self, who: str, holds: Callable[[list[str]], bool], within_s: float = 20
    ) -> list[str]:
        """The texts in somebody's chat, once `holds` is true of them."""
        async with asyncio.timeout(within_s):
            while not holds(texts := self._texts(who)):
                await asyncio.sleep(0.02)
        return texts

    def _texts(self, who: str) -> list[str]:
        return [each.reply.text for each in self.channel.messages if each.chat == who]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    channel = MemoryChannel()
    app = App(settings, more=[channel])
    try:
        await app.start()
        yield Bot(app, channel)
    finally:
        await app.stop()


def picture(seed: int) -> bytes:
    return photos.encode(photos.noise(seed, 320, 240), "JPEG")


def rows(settings: Settings, query: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.home / "nonesuch.db")) as database:
        return database.execute(query, values).fetchall()


def hash_of(settings: Settings, who: str) -> str:
    """The photo that somebody sent last."""
    query = "SELECT photo_sha256 FROM answer WHERE person_id = ? ORDER BY id DESC"
    return str(rows(settings, query, f"memory:{who}")[0][0])


def registry(settings: Settings) -> Registry:
    return Registry(settings.registry)


def answer_with(settings: Settings, *photos: str, who: str = "x") -> str:
    """A version that learned from these photos, and answers."""
    version = add_learned(registry(settings), *photos)
    registry(settings).promote(MODEL, version, who=who, why="better")
    return version
