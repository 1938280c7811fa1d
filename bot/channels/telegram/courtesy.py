"""What is kind to do but may fail: the typing sign, a button's spinner, a word on limits.

All of it runs beside the real work, and an error is only noted at DEBUG.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.constants import CallbackQueryLimit, ChatAction
from telegram.error import TelegramError

from bot.channels.pace import Seldom

log = structlog.get_logger(__name__)

TYPING_S = 4.0
"""Telegram shows the typing sign for five seconds."""
SPINNER_S = 3.0
"""A tap that nothing answered by then is answered without words, so that its button stops."""
COMPLAINT_S = 60.0


class Courtesy:
    """Small calls beside the real work. None of them raises, none is waited for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._running: set[asyncio.Task[None]] = set()
        self._open_taps: dict[str, asyncio.TimerHandle] = {}
        self._typing = Seldom(TYPING_S)
        self._complaints = Seldom(COMPLAINT_S)

    def typing(self, chat: str) -> None:
        """Show the typing sign. Not in groups, where it would eat up the limiter's 20 a minute."""
        if not chat.startswith("-") and self._typing.allows(chat):
            self._beside(self._bot.send_chat_action(int(chat), ChatAction.TYPING))

    def complain(self, person: str, chat: str, sentence: str) -> None:
        """Tell somebody that it was too much, at most once a minute: they may be flooding us."""
        if self._complaints.allows(person):
            self._beside(self._bot.send_message(int(chat), sentence))

    def tapped(self, tap_id: str) -> None:
        """A button was tapped: unless `answer` comes soon, its spinner is ended without words."""
        if tap_id not in self._open_taps:
            loop = asyncio.get_running_loop()
            self._open_taps[tap_id] = loop.call_later(SPINNER_S, self.answer, tap_id)

    def answer(self, tap_id: str, notice: str = "") -> None:
        """End a tap's spinner, with a short notice to the one who tapped."""
        if timer := self._open_taps.pop(tap_id, None):
            timer.cancel()
        words = notice[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH] or None
        self._beside(self._bot.answer_callback_query(tap_id, text=words))

    def menu(
        self,
        commands: Sequence[tuple[str, str]],
        scope: BotCommandScopeChat,
        language: str | None,
    ) -> None:
        """Offer these commands there, to people of a language (None: to all others)."""
        self._beside(self._bot.set_my_commands(commands, scope, language))

    async def close(self) -> None:
        """Give up whatever still runs."""
        for timer in self._open_taps.values():
            timer.cancel()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _beside(self, call: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_quietly(call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _quietly(call: Coroutine[Any, Any, object]) -> None:
    try:
        await call
    except TelegramError as error:
        log.debug("telegram refused a courtesy", why=str(error))
