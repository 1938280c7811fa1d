"""What Meta posts as `Incoming`s. Pure: nothing is asked of WhatsApp, nothing is kept.

One body may hold what several people did; one item that can't be read loses no neighbour. What
became of our own messages comes in the same bodies and makes no `Incoming`, so that it can't be
answered; a failure is logged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.channels.whatsapp.posted import Body, Change, Contact, Entry, Message, Status, Value, each
from bot.conversation.messages import Incoming, Photo

log = structlog.get_logger(__name__)

NAME = "whatsapp"
LEFT_ALONE = frozenset({"system", "request_welcome", "edit", "revoke"})
"""What WhatsApp writes in a person's name; and texts that were changed or deleted, because what was
answered stays answered."""


def chat_key(chat: str) -> str:
    """A chat with the channel's name before it."""
    return f"{NAME}:{chat}"


def to_incomings(body: object, phone_id: str) -> list[Incoming]:
    """What people did at the number `phone_id`, in the order in which they did it."""
    incomings = [
        incoming
        for top in each(Body, [body])
        for entry in each(Entry, top.entry)
        for change in each(Change, entry.changes)
        if change.field == "messages" and change.value.metadata.phone_number_id == phone_id
        for incoming in _told(change.value)
    ]
    return sorted(incomings, key=lambda incoming: incoming.sent_at)


def _told(value: Value) -> Iterator[Incoming]:
    for failed in (one for one in each(Status, value.statuses) if one.status == "failed"):
        log.warning("whatsapp could not deliver", message=failed.id, why=failed.errors)
    contacts = list(each(Contact, value.contacts))
    for message in each(Message, value.messages):
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
