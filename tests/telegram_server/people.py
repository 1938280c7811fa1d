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
        self._world = world

    def becomes_supergroup(self, person: "Person") -> Chat:
        """The group's new chat. Telegram tells in both, and takes nothing in the old one."""
        old = self.chat
        self.chat = Chat(old.id - 1000, "supergroup", old.name, bot_is_admin=old.bot_is_admin)
        self._world.chats[self.chat.id] = self.chat
        old.migrated_to = self.chat.id
        for chat, said in (
            (old, {"migrate_to_chat_id": self.chat.id}),
            (self.chat, {"migrate_from_chat_id": old.id}),
        ):
            self._world.updates.add("message", chat.add(person.user, content=said).to_json())
        return self.chat


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
        anonymous: bool = False,
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
        return self._posts(in_, text=caption, content=content | _album(album), anonymous=anonymous)

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
        self,
        data: bytes,
        name: str,
        mime: str | None = None,
        caption: str = "",
        *,
        in_: Group | None = None,
    ) -> Message:
        """A file, unchanged."""
        document = self._file(data, "documents", name) | {"file_name": name}
        content = {"document": document | ({"mime_type": mime} if mime else {})}
        return self._posts(in_, text=caption, content=content)

    def sends_sticker(
        self,
        data: bytes = b"a sticker",
        *,
        moving: bytes | None = None,
        in_: Group | None = None,
    ) -> Message:
        """A sticker; of a `moving` one these are the bytes of its first frame."""
        sticker = self._file(data, "stickers", "sticker.webp") | {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": moving is not None,
        }
        return self._posts(in_, content={"sticker": sticker | self._thumbnail(moving)})

    def sends_gif(
        self, first_frame: bytes | None, caption: str = "", *, in_: Group | None = None
    ) -> Message:
        """A GIF, of which Telegram makes a film without sound, and a picture of its first frame."""
        film = self._file(b"a film", "animations", "bear.gif.mp4") | {
            "width": 320,
            "height": 240,
            "duration": 2,
            "mime_type": "video/mp4",
        }
        animation = film | self._thumbnail(first_frame)
        return self._posts(in_, text=caption, content={"animation": animation, "document": film})

    def forwards(self, message: Message, *, in_: Group | None = None) -> Message:
        """A message of somebody else's, passed on."""
        origin = {"type": "user", "date": message.date, "sender_user": message.sender}
        content = message.content | {"forward_origin": origin}
        return self._posts(in_, text=message.text, content=content)

    def sends_video(self) -> Message:
        """A film."""
        video = self._file(b"a film", "videos", "bear.mp4")
        return self._posts(
            None, content={"video": video | {"width": 320, "height": 240, "duration": 2}}
        )

    def _file(self, data: bytes, folder: str, name: str) -> Json:
        stored = self._world.store(data, folder, name)
        return {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "file_size": stored.size,
        }

    def _thumbnail(self, data: bytes | None) -> Json:
        if data is None:
            return {}
        width, height = _size(data)
        stored = self._file(data, "thumbnails", "frame.jpg")
        return {"thumbnail": stored | {"width": width, "height": height}}

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
