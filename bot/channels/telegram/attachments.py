"""What is attached to a message, as a photo to be looked at: photos, files, stickers, GIFs.

Whether a file is a photo is seen by its bytes, which come later; its name and type say nothing.
"""

from telegram import Animation, Message, PhotoSize, Sticker

from bot.conversation.messages import Photo


def photo_of(message: Message) -> Photo | None:
    """The photo, or what stands for it; None where there is nothing to look at."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Photo(largest.file_id, size_bytes=largest.file_size)
    if sticker := message.sticker:
        return _first_frame(sticker) if sticker.is_animated or sticker.is_video else _file(sticker)
    if animation := message.animation:  # its message has a `document` too, the same file
        is_film = not (animation.mime_type or "").startswith("image/")
        return _first_frame(animation) if is_film else _file(animation, animation.file_name)
    if document := message.document:
        return Photo(document.file_id, document.file_name or "", document.file_size)
    return None


def _file(attached: Sticker | Animation, name: str | None = None) -> Photo:
    return Photo(attached.file_id, name or "", attached.file_size)


def _first_frame(moving: Sticker | Animation) -> Photo | None:
    """Telegram's picture of the first frame of a film, which we can't open ourselves."""
    frame: PhotoSize | None = moving.thumbnail
    return Photo(frame.file_id, size_bytes=frame.file_size, first_frame=True) if frame else None
