"""The commands that Telegram offers behind "/": everyone's, and the admins' in their own chats.

In every language that the bot speaks; Telegram shows each person the one of their app.
"""

from collections.abc import Collection

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest

from bot.channels.base import Commands
from bot.channels.telegram.courtesy import Courtesy
from bot.conversation.catalogue import speaking, translated
from bot.conversation.lexicon import ENGLISH, LANGUAGES

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
            for language, commands in _translated(self._commands):
                await self._bot.set_my_commands(commands, language_code=language)
        except BadRequest as error:
            log.error("telegram refuses the menu of commands", why=str(error))
        for admin in self._admins:
            try:
                for language, commands in _translated(self._for_admins):
                    await self._bot.set_my_commands(commands, _only_in(admin), language)
            except BadRequest as error:
                self._not_met.add(admin)
                log.info("an admin gets their menu when they write", why=str(error))

    def met(self, chat: str) -> None:
        """Somebody wrote in this chat: now an admin's menu can be set there."""
        if chat in self._not_met:
            self._not_met.remove(chat)
            for language, commands in _translated(self._for_admins):
                self._courtesy.menu(commands, _only_in(chat), language)


def _translated(commands: Commands) -> list[tuple[str | None, Commands]]:
    """The menu for people of each language; English, without a code, is for all others."""
    menus: list[tuple[str | None, Commands]] = []
    for language in LANGUAGES:
        with speaking(language):
            said = [(name, translated(about)) for name, about in commands]
        menus.append((None if language == ENGLISH else language, said))
    return menus


def _only_in(chat: str) -> BotCommandScopeChat:
    return BotCommandScopeChat(int(chat))
