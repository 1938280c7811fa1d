"""People who chat with the bot: each action becomes an update of the true shape."""

import io
from typing import Any

from PIL import Image

from tests.telegram_server.world import Chat, Json, Message, Tap, World


class Group:
    """A supergroup with the bot in it."""

    def __init__(self, world: World, title: str, *, bot_is_admin: bool) -> None:
        chat_id = -1_001_000_000_000 - world.number()
        self.chat = Chat(chat_id, "supergroup", title, bot_is_admin=bot_is_admin)
        world.chats[chat_id] = self.chat


class Person:
    """Somebody with a private chat with the bot. `in_` names a group to act in instead."""

    def __init__(
        self, world: World, name: str, *, privacy_mode: bool, is_bot: bool = False
    ) -> None:
        self._world = world
        self._privacy_mode = privacy_mode
        self.id = 700_000_000 + world.number()
        self.user: Json = {"id": self.id, "is_bot": is_bot, "first_name": name}
        self.chat = Chat(self.id, "private", name)
        world.chats[self.id] = self.chat

    def says(self, text: str, *, to: Message | None = None, in_: Group | None = None) -> Message:
        """A text, perhaps in reply to a message."""
        return self._posts(in_, text=text, reply_to=to)

    def replies(self, text: str, to: Message) -> Message:
        """A text in reply to a message, in that message's chat."""
        return self._deliver(to.chat.add(self.user, text=text, reply_to=to))

    def sends_photo(
        self,
        data: bytes,
        caption: str = "",
        *,
        in_: Group | None = None,
        album: str | None = None,
        claimed_bytes: int | None = None,
    ) -> Message:
        """A photo, in two sizes; its bytes stay as they are (Telegram would make a JPEG)."""
        width, height = _size(data)
        thumbnail = self._world.store(b"a thumbnail", "thumbnails", "photo.jpg")
        photo = self._world.store(data, "photos", "photo.jpg", claimed_bytes)
        sizes = [(thumbnail, 90, 90 * height // width or 1), (photo, width, height)]
        content: Json = {
            "photo": [
                {
                    "file_id": stored.id,
                    "file_unique_id": stored.unique_id,
                    "file_size": stored.size,
                    "width": w,
                    "height": h,
                }
                for stored, w, h in sizes
            ]
        }
        return self._posts(in_, text=caption, content=content | _album(album))

    def sends_album(
        self, photos: list[bytes], caption: str = "", *, in_: Group | None = None
    ) -> list[Message]:
        """Several photos as one album; the caption is the first one's."""
        album = f"1{self._world.number():016d}"
        return [
            self.sends_photo(data, "" if number else caption, in_=in_, album=album)
            for number, data in enumerate(photos)
        ]

    def sends_document(
        self, data: bytes, name: str, mime: str | None = None, caption: str = ""
    ) -> Message:
        """A file, unchanged."""
        stored = self._world.store(data, "documents", name)
        document = {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "file_name": name,
            "file_size": stored.size,
        }
        content = {"document": document | ({"mime_type": mime} if mime else {})}
        return self._posts(None, text=caption, content=content)

    def sends_sticker(self, *, in_: Group | None = None) -> Message:
        """A sticker."""
        stored = self._world.store(b"a sticker", "stickers", "sticker.webp")
        sticker = {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self._posts(in_, content={"sticker": sticker})

    def edits(self, message: Message, text: str) -> None:
        """Change a message of one's own."""
        message.history.append(message.text)
        message.text = text
        self._world.updates.add("edited_message", message.to_json())

    def taps(self, label: str, on: Message | None = None) -> Tap:
        """Tap the button with this label: on that message, or the newest that has it."""
        message = on or self._newest_with(label)
        data = next(
            b["callback_data"] for row in message.keyboard for b in row if b["text"] == label
        )
        tap = Tap(f"{self.id}{self._world.number():08d}")
        self._world.taps[tap.id] = tap
        query = {
            "id": tap.id,
            "from": self.user,
            "message": message.to_json(),
            "chat_instance": str(message.chat.id * 31),
            "data": data,
        }
        self._world.updates.add("callback_query", query)
        return tap

    def reacts(self, *emojis: str, to: Message) -> None:
        """React with these emojis and no others; with none: take one's reactions back."""
        before = to.reactions.get(self.id, [])
        after = [{"type": "emoji", "emoji": emoji} for emoji in emojis]
        to.reactions[self.id] = after
        if not (to.chat.is_private or to.chat.bot_is_admin):
            return
        change = {
            "chat": to.chat.to_json(),
            "message_id": to.id,
            "user": self.user,
            "date": to.date,
            "old_reaction": before,
            "new_reaction": after,
        }
        self._world.updates.add("message_reaction", change)

    def blocks_the_bot(self) -> None:
        """Nothing that the bot writes to this person arrives any more."""
        self.chat.forbidden = "bot was blocked by the user"

    def _newest_with(self, label: str) -> Message:
        for message in reversed(self.chat.messages.values()):
            if any(label in row for row in message.buttons):
                return message
        raise AssertionError(f"no message with a button {label!r}")

    def _posts(self, group: Group | None, **fields: Any) -> Message:
        chat = group.chat if group else self.chat
        return self._deliver(chat.add(self.user, **fields))

    def _deliver(self, message: Message) -> Message:
        to_bot = message.text.startswith("/") or (message.reply_to and message.reply_to.by_bot)
        if message.chat.is_private or to_bot or not self._privacy_mode:
            self._world.updates.add("message", message.to_json())
        return message


def _album(album: str | None) -> Json:
    return {"media_group_id": album} if album else {}


def _size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; of a file that is no photo, Telegram's word for it."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except OSError:
        return 100, 100
