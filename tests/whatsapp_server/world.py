"""WhatsApp's side of the story: people, their chats with the business, and the files they sent."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.whatsapp_server import rules
from tests.whatsapp_server.rules import ApiError, Json


@dataclass
class Message:
    """A message, by a person or by the business. `choices` are its buttons or rows.

    `picture` is what the business shows in it.
    """

    id: str
    by_bot: bool
    text: str = ""
    choices: list[Json] = field(default_factory=list)
    is_list: bool = False
    reply_to: "Message | None" = None
    content: Json = field(default_factory=dict)
    picture: bytes | None = None

    @property
    def labels(self) -> list[str]:
        """What its buttons or rows say, in whole."""
        return [one.get("description") or one["title"] for one in self.choices]

    @property
    def actions(self) -> dict[str, str]:
        """What comes back for each label."""
        return dict(zip(self.labels, (one["id"] for one in self.choices), strict=True))


@dataclass
class Chat:
    """A person's chat. `written_at` is when they last did something; None: never."""

    user_id: str
    wa_id: str
    name: str
    messages: list[Message] = field(default_factory=list)
    written_at: float | None = None
    blocked: bool = False
    problems: list[ApiError] = field(default_factory=list)
    """What the next calls to write here are answered."""

    def answers_to(self, ids: set[str]) -> bool:
        return bool({self.user_id, self.wa_id} & ids)

    def find(self, message_id: str) -> Message | None:
        return next((one for one in self.messages if one.id == message_id), None)


@dataclass
class StoredFile:
    """A file that a person sent. `size` is what WhatsApp claims it to be."""

    id: str
    mime_type: str
    data: bytes
    size: int
    gone: bool = False


class World:
    """All that this WhatsApp knows."""

    def __init__(self) -> None:
        self.chats: list[Chat] = []
        self.files: dict[str, StoredFile] = {}
        self.links: dict[str, str] = {}
        """Live media links, used up by one download: token -> file id."""
        self.uploads: dict[str, bytes] = {}
        """Files that the business may send, by their id."""
        self.typing: list[str] = []
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def message_id(self) -> str:
        return f"wamid.HBgLMTU1NTAwMDAwMDAVAgAS{self.number():06d}AA=="

    def store(self, data: bytes, mime_type: str, size: int | None = None) -> StoredFile:
        stored = StoredFile(
            id=f"9{self.number():014d}",
            mime_type=mime_type,
            data=data,
            size=len(data) if size is None else size,
        )
        self.files[stored.id] = stored
        return stored

    def chat(self, message: Json) -> Chat:
        """The chat that a message goes to, if it may."""
        ids = {message[name] for name in ("to", "recipient") if name in message}
        if not ids:
            raise rules.missing("to")
        chat = next((one for one in self.chats if one.answers_to(ids)), None)
        if chat is None or chat.blocked:
            raise ApiError(400, 131026, "Message undeliverable", "Message Undeliverable.")
        if chat.problems:
            raise chat.problems.pop(0)
        if chat.written_at is None or time.time() - chat.written_at > rules.DAY_S:
            raise ApiError(400, 131047, "Re-engagement message", "More than 24 hours have passed.")
        return chat

    def take(self, message: Any) -> Message | None:
        """A message of the business's; None for a typing sign. Raises `ApiError`."""
        if isinstance(message, dict) and message.get("messaging_product") != "whatsapp":
            raise rules.missing("messaging_product")
        if "status" in message:
            return self._read(message)
        envelope = {"messaging_product", "type"}
        optional = {"to", "recipient", "recipient_type", "context", "text", "interactive", "image"}
        rules.known(message, envelope, optional)
        if message["type"] not in message:
            raise rules.missing(str(message["type"]))
        chat = self.chat(message)
        sent = Message(self.message_id(), by_bot=True, reply_to=self._quoted(chat, message))
        shown = None
        match message["type"]:
            case "text":
                sent.text = rules.text_message(message)
            case "image":
                sent.text, shown = rules.image(message)
            case _:
                sent.text, sent.choices, sent.is_list = rules.interactive(message)
                shown = rules.header_image(message)
        sent.picture = self._uploaded(shown)
        chat.messages.append(sent)
        return sent

    def upload(self, data: bytes) -> str:
        """Keep a file of the business's; its id."""
        media_id = f"8{self.number():014d}"
        self.uploads[media_id] = data
        return media_id

    def _uploaded(self, media_id: str | None) -> bytes | None:
        if media_id is not None and media_id not in self.uploads:
            raise ApiError(400, 131009, "Parameter value is not valid", "Media ID not found")
        return self.uploads[media_id] if media_id else None

    def _read(self, message: Json) -> None:
        rules.known(message, {"messaging_product", "status", "message_id"}, {"typing_indicator"})
        chat = next((one for one in self.chats if one.find(message["message_id"])), None)
        if chat is None:
            raise rules.invalid("message_id")
        self.typing.append(chat.user_id or chat.wa_id)

    @staticmethod
    def _quoted(chat: Chat, message: Json) -> Message | None:
        if "context" not in message:
            return None
        return chat.find(rules.known(message["context"], {"message_id"})["message_id"])
