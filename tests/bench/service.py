"""The service and the command beside the bare loop, which does nothing but decode and run ONNX."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, redirect_stderr
from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.conversation.messages import Incoming, Photo
from bot.settings import Settings
from bot.telemetry import set_up_logs
from tests.bench.photos import never_seen

NO_LIMIT = 10**9


class Channel(MemoryChannel):
    """A channel in memory that forgets a photo once it was fetched."""

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        """The photo's bytes, the first time."""
        data = await super().fetch(photo, max_bytes)
        del self.photos[photo.ref]
        return data


class People:
    """People who send photos to a bot."""

    def __init__(self, channel: Channel, photos: Iterator[bytes]) -> None:
        self._channel = channel
        self._photos = photos
        self._sent = 0

    async def send(self, count: int, in_flight: int) -> None:
        """Send photos, in turn by as many people as photos are in flight; wait for all answers.

        Whenever one is answered, another is sent.
        """
        answered = len(self._channel.messages)
        for number in range(count):
            await self._channel.until(answered + number - in_flight + 1)
            await self._send_one(person=str(number % in_flight))
        await self._channel.until(answered + count)

    async def _send_one(self, person: str) -> None:
        self._sent += 1
        name = str(self._sent)
        self._channel.photos[name] = next(self._photos)
        photo = Incoming(
            channel=self._channel.name,
            external_id=name,
            kind="photo",
            chat=person,
            sender=person,
            sender_name=f"Person {person}",
            message=name,
            photo=Photo(name),
        )
        await self._channel.deliver(photo)


@asynccontextmanager
async def running(photos: list[bytes]) -> AsyncIterator[People]:
    """A whole bot in this process, with a home of its own; its people send these photos."""
    channel = Channel()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,
            home=Path(folder),
            port=0,
            telegram_token=SecretStr(""),
            photos_per_hour=NO_LIMIT,
            messages_per_minute=NO_LIMIT,
        )
        with Path(folder, "log").open("w", encoding="utf-8") as log:
            with redirect_stderr(log):
                set_up_logs(settings)
            app = App(settings, [channel])
            try:
                await app.start()
                yield People(channel, never_seen(photos))
            finally:
                await app.stop()
