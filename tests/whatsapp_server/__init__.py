"""A Cloud API server on the loopback interface, and people who chat through it.

It holds bots to the real API's rules and refuses, more strictly than Meta, any field that it does
not know. It signs what it posts, repeats what was not answered 200, and tells what became of the
bot's messages by the same webhook. What it leaves out: templates, groups, sending files.
"""

from tests.whatsapp_server.people import Person
from tests.whatsapp_server.server import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WhatsAppServer
from tests.whatsapp_server.world import Message

__all__ = [
    "APP_SECRET",
    "PHONE_ID",
    "TOKEN",
    "VERIFY_TOKEN",
    "Message",
    "Person",
    "WhatsAppServer",
]
