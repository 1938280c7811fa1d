"""`Reply`s as WhatsApp's messages: cut to length, with buttons or a list, and never edited."""

from collections.abc import Iterator

from bot.channels.pace import Seldom
from bot.channels.split import split
from bot.channels.whatsapp.choices import MAX_BODY_UNITS, interactive
from bot.channels.whatsapp.cloud import CloudApi, Json, addressed_to
from bot.channels.whatsapp.window import Window
from bot.conversation.messages import Reply
from bot.errors import NotYet

MAX_TEXT_UNITS = 4096
PROGRESS_S = 300.0
"""Between two messages on how something goes on: each is one more on the person's phone."""


class Sending:
    """Sends. Graph's errors leave it as `TryAgain`, `NotYet` or `Undeliverable`."""

    def __init__(self, api: CloudApi, window: Window) -> None:
        self._api = api
        self._window = window
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
        for part in messages(reply):
            message_id = await self._api.send(addressed_to(chat) | _quoting(quote) | part)
            quote = None
        return message_id


def messages(reply: Reply) -> Iterator[Json]:
    """The messages of a reply, without whom they go to; the last one has the buttons."""
    buttons = [button for row in reply.buttons for button in row]
    if not buttons:
        yield from _texts(reply.text)
        return
    *heads, body = split(reply.text, MAX_BODY_UNITS)
    yield from _texts("\n".join(heads))
    yield {"type": "interactive", "interactive": interactive(body, buttons)}


def _texts(text: str) -> Iterator[Json]:
    for part in split(text, MAX_TEXT_UNITS):
        yield {"type": "text", "text": {"body": part, "preview_url": False}}


def _quoting(message_id: str | None) -> Json:
    return {"context": {"message_id": message_id}} if message_id else {}
