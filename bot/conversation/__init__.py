"""What is said and done in chat, without any platform."""

from bot.conversation.commands import COMMANDS
from bot.conversation.conversation import Conversation

__all__ = ["COMMANDS", "Conversation"]
