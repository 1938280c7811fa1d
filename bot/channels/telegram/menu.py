"""The commands that Telegram offers behind "/": everyone's, and the admins' in their own chats."""

from collections.abc import Collection

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest

from bot.channels.base import Commands
from bot.channels.telegram.courtesy import Courtesy

log = structlog.get_logger(__name__)


class Menu:
    """`admins` are the ids of those who get `more` commands: a private chat has its person's id."""

    def __init__(
        self,
        bot: Bot,
        courtesy: Courtesy,
        commands: Commands,
        more: Commands,
        admins: Collection[str],
    ) -> None:
        self._bot = bot
        self._courtesy = courtesy
        self._commands = commands
        self._for_admins = (*commands, *more)
        self._admins = admins
        self._not_met: set[str] = set()
        """Admins who never wrote to the bot: Telegram knows no chat with them."""

    async def show(self) -> None:
        """Set all menus. A menu that is refused is no reason to stay away."""
        try:
            await self._bot.set_my_commands(self._commands)
        except BadRequest as error:
            log.error("telegram refuses the menu of commands", why=str(error))
        for admin in self._admins:
            try:
                await self._bot.set_my_commands(self._for_admins, _only_in(admin))
            except BadRequest as error:
                self._not_met.add(admin)
                log.info("an admin gets their menu when they write", why=str(error))

    def met(self, chat: str) -> None:
        """Somebody wrote in this chat: now an admin's menu can be set there."""
        if chat in self._not_met:
            self._not_met.remove(chat)
            self._courtesy.menu(self._for_admins, _only_in(chat))


def _only_in(chat: str) -> BotCommandScopeChat:
    return BotCommandScopeChat(int(chat))
