"""Telegram's side of the story: chats, messages, files, and the updates that wait for the bot."""

import itertools
import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.rules import ONLY_WHEN_NAMED, UPDATE_KINDS, ApiError, bad, units

Json = dict[str, Any]
BOT: Json = {"id": 4242, "is_bot": True, "first_name": "Nonesuch", "username": "NonesuchTestBot"}

ANONYMOUS: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who Telegram says has sent what an admin wrote in the group's name."""


@dataclass
class Message:
    """A message, by a person or by the bot. `history` holds its former texts, oldest first."""

    id: int
    chat: "Chat"
    sender: Json
    text: str = ""
    content: Json = field(default_factory=dict)
    keyboard: list[list[dict[str, str]]] = field(default_factory=list)
    reply_to: "Message | None" = None
    history: list[str] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    picture: bytes | None = None
    anonymous: bool = False
    date: int = field(default_factory=lambda: int(time.time()))

    @property
    def by_bot(self) -> bool:
        return bool(self.sender["is_bot"])

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the buttons, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]

    def to_json(self) -> Json:
        """The message as the type `Message` of the Bot API; a message replied to holds no other."""
        json: Json = {
            "message_id": self.id,
            "from": self.sender,
            "chat": self.chat.to_json(),
            "date": self.date,
            **self.content,
        }
        if self.text:
            json["caption" if self.content else "text"] = self.text
        if self.text.startswith("/") and not self.content:
            length = len(self.text.split()[0])
            json["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if mentions := [_entity(found) for found in re.finditer(r"(?<!\w)@\w+", self.text)]:
            json["caption_entities" if self.content else "entities"] = mentions
        if self.anonymous:
            json |= {"from": ANONYMOUS, "sender_chat": self.chat.to_json()}
        if self.keyboard:
            json["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.history:
            json["edit_date"] = int(time.time())
        if self.reply_to:
            replied = self.reply_to.to_json()
            json["reply_to_message"] = {
                key: value for key, value in replied.items() if key != "reply_to_message"
            }
        return json


def _entity(found: re.Match[str]) -> Json:
    offset = units(found.string[: found.start()])
    return {"type": "mention", "offset": offset, "length": units(found[0])}


@dataclass
class Chat:
    """A chat and what keeps the bot from writing to it."""

    id: int
    type: str
    name: str
    messages: dict[int, Message] = field(default_factory=dict)
    bot_is_admin: bool = False
    takes_no_photos: bool = False
    forbidden: str = ""
    migrated_to: int | None = None
    busy_calls: int = 0
    busy_for_s: int = 0
    next_id: int = 1

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "type": self.type,
            "first_name" if self.is_private else "title": self.name,
        }

    def add(self, sender: Json, **fields: Any) -> Message:
        message = Message(self.next_id, self, sender, **fields)
        self.messages[message.id] = message
        self.next_id += 1
        return message

    def admit_bot(self) -> None:
        """Raises what Telegram answers a bot that may not write here now."""
        if self.migrated_to is not None:
            raise bad(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to
            )
        if self.forbidden:
            raise ApiError(403, f"Forbidden: {self.forbidden}")
        if self.busy_calls > 0:
            self.busy_calls -= 1
            wait_s = self.busy_for_s
            raise ApiError(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)


@dataclass(frozen=True)
class StoredFile:
    """A file that a person sent. `size` is what Telegram claims it to be."""

    id: str
    unique_id: str
    path: str
    data: bytes
    size: int


@dataclass
class Tap:
    """A tap on a button; `answer` is the notice, "" for none, None while the button spins."""

    id: str
    answer: str | None = None


class Updates:
    """The queue of updates: one is gone only when a later offset confirms it."""

    def __init__(self) -> None:
        self._next_id = 870_000_001
        self.allowed = UPDATE_KINDS - ONLY_WHEN_NAMED
        self.pending: list[Json] = []
        self.confirmed = 0
        self.delivered: list[int] = []

    def add(self, kind: str, payload: Json) -> None:
        if kind in self.allowed:
            self.pending.append({"update_id": self._next_id, kind: payload})
            self._next_id += 1

    def from_offset(self, offset: int, limit: int) -> list[Json]:
        """The updates from `offset` on; those before it are confirmed and forgotten."""
        if offset < 0:
            offset = self._next_id + offset
        kept = [update for update in self.pending if update["update_id"] >= offset]
        self.confirmed += len(self.pending) - len(kept)
        self.pending = kept
        self.delivered += [update["update_id"] for update in kept[:limit]]
        return kept[:limit]


class World:
    """All that this Telegram knows."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self.updates = Updates()
        self.commands: list[dict[str, str]] = []
        self.chat_commands: dict[int, list[dict[str, str]]] = {}
        self.translated_commands: dict[tuple[int | None, str], list[dict[str, str]]] = {}
        self.typing: list[int] = []
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def chat(self, chat_id: int) -> Chat:
        if chat_id not in self.chats:
            raise bad("chat not found")
        return self.chats[chat_id]

    def store(self, data: bytes, folder: str, name: str, size: int | None = None) -> StoredFile:
        number = self.number()
        stored = StoredFile(
            id=f"AgACAgIAAxkBAAI{number:06d}" + "x" * 60,
            unique_id=f"AQAD{number:06d}",
            path=f"{folder}/file_{number}_{name}",
            data=data,
            size=len(data) if size is None else size,
        )
        self.files[stored.id] = stored
        return stored
