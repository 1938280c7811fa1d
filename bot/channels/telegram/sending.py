"""`Reply`s as Telegram's messages: cut to length, with buttons, new or edited."""

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, TelegramError

from bot.channels.pace import Seldom
from bot.channels.split import split
from bot.channels.telegram.courtesy import Courtesy
from bot.channels.telegram.errors import as_ours
from bot.conversation.messages import Reply
from bot.errors import TryAgain

MAX_TEXT_UNITS = 4096
PRIVATE_SPACING_S, GROUP_SPACING_S = 1.0, 3.0
"""Telegram's advice: one message a second in a chat, 20 a minute in a group."""
EDIT_IS_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Sending:
    """Sends and edits. Telegram's errors leave it as `TryAgain` or `Undeliverable`."""

    def __init__(self, bot: Bot, courtesy: Courtesy) -> None:
        self._bot = bot
        self._courtesy = courtesy
        self._progress = Seldom(PRIVATE_SPACING_S)

    async def send(self, chat: str, reply: Reply) -> str:
        """Send or edit; returns the id of the message that carries the buttons."""
        if reply.tap_id:
            self._courtesy.answer(reply.tap_id, reply.notice)
        if not reply.text.strip():
            return reply.edits or ""
        # Progress is the first to give way when a chat's rate is short: more of it comes.
        droppable = reply.edits if reply.progress is not None else None
        if droppable and not self._progress.allows(chat):
            return droppable
        try:
            return await self._deliver(chat, reply)
        except TelegramError as error:
            problem = as_ours(error)
            if isinstance(problem, TryAgain):
                self._progress.hold(chat, problem.after_s)
                if droppable:
                    return droppable
            raise problem from None

    async def _deliver(self, chat: str, reply: Reply) -> str:
        *heads, last = split(reply.text, MAX_TEXT_UNITS)
        buttons = keyboard(reply)
        if reply.edits and await self._edit(chat, reply.edits, last, buttons):
            return reply.edits
        quote = reply.reply_to
        for head in heads:
            await self._send(chat, head, None, quote)
            quote = None
        return str((await self._send(chat, last, buttons, quote)).id)

    async def _edit(
        self, chat: str, message_id: str, text: str, buttons: InlineKeyboardMarkup | None
    ) -> bool:
        """Whether the message still was there to be edited.

        Of a text too long for one message only the last part is edited: the message that is known
        by its id is the last, and what was before it stands above already.
        """
        self._pace(chat)
        try:
            await self._bot.edit_message_text(
                text, chat_id=int(chat), message_id=int(message_id), reply_markup=buttons
            )
        except BadRequest as error:
            why = error.message.lower()
            if any(reason in why for reason in EDIT_IS_GONE):
                return False
            if "message is not modified" not in why:
                raise
        return True

    async def _send(
        self, chat: str, text: str, buttons: InlineKeyboardMarkup | None, quote: str | None
    ) -> Message:
        self._pace(chat)
        return await self._bot.send_message(
            int(chat),
            text,
            reply_markup=buttons,
            reply_parameters=_quoting(quote),
        )

    def _pace(self, chat: str) -> None:
        """Let progress wait after anything else that goes to the chat."""
        self._progress.hold(chat, GROUP_SPACING_S if chat.startswith("-") else PRIVATE_SPACING_S)


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The reply's buttons as Telegram's."""
    if not reply.buttons:
        return None
    rows = [
        [InlineKeyboardButton(button.label, callback_data=button.action) for button in row]
        for row in reply.buttons
    ]
    return InlineKeyboardMarkup(rows)


def _quoting(message_id: str | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(int(message_id), allow_sending_without_reply=True)
