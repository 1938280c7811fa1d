"""Run by the Python of pywa's own environment: `read` what is posted, or `send` some messages.

JSON in at stdin, a line each; JSON out at stdout, a line each.
"""

import json
import sys
from typing import Any

import httpx
from pywa import WhatsApp
from pywa.types import Button, Section, SectionList, SectionRow


def out(**fields: Any) -> None:
    print(json.dumps(fields))  # noqa: T201 - stdout is how it answers


def read(app_secret: str) -> None:
    """Lines {body, signature}: what pywa reads of each, or that it is not signed."""
    wa = WhatsApp(
        phone_id="1", token="none", app_secret=app_secret, server=None, filter_updates=False
    )

    @wa.on_message
    def message(_: WhatsApp, message: Any) -> None:
        reaction = message.reaction
        out(
            id=message.id,
            sender=message.from_user.bsuid,
            name=message.from_user.name,
            text=message.text or message.caption or "",
            photo=message.image.id if message.image else None,
            reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
            reaction=[reaction.message_id, reaction.emoji or ""] if reaction else None,
        )

    @wa.on_callback_button
    @wa.on_callback_selection
    def tap(_: WhatsApp, tap: Any) -> None:
        tapped = tap.reply_to_message.message_id
        out(id=tap.id, sender=tap.from_user.bsuid, action=tap.data, tapped=tapped)

    for line in sys.stdin:
        posted = json.loads(line)
        body = posted["body"].encode()
        if wa.webhook_update_validator(body, posted["signature"]):
            out(refused=True)
        else:
            wa.webhook_update_handler(body)


def send(url: str, phone_id: str, token: str) -> None:
    """Lines {to, text, quote, buttons, choose}: sent by pywa, the ids of what was sent."""
    session = httpx.Client()
    wa = WhatsApp(phone_id=phone_id, token=token, session=session)
    session.base_url = httpx.URL(url)  # pywa has set Meta's
    for line in sys.stdin:
        given = json.loads(line)
        rows = given["buttons"]
        buttons: Any = [Button(title=label, callback_data=action) for action, label in rows]
        if len(rows) > 3:
            choices = [SectionRow(title=label, callback_data=action) for action, label in rows]
            sections = [Section(title="Classes", rows=choices)]
            buttons = SectionList(button_title=given["choose"], sections=sections)
        sent = wa.send_message(
            to=given["to"],
            text=given["text"],
            buttons=buttons or None,
            reply_to_message_id=given["quote"],
        )
        out(id=sent.id)


if __name__ == "__main__":
    {"read": read, "send": send}[sys.argv[1]](*sys.argv[2:])
