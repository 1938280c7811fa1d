"""What tests of the bot stand on: settings on a home of their own, and a really opened database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.memory import MemoryChannel
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.engine import Store


@pytest.fixture
def settings(own_home: Path) -> Settings:
    """The defaults, on the test's own home and a free port."""
    return Settings(port=0)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """A new SQLite file with the newest schema."""
    store = Store(settings.database_url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def channel() -> MemoryChannel:
    """A channel whose messages stay in a list."""
    return MemoryChannel()


@pytest.fixture
async def outbox(store: Store, channel: MemoryChannel) -> AsyncIterator[Outbox]:
    """What sends to that channel."""
    outbox = Outbox(store, {"memory": channel})
    yield outbox
    await outbox.stop()
