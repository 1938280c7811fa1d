"""What people do on WhatsApp, as the conversation gets it."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.updates import to_incomings
from bot.conversation.messages import Button, Incoming, Photo, Reply
from bot.store.clock import seconds_until
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import PHONE_ID, Message, Person, WhatsAppServer

BUTTONS = ((Button("right:7", "Right"), Button("wrong:7", "Wrong")),)
CHOICES = (*BUTTONS, (Button("fix:7", "Fix labels"), Button("none:7", "None")))


async def asked(server: WhatsAppServer, bot: Bot, person: Person, reply: Reply) -> Message:
    """A message of the bot's to a person who has just written."""
    await person.says("hello")
    await bot.channel.send(person.id, reply, "1")
    return server.messages(person)[-1]


async def newest(bot: Bot) -> Incoming:
    return (await bot.saved())[-1]


async def test_a_text(bot: Bot, ann: Person) -> None:
    """Comes with who said it, when, and WhatsApp's own id for it."""
    message = await ann.says("hello")

    incoming = await newest(bot)
    assert abs(seconds_until(incoming.sent_at)) < 5
    assert incoming == Incoming(
        channel="whatsapp",
        external_id=message.id,
        kind="text",
        chat=ann.id,
        sender=ann.id,
        sender_name="Ann",
        message=message.id,
        text="hello",
        sent_at=incoming.sent_at,
    )


@pytest.mark.parametrize(("has_number", "has_user_id"), [(1, 1), (0, 1), (1, 0)])
async def test_who_it_is(
    server: WhatsAppServer, bot: Bot, has_number: int, has_user_id: int
) -> None:
    """The business-scoped id counts, else the phone number; the answer goes to the same."""
    person = server.person("Bob", has_number=bool(has_number), has_user_id=bool(has_user_id))
    await person.says("hello")
    await bot.channel.send(person.id, Reply("hello"), "1")

    assert (await newest(bot)).person == f"whatsapp:{person.chat.user_id or person.chat.wa_id}"
    assert [one.text for one in server.messages(person)] == ["hello"]
    assert ("recipient" in server.sent[0]) == bool(has_user_id)


async def test_an_id_that_only_the_contact_has(server: WhatsAppServer, bot: Bot) -> None:
    """A message by phone number is its contact's, who has a lasting id."""
    text = {"id": "wamid.1", "timestamp": str(int(time.time())), "type": "text"}
    item = {**text, "from": "4477009001", "text": {"body": "hi"}}
    others = {"wa_id": "4477009002", "user_id": "GB.2", "profile": {"name": "Bob"}}
    contact = {"wa_id": "4477009001", "user_id": "GB.1", "profile": {"name": "Ann"}}
    await server.post(server.body([item], [others, contact]))

    assert ((await newest(bot)).sender, (await newest(bot)).sender_name) == ("GB.1", "Ann")


async def test_a_photo_with_caption(bot: Bot, ann: Person) -> None:
    """Its caption is the text, and its bytes can be had."""
    await ann.sends_photo(b"the bytes", "what is this?")

    incoming = await newest(bot)
    assert (incoming.kind, incoming.text) == ("photo", "what is this?")
    assert incoming.photo is not None
    assert await bot.channel.fetch(incoming.photo, 1000) == b"the bytes"


async def test_an_image_document(bot: Bot, ann: Person) -> None:
    """An image that is sent as a file is a photo; another file is a text without words."""
    await ann.sends_document(b"bytes", "bear.png", "image/png")
    photo = await newest(bot)
    await ann.sends_document(b"bytes", "report.pdf", "application/pdf")

    assert photo.kind == "photo"
    assert photo.photo == Photo(photo.photo.ref if photo.photo else "", filename="bear.png")
    assert ((await newest(bot)).kind, (await newest(bot)).text) == ("text", "")


async def test_a_reply_in_words(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Says which message it replies to."""
    question = await asked(server, bot, ann, Reply("Is it a grizzly?"))
    await ann.says("no, it's a black bear", to=question)

    assert (await newest(bot)).reply_to == question.id


@pytest.mark.parametrize(("buttons", "is_list"), [(BUTTONS, False), (CHOICES, True)])
async def test_a_tap(
    server: WhatsAppServer,
    bot: Bot,
    ann: Person,
    buttons: tuple[tuple[Button, ...], ...],
    is_list: bool,
) -> None:
    """Carries the action, of a button or of a row, and the message that has it."""
    answer = await asked(server, bot, ann, Reply("Grizzly", buttons))
    await ann.taps("Wrong", answer)

    tap = await newest(bot)
    assert answer.is_list is is_list
    assert (tap.kind, tap.action, tap.message) == ("tap", "wrong:7", answer.id)
    assert tap.reply_to is None


async def test_reactions(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """A reaction is its emoji; taken back, it is empty."""
    answer = await asked(server, bot, ann, Reply("Grizzly"))
    await ann.reacts("👍", to=answer)
    await ann.reacts("", to=answer)

    thumb, taken_back = (await bot.saved())[-2:]
    assert {thumb.kind, taken_back.kind} == {"reaction"}
    assert (thumb.reaction, taken_back.reaction) == ("👍", "")
    assert (thumb.message, taken_back.message) == (answer.id, answer.id)


async def test_what_cannot_be_read(bot: Bot, ann: Person) -> None:
    """A voice message or a place comes as a text without words, which is answered with a hint."""
    await ann.sends(audio={"id": "1", "mime_type": "audio/ogg"})
    await ann.sends(location={"latitude": 1.0, "longitude": 2.0})

    assert [(one.kind, one.text) for one in await bot.saved()] == [("text", "")] * 2


async def test_what_is_left_alone(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """What WhatsApp says in a person's name, what was changed or deleted later, and groups."""
    await ann.sends(system={"body": "Ann changed their number", "type": "user_changed_number"})
    await ann.sends(edit={"original_message_id": "wamid.1", "message": {"type": "text"}})
    await ann.sends(revoke={"original_message_id": "wamid.1"})
    ann.keeps = []
    await ann.says("hello all")
    await server.post(server.body([{**ann.keeps[0], "group_id": "g1"}], [ann.contact]))

    assert await bot.saved() == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
FIELDS = ["id", "type", "timestamp", "from", "from_user_id", "text", "image", "context", "reaction"]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON, max_size=3), JSON)
def test_nothing_posted_raises(messages: list[Any], contacts: Any) -> None:
    """Whatever stands where messages should, what is made of it is known to be whole."""
    value = {"metadata": {"phone_number_id": PHONE_ID}, "messages": messages, "contacts": contacts}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}

    for incoming in to_incomings(body, PHONE_ID):
        assert Incoming.from_json(incoming.to_json()) == incoming
        assert incoming.external_id
        assert incoming.sender
