"""`Reply`s as WhatsApp's messages: cut to length, with buttons or a list, and never edited.

A picture is uploaded first; where that fails the words go alone.
"""

import mimetypes
from collections.abc import Iterator
from pathlib import Path

import structlog

from bot.channels import pictures
from bot.channels.pace import Seldom
from bot.channels.split import split
from bot.channels.whatsapp.choices import MAX_BODY_UNITS, interactive
from bot.channels.whatsapp.cloud import CloudApi, Json, addressed_to
from bot.channels.whatsapp.window import Window
from bot.conversation.messages import Picture, Reply
from bot.errors import NotYet, TryAgain, Undeliverable

log = structlog.get_logger(__name__)

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
PROGRESS_S = 300.0
"""Between two messages on how something goes on: each is one more on the person's phone."""


class Sending:
    """Sends. Graph's errors leave it as `TryAgain`, `NotYet` or `Undeliverable`.

    `home` is where the pictures of replies lie.
    """

    def __init__(self, api: CloudApi, window: Window, home: Path) -> None:
        self._api = api
        self._window = window
        self._home = home
        self._progress = Seldom(PROGRESS_S)

    async def send(self, chat: str, reply: Reply) -> str:
        """Send; returns the id of the message that carries the buttons.

        A notice is a message, too, but nothing that people say is about it: it has no id.
        """
        quote = reply.edits or reply.reply_to
        if reply.progress is not None and not self._progress.allows(chat) and reply.edits:
            return reply.edits
        if not await self._window.is_open(chat):
            raise NotYet("A day has passed since this person wrote: WhatsApp takes no more.")
        if not reply.text.strip():
            for part in _texts(reply.notice):
                await self._api.send(addressed_to(chat) | part)
            return reply.edits or ""
        message_id = ""
        for part in messages(reply, await self._uploaded(reply.picture)):
            message_id = await self._api.send(addressed_to(chat) | _quoting(quote) | part)
            quote = None
        return message_id

    async def _uploaded(self, picture: Picture | None) -> str:
        """The id of the picture at WhatsApp; empty where there is none, or it can't be taken."""
        data = await pictures.read(self._home, picture)
        if picture is None or data is None:
            return ""
        kind = mimetypes.guess_type(picture.path)[0] or "image/jpeg"
        try:
            return await self._api.upload(data, Path(picture.path).name, kind)
        except (TryAgain, NotYet, Undeliverable) as error:
            log.warning("picture not sent", picture=picture.path, error=str(error))
            return ""


def messages(reply: Reply, image: str = "") -> Iterator[Json]:
    """The messages of a reply, without whom they go to; the last one has the buttons.

    `image` is the id of its picture.
    """
    buttons = [button for row in reply.buttons for button in row]
    if not buttons:
        yield from _captioned(image, reply.text) if image else _texts(reply.text)
        return
    *heads, body = split(reply.text, MAX_BODY_UNITS)
    yield from _texts("\n".join(heads))
    content = interactive(body, buttons)
    if image and content["type"] == "button":
        content["header"] = {"type": "image", "image": {"id": image}}
    elif image:  # above a list there is no room for it
        yield {"type": "image", "image": {"id": image}}
    yield {"type": "interactive", "interactive": content}


def _captioned(image: str, text: str) -> Iterator[Json]:
    caption, *more = split(text, MAX_CAPTION_UNITS)
    yield {"type": "image", "image": {"id": image, "caption": caption}}
    yield from _texts("\n".join(more))


def _texts(text: str) -> Iterator[Json]:
    for part in split(text, MAX_TEXT_UNITS):
        yield {"type": "text", "text": {"body": part, "preview_url": False}}


def _quoting(message_id: str | None) -> Json:
    return {"context": {"message_id": message_id}} if message_id else {}
