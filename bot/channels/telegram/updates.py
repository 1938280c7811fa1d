"""Telegram's updates as `Incoming`s. Pure: nothing is asked of Telegram, nothing is kept."""

import re
from dataclasses import replace

from telegram import (
    CallbackQuery,
    Chat,
    Message,
    MessageReactionUpdated,
    ReactionType,
    ReactionTypeEmoji,
    Update,
    User,
)

from bot.conversation.messages import Incoming, Kind, Photo

NAME = "telegram"
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MESSAGE_REACTION)
"""The kinds of update that are asked for. Reactions come only when they are named."""

IMAGE_NAME = re.compile(r"\.(avif|bmp|gif|hei[cf]|jfif|jpe?g?|mpo|png|tiff?|webp)$", re.IGNORECASE)
"""Names of documents that are taken for photos; what they really are is seen by their content."""
COMMAND = re.compile(r"/(\w+)@(\w+)")


def to_incoming(update: Update, username: str) -> Incoming | None:
    """What a person did, or None for what concerns us not. `username` is the bot's own."""
    if update.message:
        return _message(update.update_id, update.message, username)
    if update.callback_query:
        return _tap(update.update_id, update.callback_query)
    if update.message_reaction:
        return _reaction(update.update_id, update.message_reaction)
    return None


def _message(update_id: int, message: Message, username: str) -> Incoming | None:
    sender = message.from_user
    # `sender_chat`: written in a channel's or a group's name, so nobody to hold to their word.
    if sender is None or sender.is_bot or message.sender_chat:
        return None
    photo = photo_of(message)
    text = (message.caption if photo else message.text) or ""
    if not photo:
        addressed = _without_bot_name(text, username)
        if addressed is None or not (addressed or _asks_for_an_answer(message)):
            return None
        text = addressed
    incoming = _incoming(update_id, "photo" if photo else "text", message.chat, sender, message.id)
    return replace(
        incoming, text=text, photo=photo, reply_to=_replied(message), group=message.media_group_id
    )


def _tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    if query.message is None or query.data is None:
        return None
    message = query.message
    incoming = _incoming(update_id, "tap", message.chat, query.from_user, message.message_id)
    return replace(incoming, action=query.data, tap_id=query.id)


def _reaction(update_id: int, change: MessageReactionUpdated) -> Incoming | None:
    before, after = _emojis(change.old_reaction), _emojis(change.new_reaction)
    # An anonymous admin has no `user`; a change among custom emojis says nothing to us.
    if change.user is None or before == after:
        return None
    added = [emoji for emoji in after if emoji not in before]
    standing = added or after or [""]
    incoming = _incoming(update_id, "reaction", change.chat, change.user, change.message_id)
    return replace(incoming, reaction=standing[-1])


def _incoming(update_id: int, kind: Kind, chat: Chat, sender: User, message_id: int) -> Incoming:
    return Incoming(
        channel=NAME,
        external_id=str(update_id),
        kind=kind,
        chat=str(chat.id),
        sender=str(sender.id),
        sender_name=sender.full_name,
        language=sender.language_code or "",
        message=str(message_id),
        private=chat.type == Chat.PRIVATE,
    )


def photo_of(message: Message) -> Photo | None:
    """The photo that a message holds, the largest of its sizes; an image document counts."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Photo(largest.file_id, size_bytes=largest.file_size)
    document = message.document
    if document is None:
        return None
    name = document.file_name or ""
    is_image = (document.mime_type or "").startswith("image/")
    if not (is_image or IMAGE_NAME.search(name)):
        return None
    return Photo(document.file_id, filename=name, size_bytes=document.file_size)


def _asks_for_an_answer(message: Message) -> bool:
    """A sticker, a video and the like, sent to us alone and not among an album's photos."""
    alone = message.chat.type == Chat.PRIVATE and not message.media_group_id
    return alone and message.effective_attachment is not None


def _without_bot_name(text: str, username: str) -> str | None:
    """`/model@our_bot x` as `/model x`; None for a command to another bot."""
    command = COMMAND.match(text)
    if command is None:
        return text
    if command[2].lower() != username.lower():
        return None
    return f"/{command[1]}{text[command.end() :]}"


def _replied(message: Message) -> str | None:
    # In a forum every message that replies to nothing "replies" to the topic's creation.
    replied = message.reply_to_message
    return str(replied.id) if replied and not replied.forum_topic_created else None


def _emojis(reactions: tuple[ReactionType, ...]) -> list[str]:
    return [item.emoji for item in reactions if isinstance(item, ReactionTypeEmoji)]
