"""A Bot API server on the loopback interface, and people who chat through it.

It holds bots to the real API's rules and refuses, more strictly than Telegram, any parameter that
it does not know. What it leaves out: formatted text, and every method that this bot does not call.
"""

from tests.telegram_server.people import Group, Person
from tests.telegram_server.server import TOKEN, Call, TelegramServer
from tests.telegram_server.world import Message, Tap

__all__ = ["TOKEN", "Call", "Group", "Message", "Person", "Tap", "TelegramServer"]
