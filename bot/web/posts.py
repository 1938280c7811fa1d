"""What a browser sends: words, taps, reactions, photos.

The bubble is stored first, then handed to the inbox, and only then is the browser told that it
arrived. The browser names every message itself, so one sent again after a lost connection is
there only once. `WebChat` hands over at its start whatever a crash left between the two.
"""

import base64
import binascii
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from bot.channels.base import Receive
from bot.conversation.messages import Incoming
from bot.errors import TooMuch, TryAgain
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import web as rows
from bot.store.engine import Store
from bot.store.tables import WebMessage
from bot.store.web import CHANNEL
from bot.web import bubbles
from bot.web.events import Streams
from bot.web.language import language_hint
from bot.web.sessions import Sessions

ABOUT = "X-Photo"
"""The header that carries what a photo's body cannot: `AboutPhoto` as JSON in base64, because a
caption may be in any script, and addresses end up in logs."""
MIB = 1024 * 1024
HELD_PHOTOS = 6
"""Photos of the largest size that may be held at once while they come in, all people together."""


def _clean(value: object) -> object:
    """Drop NUL, which PostgreSQL cannot store."""
    return value.replace("\x00", "") if isinstance(value, str) else value


Clean = BeforeValidator(_clean)
MessageId = Annotated[str, StringConstraints(pattern="^[0-9]{1,18}$")]

Side = Annotated[int, Field(ge=1, le=100_000)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: UUID


class Text(_Sent):
    """Words."""

    type: Literal["text"]
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4096), Clean
    ]
    reply_to: MessageId | None = None


class Tap(_Sent):
    """A button was tapped."""

    type: Literal["tap"]
    message: MessageId
    action: Annotated[str, StringConstraints(max_length=64), Clean]


class Reaction(_Sent):
    """A reaction to one of our bubbles; empty: taken back."""

    type: Literal["reaction"]
    message: MessageId
    emoji: Annotated[str, StringConstraints(max_length=16), Clean]


class AboutPhoto(_Sent):
    """What comes with a photo. `group` is the same for all photos of an album."""

    name: Annotated[str, StringConstraints(max_length=255), Clean] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1024), Clean] = ""
    group: UUID | None = None
    reply_to: MessageId | None = None
    pixels: tuple[Side, Side] | None = None


SENT: TypeAdapter[Text | Tap | Reaction] = TypeAdapter(
    Annotated[Text | Tap | Reaction, Field(discriminator="type")]
)


class PostApi:
    """POST /api/messages and POST /api/photos."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        photos: PhotoFiles,
        sessions: Sessions,
        streams: Streams,
        receive: Receive,
    ) -> None:
        self._store = store
        self._photos = photos
        self._sessions = sessions
        self._streams = streams
        self._receive = receive
        self._max_bytes = settings.max_photo_bytes
        self._held_bytes = 0

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_post("/api/messages", self.messages)
        router.add_post("/api/photos", self.photos)

    async def messages(self, request: web.Request) -> web.Response:
        """Words, a tap or a reaction, as JSON."""
        person = (await self._sessions.visitor(request)).person
        sent = SENT.validate_json(await request.read())
        if isinstance(sent, Text):
            return await self._text(person, sent, request)
        if isinstance(sent, Tap):
            return await self._tap(person, sent, request)
        return await self._reaction(person, sent)

    async def photos(self, request: web.Request) -> web.Response:
        """A photo: its bytes are the body, what belongs to it is in the header."""
        person = (await self._sessions.visitor(request)).person
        about = AboutPhoto.model_validate_json(_decoded(request.headers.get(ABOUT, "")))
        sha256, size_bytes = await self._stored(request)
        photo = {
            "sha256": sha256,
            "name": about.name,
            "size_bytes": size_bytes,
            "pixels": about.pixels,
        }
        async with self._store.writing() as session:
            quoted = await rows.message(session, person, about.reply_to)
            group = str(about.group) if about.group else None
            payload = bubbles.own_payload(about.text, quoted, photo, group)
            row = await rows.add_message(session, person, str(about.id), "me", payload)
        return await self._hand_over(row, request)

    async def _stored(self, request: web.Request) -> tuple[str, int]:
        """Store the body; its SHA-256 and its size in bytes."""
        data = bytearray()
        try:
            async for chunk in request.content.iter_any():
                self._held_bytes += len(chunk)
                data += chunk
                self._check(len(data))
            return await self._photos.receive(bytes(data)), len(data)
        finally:
            self._held_bytes -= len(data)

    def _check(self, size_bytes: int) -> None:
        if size_bytes > self._max_bytes:
            sentence = f"That file is over {self._max_bytes / MIB:g} MB, the most I can take."
            raise web.HTTPRequestEntityTooLarge(self._max_bytes, size_bytes, text=sentence)
        if self._held_bytes > HELD_PHOTOS * self._max_bytes:
            raise TryAgain("Very many photos are coming in just now. Please try again.", 3)

    async def _text(self, person: str, sent: Text, request: web.Request) -> web.Response:
        async with self._store.writing() as session:
            quoted = await rows.message(session, person, sent.reply_to)
            payload = bubbles.own_payload(sent.text, quoted)
            row = await rows.add_message(session, person, str(sent.id), "me", payload)
        return await self._hand_over(row, request)

    async def _hand_over(self, row: WebMessage, request: web.Request) -> web.Response:
        try:
            await self._receive(replace(bubbles.incoming(row), language=language_hint(request)))
        except TooMuch:
            async with self._store.writing() as session:
                await rows.refuse_message(session, row)
            raise
        self._streams.changed(row.chat)
        return web.json_response(bubbles.bubble(row))

    async def _tap(self, person: str, sent: Tap, request: web.Request) -> web.Response:
        async with self._store.reading() as session:
            row = await rows.message(session, person, sent.message)
        if row is None or not bubbles.has_button(row, sent.action):
            raise web.HTTPConflict(text="That button is no longer there.")
        incoming = _incoming(person, sent, action=sent.action, tap_id=str(sent.id))
        await self._receive(replace(incoming, language=language_hint(request)))
        return web.json_response({})

    async def _reaction(self, person: str, sent: Reaction) -> web.Response:
        async with self._store.reading() as session:
            row = await rows.message(session, person, sent.message)
        if row is None or row.author != "bot":
            raise web.HTTPBadRequest(text="Only my own messages take reactions.")
        await self._receive(_incoming(person, sent, reaction=sent.emoji))
        async with self._store.writing() as session:
            row = await rows.message(session, person, sent.message)
            if row:
                await rows.change_message(session, row, {**row.payload, "reaction": sent.emoji})
        self._streams.changed(person)
        return web.json_response({})


def _incoming(person: str, sent: Tap | Reaction, **what: Any) -> Incoming:
    return Incoming(
        channel=CHANNEL,
        external_id=f"{person}:{sent.id}",
        kind=sent.type,
        chat=person,
        sender=person,
        message=sent.message,
        **what,
    )


def _decoded(header: str) -> bytes:
    try:
        return base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError):
        raise web.HTTPBadRequest(text=f"The header {ABOUT} must be JSON in base64.") from None
