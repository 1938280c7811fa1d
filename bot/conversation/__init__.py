"""What is said and done in chat, without any platform."""

from bot.conversation.commands import ADMIN_COMMANDS, COMMANDS
from bot.conversation.conversation import Conversation

__all__ = ["ADMIN_COMMANDS", "COMMANDS", "Conversation"]
