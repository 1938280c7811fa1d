"""`Reply`s as Telegram's messages: cut to length, with buttons and picture, new or edited."""

from pathlib import Path

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, TelegramError

from bot.channels import pictures
from bot.channels.pace import Seldom
from bot.channels.split import split
from bot.channels.telegram.courtesy import Courtesy
from bot.channels.telegram.editing import edit
from bot.channels.telegram.errors import as_ours, refuses_picture
from bot.conversation.messages import Reply
from bot.errors import TryAgain

MAX_TEXT_UNITS, MAX_CAPTION_UNITS = 4096, 1024
"""Telegram counts UTF-16 code units: most emojis are two. A caption is the text with a picture."""
PRIVATE_SPACING_S, GROUP_SPACING_S = 1.0, 3.0
"""Telegram's advice: one message a second in a chat, 20 a minute in a group."""


class Sending:
    """Sends and edits. Telegram's errors leave it as `TryAgain` or `Undeliverable`.

    `home` is where the pictures of replies lie.
    """

    def __init__(self, bot: Bot, courtesy: Courtesy, home: Path) -> None:
        self._bot = bot
        self._home = home
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
        parts, buttons = split(reply.text, MAX_TEXT_UNITS), keyboard(reply)
        picture = await pictures.read(self._home, reply.picture)
        if reply.edits and await self._edit(chat, reply.edits, parts, buttons, picture):
            return reply.edits
        quote = reply.reply_to
        if picture is not None:
            caption, below = _caption(parts)
            shown = await self._send_picture(
                chat, picture, caption, None if below else buttons, quote
            )
            if shown and not below:
                return shown
            quote = None if shown else quote
        *heads, last = parts
        for head in heads:
            await self._send(chat, head, None, quote)
            quote = None
        return await self._send(chat, last, buttons, quote)

    async def _edit(
        self,
        chat: str,
        message_id: str,
        parts: list[str],
        buttons: InlineKeyboardMarkup | None,
        picture: bytes | None,
    ) -> bool:
        """Whether the message still was there to be edited.

        Of a text too long for one message only the last part is edited: the message that is known
        by its id is the last, and what was before it stands above already, as does its picture.
        """
        self._pace(chat)
        shown = picture if len(parts) == 1 else None
        return await edit(self._bot, chat, message_id, parts[-1], buttons, shown)

    async def _send(
        self, chat: str, text: str, buttons: InlineKeyboardMarkup | None, quote: str | None
    ) -> str:
        self._pace(chat)
        message = await self._bot.send_message(
            int(chat),
            text,
            reply_markup=buttons,
            reply_parameters=_quoting(quote),
        )
        return str(message.id)

    async def _send_picture(
        self,
        chat: str,
        picture: bytes,
        caption: str | None,
        buttons: InlineKeyboardMarkup | None,
        quote: str | None,
    ) -> str | None:
        """The message's id; None if Telegram will not take the picture: the words go alone then."""
        self._pace(chat)
        try:
            message = await self._bot.send_photo(
                int(chat),
                picture,
                caption=caption,
                reply_markup=buttons,
                reply_parameters=_quoting(quote),
            )
        except BadRequest as error:
            if not refuses_picture(error):
                raise
            return None
        return str(message.id)

    def _pace(self, chat: str) -> None:
        """Let progress wait after anything else that goes to the chat."""
        self._progress.hold(chat, GROUP_SPACING_S if chat.startswith("-") else PRIVATE_SPACING_S)


def _caption(parts: list[str]) -> tuple[str | None, bool]:
    """What can stand with a picture, and whether there are words that have to follow it."""
    if len(parts) > 1 or len(parts[0].encode("utf-16-le", "replace")) > 2 * MAX_CAPTION_UNITS:
        return None, True
    return parts[0], False


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
