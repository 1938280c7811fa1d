"""Bubbles: what a row of the chat holds, what a page is told of it, what the inbox gets.

A payload holds everything that the page shows, a quoted message too, so that showing a bubble
needs no other row. People's bubbles: text, photo, group, quote. Ours: text, picture, buttons,
progress, quote, reaction.
"""

from dataclasses import asdict
from typing import Any

from bot.conversation.messages import Incoming, Photo, Reply
from bot.store.tables import WebMessage
from bot.store.web import CHANNEL

QUOTE_CHARACTERS = 140

Payload = dict[str, Any]


def bubble(row: WebMessage) -> Payload:
    """A bubble as the page gets it."""
    return {
        **row.payload,
        "id": str(row.id),
        "key": row.key,
        "revision": row.revision,
        "author": row.author,
        "at": row.created_at,
    }


def own_payload(
    text: str, quoted: WebMessage | None, photo: Payload | None = None, group: str | None = None
) -> Payload:
    """What a person's bubble holds. `photo`: sha256, name, size_bytes, size (px, or None)."""
    return {"text": text, "photo": photo, "group": group, "quote": quote(quoted)}


def reply_payload(reply: Reply, quoted: WebMessage | None, before: Payload | None) -> Payload:
    """What our bubble holds; `before` is what it held, if the reply edits it.

    Its picture, whose file has to be there, takes the place of the one before.
    """
    kept = before or {"quote": quote(quoted), "reaction": "", "picture": None}
    if reply.picture:
        kept = {**kept, "picture": asdict(reply.picture)}
    buttons = [
        [{"action": button.action, "label": button.label} for button in row]
        for row in reply.buttons
    ]
    return {**kept, "text": reply.text, "buttons": buttons, "progress": reply.progress}


def quote(row: WebMessage | None) -> Payload | None:
    """What is shown of a quoted bubble; it stays as it was when it was quoted."""
    if row is None:
        return None
    photo = row.payload.get("photo")
    return {
        "id": str(row.id),
        "author": row.author,
        "text": row.payload["text"][:QUOTE_CHARACTERS],
        "photo": photo["sha256"] if photo else None,
    }


def has_button(row: WebMessage, action: str) -> bool:
    """Whether a bubble shows a button with this action."""
    buttons = row.payload.get("buttons") or ()
    return any(button["action"] == action for line in buttons for button in line)


def incoming(row: WebMessage) -> Incoming:
    """A person's bubble as the inbox takes it."""
    content = row.payload
    photo, quoted = content["photo"], content["quote"]
    return Incoming(
        channel=CHANNEL,
        external_id=f"{row.chat}:{row.key}",
        kind="photo" if photo else "text",
        chat=row.chat,
        sender=row.chat,
        message=str(row.id),
        text=content["text"],
        photo=Photo(photo["sha256"], photo["name"], photo["size_bytes"]) if photo else None,
        reply_to=quoted["id"] if quoted else None,
        group=content["group"],
    )
