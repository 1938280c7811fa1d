"""Photos that a bot sends: what Telegram takes for one, and the words below it."""

import io
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.telegram_server import rules
from tests.telegram_server.rules import Params, bad
from tests.telegram_server.world import Chat, Json, World

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDES_PX = 10_000
"""Width and height together."""
MOST_ELONGATED = 20


def checked_caption(caption: str | None) -> str:
    """The words below a photo, as Telegram keeps them; there may be none."""
    caption = (caption or "").strip()
    if rules.units(caption) > rules.MAX_CAPTION_UNITS:
        raise bad("message caption is too long")
    return caption


def photo(world: World, chat: Chat, data: Any) -> tuple[bytes, Json]:
    """The bytes of an uploaded photo, and the content of the message that shows it."""
    if not isinstance(data, bytes):
        raise bad("there is no photo in the request")
    if chat.takes_no_photos:
        raise bad("not enough rights to send photos to the chat")
    width, height = _size(data)
    stored = world.store(data, "photos", "sent.jpg")
    size = {"width": width, "height": height, "file_size": stored.size}
    return data, {"photo": [{"file_id": stored.id, "file_unique_id": stored.unique_id, **size}]}


def attached(params: Params) -> tuple[Any, str]:
    """The file and the caption of an `InputMediaPhoto`, which names another field of the form."""
    media = params.parsed("media", dict)
    if not media or media.get("type") != "photo" or set(media) > {"type", "media", "caption"}:
        raise bad("can't parse InputMedia")
    name = str(media.get("media", ""))
    if not name.startswith("attach://"):
        raise bad("wrong file identifier/HTTP URL specified")
    return params.values.get(name.removeprefix("attach://")), checked_caption(media.get("caption"))


def _size(data: bytes) -> tuple[int, int]:
    if not data:
        raise bad("file must be non-empty")
    if len(data) > MAX_PHOTO_BYTES:
        raise bad("file is too big for a photo")
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except UnidentifiedImageError:
        raise bad("IMAGE_PROCESS_FAILED") from None
    if width + height > MAX_SIDES_PX or max(width, height) > MOST_ELONGATED * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height
