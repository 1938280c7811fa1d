"""Telegram's updates as `Incoming`s. Pure: nothing is asked of Telegram, nothing is kept."""

import re
from dataclasses import replace

from telegram import (
    CallbackQuery,
    Chat,
    Message,
    MessageEntity,
    MessageReactionUpdated,
    ReactionType,
    ReactionTypeEmoji,
    Update,
    User,
)

from bot.channels.telegram.attachments import photo_of
from bot.conversation.messages import Incoming, Kind

NAME = "telegram"
Sender = tuple[str, str, str]
"""Id, name, and the language that Telegram says of them."""
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MESSAGE_REACTION)
"""The kinds of update that are asked for. Reactions come only when they are named."""

COMMAND = re.compile(r"/(\w+)@(\w+)")


def to_incoming(update: Update, username: str, all_photos: bool = False) -> Incoming | None:
    """What a person did, or None for what concerns us not. `username` is the bot's own.

    `all_photos`: in groups photos are answered without being asked about.
    """
    if update.message:
        return _message(update.update_id, update.message, username, all_photos)
    if update.callback_query:
        return _tap(update.update_id, update.callback_query)
    if update.message_reaction:
        return _reaction(update.update_id, update.message_reaction)
    return None


def _message(update_id: int, message: Message, username: str, all_photos: bool) -> Incoming | None:
    if new_chat := message.migrate_to_chat_id:
        return _moved(update_id, message.chat.id, new_chat, message)
    if old_chat := message.migrate_from_chat_id:
        return _moved(update_id, old_chat, message.chat.id, message)
    sender = _sender(message.chat, message.from_user, message.sender_chat)
    text = _without_bot_name(message.text or message.caption or "", username)
    if sender is None or text is None:
        return None
    private = message.chat.type == Chat.PRIVATE
    named, to_us = _names(message, username), _replies_to(message, username)
    photo = photo_of(message)
    if message.reply_to_message and named and not (photo or to_us or private):
        photo = photo_of(message.reply_to_message)  # "@bot what is this?", said of a photo
    asked = private or named or to_us or text.startswith("/")
    wanted = asked or (all_photos and bool(message.photo))
    # Of an album in a group, whichever photo has the caption asks for all of them.
    in_album = bool(message.media_group_id and photo)
    if not (wanted or in_album) or not (photo or text or _asks_for_an_answer(message)):
        return None
    incoming = _incoming(update_id, "photo" if photo else "text", message.chat, sender, message.id)
    return replace(
        incoming,
        text=text if photo or message.text else "",
        photo=photo,
        reply_to=_replied(message),
        group=message.media_group_id,
        asked=wanted,
    )


def _moved(update_id: int, old: int, new: int, message: Message) -> Incoming | None:
    """A group became a supergroup, with another id: Telegram tells in both of them."""
    if message.from_user is None:
        return None
    sender = _person(message.from_user)
    moved = _incoming(update_id, "moved", message.chat, sender, message.id)
    return replace(moved, chat=str(old), text=str(new))


def _tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    if query.message is None or query.data is None:
        return None
    message, sender = query.message, _person(query.from_user)
    incoming = _incoming(update_id, "tap", message.chat, sender, message.message_id)
    return replace(incoming, action=query.data, tap_id=query.id)


def _reaction(update_id: int, change: MessageReactionUpdated) -> Incoming | None:
    before, after = _emojis(change.old_reaction), _emojis(change.new_reaction)
    sender = _sender(change.chat, change.user, change.actor_chat)
    if sender is None or before == after:  # a change among custom emojis says nothing to us
        return None
    added = [emoji for emoji in after if emoji not in before]
    standing = added or after or [""]
    incoming = _incoming(update_id, "reaction", change.chat, sender, change.message_id)
    return replace(incoming, reaction=standing[-1])


def _sender(chat: Chat, user: User | None, in_the_name_of: Chat | None) -> Sender | None:
    """Who did it; None for bots and for whoever writes in a channel's name.

    Anonymous admins act in the group's name, and so the group is who they are: what one of them
    sent all of them may speak of, but a tap is always a person's.
    """
    if in_the_name_of:
        return (str(chat.id), chat.title or "", "") if in_the_name_of.id == chat.id else None
    return _person(user) if user and not user.is_bot else None


def _person(user: User) -> Sender:
    return str(user.id), user.full_name, user.language_code or ""


def _incoming(update_id: int, kind: Kind, chat: Chat, sender: Sender, message_id: int) -> Incoming:
    return Incoming(
        channel=NAME,
        external_id=str(update_id),
        kind=kind,
        chat=str(chat.id),
        sender=sender[0],
        sender_name=sender[1],
        language=sender[2],
        message=str(message_id),
        private=chat.type == Chat.PRIVATE,
    )


def _asks_for_an_answer(message: Message) -> bool:
    """A sticker, a video and the like, sent to us alone and not among an album's photos."""
    alone = message.chat.type == Chat.PRIVATE and not message.media_group_id
    return alone and message.effective_attachment is not None


def _replies_to(message: Message, username: str) -> bool:
    """Whether a message replies to one of ours."""
    author = message.reply_to_message.from_user if message.reply_to_message else None
    return author is not None and author.username == username


def _names(message: Message, username: str) -> bool:
    """Whether a message says `@our_bot`."""
    entities = message.parse_entities() | message.parse_caption_entities()
    names = {
        name.lower() for entity, name in entities.items() if entity.type == MessageEntity.MENTION
    }
    return f"@{username.lower()}" in names


def _without_bot_name(text: str, username: str) -> str | None:
    """`/model@our_bot x` as `/model x`, `@our_bot what is it?` as `what is it?`.

    None for a command to another bot.
    """
    command = COMMAND.match(text)
    if command is None:
        return re.sub(rf"(?<!\w)@{re.escape(username)}\b", "", text, flags=re.I).strip()
    if command[2].lower() != username.lower():
        return None
    return f"/{command[1]}{text[command.end() :]}"


def _replied(message: Message) -> str | None:
    # In a forum every message that replies to nothing "replies" to the topic's creation.
    replied = message.reply_to_message
    return str(replied.id) if replied and not replied.forum_topic_created else None


def _emojis(reactions: tuple[ReactionType, ...]) -> list[str]:
    return [item.emoji for item in reactions if isinstance(item, ReactionTypeEmoji)]
