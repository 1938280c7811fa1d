"""Changes of a message of ours: its words, and its picture if there is another one.

Telegram has a method each for a message of words alone and for the words below a picture; a picture
can join a message of words, but never leaves one.
"""

from telegram import Bot, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest

from bot.channels.telegram.errors import refuses_picture

UNCHANGED = "message is not modified"
NO_WORDS_ALONE = "there is no text in the message to edit"
CAN_NOT_BE = (
    *("message to edit not found", "message can't be edited", "message_id_invalid"),
    "caption is too long",
)
"""After these a new message takes the place of the old one."""


async def edit(
    bot: Bot,
    chat: str,
    message_id: str,
    text: str,
    buttons: InlineKeyboardMarkup | None,
    picture: bytes | None,
) -> bool:
    """Whether the message could be changed. Without a `picture` it keeps the one that it has."""
    try:
        if picture is None or not await _edit_picture(
            bot, chat, message_id, text, buttons, picture
        ):
            await _edit_words(bot, chat, message_id, text, buttons)
    except BadRequest as error:
        why = error.message.lower()
        if any(reason in why for reason in CAN_NOT_BE):
            return False
        if UNCHANGED not in why:
            raise
    return True


async def _edit_picture(
    bot: Bot,
    chat: str,
    message_id: str,
    text: str,
    buttons: InlineKeyboardMarkup | None,
    picture: bytes,
) -> bool:
    """Whether Telegram took the picture; the words stand below it then."""
    media = InputMediaPhoto(picture, caption=text)
    try:
        await bot.edit_message_media(
            media, chat_id=int(chat), message_id=int(message_id), reply_markup=buttons
        )
    except BadRequest as error:
        if not refuses_picture(error):
            raise
        return False
    return True


async def _edit_words(
    bot: Bot, chat: str, message_id: str, text: str, buttons: InlineKeyboardMarkup | None
) -> None:
    chat_id, number = int(chat), int(message_id)
    try:
        await bot.edit_message_text(text, chat_id, number, reply_markup=buttons)
    except BadRequest as error:
        if NO_WORDS_ALONE not in error.message.lower():
            raise
        await bot.edit_message_caption(chat_id, number, caption=text, reply_markup=buttons)
