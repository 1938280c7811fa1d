"""The Bot API's rules for what a bot may send. Each breach is answered as Telegram answers it."""

import json
import re
from typing import Any

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
MAX_NOTICE_CHARACTERS = 200
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
ACTIONS = {"typing", "upload_photo", "upload_document", "choose_sticker", "find_location"}
UPDATE_KINDS = {
    *("message", "edited_message", "channel_post", "edited_channel_post", "callback_query"),
    *("message_reaction", "message_reaction_count", "my_chat_member", "chat_member"),
}
ONLY_WHEN_NAMED = {"message_reaction", "message_reaction_count", "chat_member"}
"""Update kinds that an empty `allowed_updates` does not hold."""


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", **parameters)


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class Params:
    """A call's parameters: texts, as they come in a form; numbers and objects are JSON in it."""

    def __init__(self, values: dict[str, Any], allowed: set[str]) -> None:
        names = {name for name, value in values.items() if not isinstance(value, bytes)}
        if unknown := names - allowed:
            raise bad(f"this test server knows no parameter {', '.join(sorted(unknown))}")
        self.values = values

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise bad(f"{name} must be a String")
        return value

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        try:
            return None if value is None else int(value)
        except (ValueError, TypeError):
            raise bad(f"{name} must be an Integer") from None

    def needed_number(self, name: str) -> int:
        value = self.number(name)
        if value is None:
            raise bad(f"{name} is empty")
        return value

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "false")).lower() == "true"

    def parsed(self, name: str, kind: type) -> Any:
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(f"can't parse {name} JSON object") from None
        if value is not None and not isinstance(value, kind):
            raise bad(f"{name} must be {kind.__name__}")
        return value


def checked_text(text: str | None) -> str:
    """A message's text as Telegram keeps it: without white space around it."""
    text = (text or "").strip()
    if not text:
        raise bad("message text is empty")
    if units(text) > MAX_TEXT_UNITS:
        raise bad("message is too long")
    return text


def checked_keyboard(markup: dict[str, Any] | None) -> list[list[dict[str, str]]]:
    """The rows of an inline keyboard with callback buttons, the only kind that this bot uses."""
    if markup is None:
        return []
    if set(markup) != {"inline_keyboard"}:
        raise bad("object expected as reply markup")
    rows: list[list[dict[str, str]]] = markup["inline_keyboard"]
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("inline keyboard button text is empty")
        if set(button) != {"text", "callback_data"}:
            raise bad("text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    return rows


def checked_commands(commands: list[dict[str, str]] | None) -> list[dict[str, str]]:
    if commands is None:
        raise bad("parameter commands is required")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def checked_scope(scope: dict[str, Any] | None) -> int | None:
    """The chat that a `BotCommandScope` means; None for the default, which is everywhere."""
    match scope:
        case None | {"type": "default"}:
            return None
        case {"type": "chat", "chat_id": int(chat_id)}:
            return chat_id
        case _:
            raise bad("can't parse BotCommandScope")


def checked_kinds(kinds: list[str]) -> set[str]:
    """The update kinds that `allowed_updates` stands for; empty is all but those to be named."""
    if unknown := set(kinds) - UPDATE_KINDS:
        raise bad(f"unsupported update type {sorted(unknown)}")
    return set(kinds) or UPDATE_KINDS - ONLY_WHEN_NAMED
