"""The composition root: builds every part, starts it, drains it, stops it. Nothing else does.

Parts start in the order in which they lean on each other and stop in the opposite one: first
nothing more is taken, then what was taken is answered, then the durable things close.
"""

import asyncio
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Channel
from bot.channels.telegram import Telegram
from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.classify import Classify
from bot.conversation import ADMIN_COMMANDS, COMMANDS, Conversation
from bot.explaining import Explaining
from bot.forgetting import Forgetting
from bot.home import owned
from bot.intake import Intake
from bot.models import Models
from bot.nudging import Nudging
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.pipeline import Pipeline
from bot.retraining import Retraining
from bot.seen_before import SeenBefore
from bot.settings import Settings
from bot.store.engine import Store
from bot.web.overview import OverviewApi
from bot.web.review import ReviewApi
from model.backbone import Backbones
from model.errors import BadData
from model.registry import Registry

log = structlog.get_logger(__name__)

DRAIN_S = 20.0
"""How long photos that were begun may take to be answered when the service stops."""
STOP_S = 6.0
"""How long any other step of stopping may take. All of them together stay below a minute: after
that systemd and Docker kill."""


class App:
    """One running bot. `more` are channels beside those of the settings."""

    def __init__(self, settings: Settings, more: Sequence[Channel] = ()) -> None:
        self.settings = settings
        self.store = Store(settings.database_url)
        self.photos = PhotoFiles(settings.home, int(settings.max_disk_gb * 1e9))
        backbones = Backbones(threads=settings.threads)
        self.models = Models(Registry(settings.registry), backbones)
        self.classify = Classify(self.models)
        self.webchat = WebChat(self.store, settings, self.photos, COMMANDS, ADMIN_COMMANDS)
        overview = OverviewApi(self.store, settings, self.models, self.webchat.sessions)
        overview.add_to(self.webchat.app.router)
        review = ReviewApi(self.store, self.webchat.sessions, self.models, settings.model)
        review.add_to(self.webchat.app.router)
        self.channels: dict[str, Channel] = {self.webchat.name: self.webchat}
        if settings.telegram_token.get_secret_value():
            telegram = Telegram(settings, COMMANDS, ADMIN_COMMANDS)
            telegram.mount(self.webchat.app)
            self.channels[telegram.name] = telegram
        if settings.has_whatsapp:
            whatsapp = WhatsApp(self.store, settings)
            whatsapp.mount(self.webchat.app)
            self.channels[whatsapp.name] = whatsapp
        elif settings.whatsapp_lacks:
            log.warning("whatsapp is off", lacks=settings.whatsapp_lacks)
        self.channels |= {channel.name: channel for channel in more}
        limits = {name: channel.limits for name, channel in self.channels.items()}
        self.intake = Intake(self.store, settings)
        self.outbox = Outbox(self.store, self.channels)
        self.retraining = Retraining(settings, self.store, self.outbox, self.models)
        self.nudging = Nudging(settings, self.store, self.outbox, self.models)
        self.seen_before = SeenBefore(settings, self.store, self.outbox, self.models, self.photos)
        explaining = Explaining(settings.home, self.models, self.photos)
        self.forgetting = Forgetting(settings, self.store, self.outbox, self.models, self.photos)
        self.pipeline = Pipeline(
            store=self.store,
            outbox=self.outbox,
            channels=self.channels,
            photos=self.photos,
            classify=self.classify,
            conversation=Conversation(settings, self.models, limits, explaining),
            settings=settings,
            intake=self.intake,
        )

    async def start(self) -> None:
        """Everything up; returns when photos are being answered.

        Raises `NonesuchError` with a sentence for whoever starts it; then `stop` what did start.
        """
        parts = (self._open_store(), self.models.start())
        for outcome in await asyncio.gather(*parts, return_exceptions=True):
            if outcome is not None:
                raise outcome
        self._check_model()
        await self.outbox.start()
        await self.pipeline.start()
        await self.retraining.start()
        await self.nudging.start()
        await self.seen_before.start()
        await self.forgetting.start()
        for channel in self.channels.values():
            await channel.start(self.intake.save)

    async def stop(self) -> None:
        """Take nothing more, answer what was taken, close. Every step has a limit."""
        channels = self.channels.values()
        learning = self.retraining.stop, self.nudging.stop, self.forgetting.stop
        await _within(
            STOP_S, *learning, self.seen_before.stop, *(channel.stop for channel in channels)
        )
        await _within(DRAIN_S + STOP_S, lambda: self.pipeline.stop(DRAIN_S))
        await _within(STOP_S, self.outbox.stop)
        await _within(STOP_S, *(channel.close for channel in channels))
        await _within(STOP_S, self.classify.stop, self.models.stop)
        await _within(STOP_S, self.store.close)

    async def _open_store(self) -> None:
        try:
            await self.store.open()
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            reason = str(getattr(error, "orig", error))
            raise BadData(
                f"The database in {self.settings.home} can't be opened: {reason}. "
                "`python -m bot doctor` says more."
            ) from error

    def _check_model(self) -> None:
        """Whoever mistypes a model would else be answered by another one."""
        names = self.models.names()
        if self.settings.model not in names:
            known = ", ".join(names)
            raise BadData(f"NONESUCH_MODEL is {self.settings.model!r}; there are {known}.")


async def _within(limit_s: float, *stops: Callable[[], Awaitable[Any]]) -> None:
    """Run a step of stopping, all of its parts at once."""
    await asyncio.gather(*(_stop(limit_s, stop) for stop in stops))


async def _stop(limit_s: float, stop: Callable[[], Awaitable[Any]]) -> None:
    """A part that hangs or fails must not keep the others from being stopped."""
    try:
        async with asyncio.timeout(limit_s):
            await stop()
    except Exception:  # said, and the next part is stopped all the same
        log.exception("stop_failed", part=getattr(stop, "__qualname__", "?"))


async def run(settings: Settings, ready: Callable[[App], Awaitable[None]]) -> None:
    """Serve until SIGINT or SIGTERM, then drain. `ready` is called once photos are answered.

    Raises `NonesuchError` with a sentence if it can't start.
    """
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores SIGINT
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    with owned(settings.home):
        app = _build(settings)
        try:
            await app.start()
            await ready(app)
            await ended.wait()
            log.info("stopping")
        finally:
            await app.stop()


def _build(settings: Settings) -> App:
    try:
        return App(settings)
    except OSError as error:
        raise BadData(f"The home {settings.home} can't be used: {error}.") from error
