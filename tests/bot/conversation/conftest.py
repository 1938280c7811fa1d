"""Where dialogues take place."""

import pytest

from bot.settings import Settings
from bot.store.engine import Store
from tests.bot.conversation.dialogue import Dialogue


@pytest.fixture
def chat(store: Store) -> Dialogue:
    """A private chat between Ann and the bot; `admin` is an admin."""
    return Dialogue(store, Settings(admins="memory:admin"))


@pytest.fixture
def group(chat: Dialogue) -> Dialogue:
    """A group in which Ann, Bob and an admin read along."""
    return chat.elsewhere("group", private=False)
