"""People who chat with the business: each action becomes an item of a webhook of the true shape."""

import hashlib
import time
from typing import TYPE_CHECKING, Any

from tests.whatsapp_server.rules import Json
from tests.whatsapp_server.world import Chat, Message

if TYPE_CHECKING:
    from tests.whatsapp_server.server import WhatsAppServer


class Person:
    """Somebody on WhatsApp. Without a `wa_id` they have a user name in place of a phone number.

    While `keeps` is a list, what they do is kept there in place of being posted. `late_s` is how
    long ago they do it.
    """

    def __init__(self, server: "WhatsAppServer", user_id: str, wa_id: str, name: str) -> None:
        self._server = server
        self.chat = Chat(user_id, wa_id, name)
        self.keeps: list[Json] | None = None
        self.late_s = 0.0
        server.world.chats.append(self.chat)

    @property
    def id(self) -> str:
        """What a business knows the person by."""
        return self.chat.user_id or self.chat.wa_id

    @property
    def contact(self) -> Json:
        ids = {"user_id": self.chat.user_id, "wa_id": self.chat.wa_id}
        return {
            "profile": {"name": self.chat.name},
            **{key: value for key, value in ids.items() if value},
        }

    async def says(self, text: str, to: Message | None = None) -> Message:
        """A text, perhaps in reply to a message."""
        return await self._does(Message(self._new(), False, text, reply_to=to), text={"body": text})

    async def sends_photo(
        self, data: bytes, caption: str = "", claimed_bytes: int | None = None
    ) -> Message:
        """A photo; its bytes stay as they are (WhatsApp would make a JPEG)."""
        return await self._file("image", data, "image/jpeg", caption, claimed_bytes)

    async def sends_document(self, data: bytes, filename: str, mime_type: str) -> Message:
        """A file, unchanged."""
        return await self._file("document", data, mime_type, "", filename=filename)

    async def taps(self, label: str, on: Message | None = None) -> Message:
        """Tap the button, or choose the row, that says this: on that message, or the newest."""
        message = on or next(m for m in reversed(self.chat.messages) if label in m.labels)
        choice = message.choices[message.labels.index(label)]
        kind = "list_reply" if message.is_list else "button_reply"
        content = {"type": kind, kind: choice}
        tap = Message(self._new(), False, label, reply_to=message)
        return await self._does(tap, interactive=content)

    async def reacts(self, emoji: str, to: Message) -> Message:
        """React with this emoji; with none: take one's reaction back."""
        content = {"message_id": to.id} | ({"emoji": emoji} if emoji else {})
        return await self._does(Message(self._new(), False), reaction=content)

    async def sends(self, **content: Any) -> Message:
        """Anything else: the one field is its type."""
        return await self._does(Message(self._new(), False), **content)

    async def _file(
        self,
        kind: str,
        data: bytes,
        mime_type: str,
        caption: str,
        claimed_bytes: int | None = None,
        **more: str,
    ) -> Message:
        stored = self._server.world.store(data, mime_type, claimed_bytes)
        digest = hashlib.sha256(data).hexdigest()
        content = {"id": stored.id, "mime_type": mime_type, "sha256": digest, **more}
        content |= {"caption": caption} if caption else {}
        return await self._does(Message(self._new(), False, caption), **{kind: content})

    async def _does(self, message: Message, **content: Json) -> Message:
        [kind] = content
        at = time.time() - self.late_s
        item: Json = {"id": message.id, "timestamp": str(int(at)), "type": kind, **content}
        if self.chat.wa_id:
            item["from"] = self.chat.wa_id
        if self.chat.user_id:
            item["from_user_id"] = self.chat.user_id
        if message.reply_to:
            item["context"] = {"from": "15550000000", "id": message.reply_to.id}
        message.content = item
        self.chat.messages.append(message)
        self.chat.written_at = max(at, self.chat.written_at or 0.0)
        if self.keeps is not None:
            self.keeps.append(item)
        else:
            await self._server.post_until_taken(self._server.body([item], [self.contact]))
        return message

    def _new(self) -> str:
        return self._server.world.message_id()
