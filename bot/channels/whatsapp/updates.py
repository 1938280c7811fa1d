"""What Meta posts as `Incoming`s. Pure: nothing is asked of WhatsApp, nothing is kept.

One body may hold what several people did. Each item is read by itself: one that can't be read is
left out and loses no neighbour. What became of our own messages comes in the same bodies and makes
no `Incoming`, so that it can't be answered; a failure is logged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import structlog
from pydantic import BaseModel, Field, ValidationError

from bot.conversation.messages import Incoming, Photo

log = structlog.get_logger(__name__)

NAME = "whatsapp"
LEFT_ALONE = frozenset({"system", "request_welcome", "edit", "revoke"})
"""What WhatsApp writes in a person's name; and texts that were changed or deleted, because what was
answered stays answered."""

Id = Annotated[str, Field(pattern=r"^[\w.]*$", max_length=200)]
"""A phone number or a business-scoped user id."""
Item = TypeVar("Item", bound=BaseModel)


class Profile(BaseModel):
    """How a person calls themselves."""

    name: str = ""


class Contact(BaseModel):
    """Somebody who did something that the same body tells. Either id may be missing."""

    user_id: Id = ""
    wa_id: Id = ""
    profile: Profile = Profile()


class Context(BaseModel):
    """Of a reply or a tap: the message that is meant. A forwarded message has one without id."""

    id: str | None = None


class Text(BaseModel):
    """A text."""

    body: str


class Media(BaseModel):
    """An image, or a document that may be one."""

    id: Annotated[str, Field(pattern=r"^\w+$")]
    mime_type: str = ""
    caption: str = ""
    filename: str = ""


class Choice(BaseModel):
    """The button that was tapped, or the row that was chosen."""

    id: str


class Interactive(BaseModel):
    """A tap."""

    button_reply: Choice | None = None
    list_reply: Choice | None = None


class Reaction(BaseModel):
    """A reaction; without `emoji` it was taken back."""

    message_id: str
    emoji: str = ""


class Message(BaseModel):
    """What one person did. The field named as its `type` is there."""

    id: Annotated[str, Field(min_length=1, max_length=500)]
    type: str
    timestamp: Annotated[int, Field(ge=0, lt=2**32)]
    from_: Id = Field("", alias="from")
    from_user_id: Id = ""
    group_id: str | None = None
    context: Context = Context()
    text: Text | None = None
    image: Media | None = None
    document: Media | None = None
    interactive: Interactive | None = None
    reaction: Reaction | None = None


class Status(BaseModel):
    """What became of a message of ours."""

    id: str
    status: str
    errors: Any = ()


class Number(BaseModel):
    """The business number that was written to."""

    phone_number_id: str


class Value(BaseModel):
    """What happened at one business number; the lists are read item by item."""

    metadata: Number
    contacts: Any = ()
    messages: Any = ()
    statuses: Any = ()


class Change(BaseModel):
    """One change that we are subscribed to."""

    field: str
    value: Value


class Entry(BaseModel):
    """The changes of one business account."""

    changes: Any = ()


class Body(BaseModel):
    """What was posted."""

    entry: Any = ()


def chat_key(chat: str) -> str:
    """A chat with the channel's name before it."""
    return f"{NAME}:{chat}"


def to_incomings(body: object, phone_id: str) -> list[Incoming]:
    """What people did at the number `phone_id`, in the order in which they did it."""
    incomings = [
        incoming
        for top in _each(Body, [body])
        for entry in _each(Entry, top.entry)
        for change in _each(Change, entry.changes)
        if change.field == "messages" and change.value.metadata.phone_number_id == phone_id
        for incoming in _told(change.value)
    ]
    return sorted(incomings, key=lambda incoming: incoming.sent_at)


def _each(model: type[Item], items: object) -> Iterator[Item]:
    """Those items that can be read."""
    for item in items if isinstance(items, list) else ():
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            where = [".".join(map(str, each["loc"])) for each in error.errors()]
            log.warning("whatsapp item can't be read", what=model.__name__, where=where)


def _told(value: Value) -> Iterator[Incoming]:
    for failed in (one for one in _each(Status, value.statuses) if one.status == "failed"):
        log.warning("whatsapp could not deliver", message=failed.id, why=failed.errors)
    contacts = list(_each(Contact, value.contacts))
    for message in _each(Message, value.messages):
        incoming = _incoming(message, _sender(message, contacts))
        if incoming:
            yield incoming


def _sender(message: Message, contacts: list[Contact]) -> Contact:
    """Who did it, by either id; where the message names nobody, the body's only contact."""
    for contact in contacts:
        same_user = contact.user_id and contact.user_id == message.from_user_id
        if same_user or (contact.wa_id and contact.wa_id == message.from_):
            return contact
    nameless = not (message.from_ or message.from_user_id)
    return contacts[0] if nameless and len(contacts) == 1 else Contact()


def _incoming(message: Message, contact: Contact) -> Incoming | None:
    """None for what concerns us not: groups, WhatsApp's own words, nobody's words."""
    person = message.from_user_id or contact.user_id or message.from_ or contact.wa_id
    if not person or message.group_id or message.type in LEFT_ALONE:
        return None
    about = {
        "channel": NAME,
        "external_id": message.id,
        "chat": person,
        "sender": person,
        "sender_name": contact.profile.name,
        "message": message.id,
        "reply_to": message.context.id,
        "sent_at": datetime.fromtimestamp(message.timestamp, UTC).isoformat(
            timespec="microseconds"
        ),
    }
    return Incoming(**{**about, **_content(message)})


def _content(message: Message) -> dict[str, Any]:
    """What it is. A voice message, a place and the like are a text without words."""
    media, tap = message.image or message.document, message.interactive
    choice = tap and (tap.button_reply or tap.list_reply)
    if media and (message.image or media.mime_type.startswith("image/")):
        photo = Photo(media.id, filename=media.filename)
        return {"kind": "photo", "text": media.caption, "photo": photo}
    if choice:
        tapped = message.context.id or ""
        return {"kind": "tap", "action": choice.id, "message": tapped, "reply_to": None}
    if message.reaction:
        reaction = message.reaction
        return {"kind": "reaction", "message": reaction.message_id, "reaction": reaction.emoji}
    return {"kind": "text", "text": message.text.body if message.text else ""}
