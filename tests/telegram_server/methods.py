"""The Bot API's methods, as far as a chat bot like this one uses them, on a `World`."""

import re
from collections.abc import Callable
from typing import Any

from tests.telegram_server import pictures, rules
from tests.telegram_server.rules import Params, bad
from tests.telegram_server.world import BOT, Chat, Json, Message, World

SENDING = {"chat_id", "reply_markup", "reply_parameters", "message_thread_id"}
SILENCING = {"disable_notification", "protect_content", "link_preview_options"}


def send_message(world: World, params: Params) -> Json:
    chat = _writable(world, params)
    text = rules.checked_text(params.text("text"))
    keyboard = rules.checked_keyboard(params.parsed("reply_markup", dict))
    message = chat.add(BOT, text=text, keyboard=keyboard, reply_to=_replied(chat, params))
    return message.to_json()


def send_photo(world: World, params: Params) -> Json:
    chat = _writable(world, params)
    caption = pictures.checked_caption(params.text("caption"))
    keyboard = rules.checked_keyboard(params.parsed("reply_markup", dict))
    replied = _replied(chat, params)
    data, content = pictures.photo(world, chat, params.values.get("photo"))
    message = chat.add(
        BOT, text=caption, content=content, keyboard=keyboard, reply_to=replied, picture=data
    )
    return message.to_json()


def edit_message_text(world: World, params: Params) -> Json:
    message = _editable(world, params)
    if message.content:
        raise bad("there is no text in the message to edit")
    text = rules.checked_text(params.text("text"))
    keyboard = rules.checked_keyboard(params.parsed("reply_markup", dict))
    return _edit(message, text, keyboard)


def edit_message_caption(world: World, params: Params) -> Json:
    message = _editable(world, params)
    if not message.content:
        raise bad("there is no caption in the message to edit")
    caption = pictures.checked_caption(params.text("caption"))
    keyboard = rules.checked_keyboard(params.parsed("reply_markup", dict))
    return _edit(message, caption, keyboard)


def edit_message_media(world: World, params: Params) -> Json:
    """Another photo and its caption; a message of words becomes one with a photo."""
    message = _editable(world, params)
    data, caption = pictures.attached(params)
    keyboard = rules.checked_keyboard(params.parsed("reply_markup", dict))
    message.picture, message.content = pictures.photo(world, message.chat, data)
    message.history.append(message.text)
    message.text, message.keyboard = caption, keyboard
    return message.to_json()


def edit_message_reply_markup(world: World, params: Params) -> Json:
    message = _editable(world, params)
    return _edit(message, message.text, rules.checked_keyboard(params.parsed("reply_markup", dict)))


def answer_callback_query(world: World, params: Params) -> bool:
    tap = world.taps.get(params.text("callback_query_id") or "")
    if tap is None or tap.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    notice = params.text("text") or ""
    if len(notice) > rules.MAX_NOTICE_CHARACTERS:
        raise bad("MESSAGE_TOO_LONG")
    tap.answer = notice
    return True


def send_chat_action(world: World, params: Params) -> bool:
    chat = _writable(world, params)
    if params.text("action") not in rules.ACTIONS:
        raise bad("wrong parameter action in request")
    world.typing.append(chat.id)
    return True


def get_file(world: World, params: Params) -> Json:
    stored = world.files.get(params.text("file_id") or "")
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > rules.MAX_DOWNLOAD_BYTES:
        raise bad("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def set_my_commands(world: World, params: Params) -> bool:
    commands = rules.checked_commands(params.parsed("commands", list))
    chat_id = rules.checked_scope(params.parsed("scope", dict))
    if language := params.text("language_code"):
        world.translated_commands[chat_id, language] = commands
    elif chat_id is None:
        world.commands = commands
    else:
        world.chat_commands[world.chat(chat_id).id] = commands
    return True


def checked_webhook(params: Params) -> tuple[str, str]:
    """The address and the secret of a `setWebhook`. Here http will do; Telegram wants https."""
    url, secret = params.text("url") or "", params.text("secret_token") or ""
    if url and not re.match(r"https?://", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    return url, secret


def _writable(world: World, params: Params) -> Chat:
    chat = world.chat(params.needed_number("chat_id"))
    chat.admit_bot()
    return chat


def _replied(chat: Chat, params: Params) -> Message | None:
    wanted = params.parsed("reply_parameters", dict)
    if wanted is None:
        return None
    if not isinstance(wanted.get("message_id"), int):
        raise bad("reply_parameters without a message_id")
    replied = chat.messages.get(wanted["message_id"])
    if replied is None and not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return replied


def _editable(world: World, params: Params) -> Message:
    chat = _writable(world, params)
    message = chat.messages.get(params.needed_number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message


def _edit(message: Message, text: str, keyboard: list[list[dict[str, str]]]) -> Json:
    if (text, keyboard) == (message.text, message.keyboard):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    message.history.append(message.text)
    message.text, message.keyboard = text, keyboard
    return message.to_json()


METHODS: dict[str, tuple[Callable[[World, Params], Any], set[str]]] = {
    "sendMessage": (send_message, {"text"} | SENDING | SILENCING),
    "sendPhoto": (send_photo, {"photo", "caption"} | SENDING | SILENCING),
    "editMessageText": (
        edit_message_text,
        {"chat_id", "message_id", "text", "reply_markup", "link_preview_options"},
    ),
    "editMessageCaption": (
        edit_message_caption,
        {"chat_id", "message_id", "caption", "reply_markup"},
    ),
    "editMessageMedia": (edit_message_media, {"chat_id", "message_id", "media", "reply_markup"}),
    "editMessageReplyMarkup": (
        edit_message_reply_markup,
        {"chat_id", "message_id", "reply_markup"},
    ),
    "answerCallbackQuery": (
        answer_callback_query,
        {"callback_query_id", "text", "show_alert", "cache_time"},
    ),
    "sendChatAction": (send_chat_action, {"chat_id", "action", "message_thread_id"}),
    "getFile": (get_file, {"file_id"}),
    "setMyCommands": (set_my_commands, {"commands", "scope", "language_code"}),
}
"""Method -> what does it, and the parameters that it may have."""
