"""Groups: what concerns the bot there, and who is who."""

from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.conversation.messages import Incoming, Picture, Reply
from tests import photos
from tests.bot.channels.telegram.inbox import Inbox, Start
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.people import Group
from tests.telegram_server.world import ANONYMOUS


@pytest.fixture
def bears(server: TelegramServer) -> Group:
    return server.group("Bear watchers")


@pytest.fixture
def ann(server: TelegramServer) -> Person:
    return server.person("Ann")


@pytest.fixture
def ben(server: TelegramServer) -> Person:
    return server.person("Ben")


async def received(server: TelegramServer, inbox: Inbox) -> list[Incoming]:
    await server.until(lambda: not server.world.updates.pending)
    return inbox.saved


@pytest.mark.usefixtures("channel")
async def test_what_nobody_asked_is_left_alone(
    server: TelegramServer, inbox: Inbox, ann: Person, ben: Person, bears: Group
) -> None:
    """Photos, files, stickers, GIFs and words among people, and what is said to others."""
    photo = ann.sends_photo(b"bytes", "my bear", in_=bears)
    ann.sends_document(b"bytes", "bear.jpg", "image/jpeg", in_=bears)
    ann.sends_sticker(in_=bears)
    ann.sends_gif(b"frame", in_=bears)
    ben.replies("a grizzly!", to=photo)
    ben.says("ask @SomeOtherBot, or write to me@NonesuchTestBot", in_=bears)

    assert await received(server, inbox) == []


@pytest.mark.usefixtures("channel")
@pytest.mark.parametrize(
    "caption", ["@NonesuchTestBot what is it?", "What is it, @nonesuchtestbot"]
)
async def test_a_photo_that_names_the_bot(
    server: TelegramServer, inbox: Inbox, ann: Person, bears: Group, caption: str
) -> None:
    """Is answered, under the group's id; the name is left out of the words."""
    ann.sends_photo(b"bytes", caption, in_=bears)

    [incoming] = await received(server, inbox)

    assert (incoming.kind, incoming.private, incoming.asked) == ("photo", False, True)
    assert (incoming.chat, incoming.sender) == (str(bears.chat.id), str(ann.id))
    assert incoming.text.lower().startswith("what is it")
    assert "@" not in incoming.text


async def test_replies_to_the_bot(
    server: TelegramServer, inbox: Inbox, channel: Telegram, ann: Person, bears: Group
) -> None:
    """Words and photos in reply to one of its messages are for the bot."""
    await channel.send(str(bears.chat.id), Reply("None of my classes."), "1")
    [answer] = server.messages(bears)
    ann.replies("it's a grizzly", to=answer)

    [incoming] = await received(server, inbox)

    assert (incoming.text, incoming.reply_to) == ("it's a grizzly", str(answer.id))


async def test_a_reply_to_our_own_picture_is_words(
    server: TelegramServer,
    inbox: Inbox,
    channel: Telegram,
    ann: Person,
    bears: Group,
    own_home: Path,
) -> None:
    """The photo that the bot drew on is not asked about; nor is one that a command replies to."""
    own_home.mkdir(exist_ok=True)
    (own_home / "drawn.jpg").write_bytes(photos.jpeg())
    drawn = Picture("drawn.jpg", "Your photo, with a ring", 160, 120)
    await channel.send(str(bears.chat.id), Reply("The point is here.", picture=drawn), "1")
    [answer] = server.messages(bears)
    ann.replies("@NonesuchTestBot thank you", to=answer)
    ann.replies("/compare", to=ann.sends_photo(b"bytes", in_=bears))

    incomings = await received(server, inbox)

    assert [(one.kind, one.text) for one in incomings] == [
        ("text", "thank you"),
        ("text", "/compare"),
    ]


async def test_somebody_elses_photo(
    server: TelegramServer, inbox: Inbox, channel: Telegram, ann: Person, ben: Person, bears: Group
) -> None:
    """Who names the bot in reply to a photo asks about that photo."""
    photo = ann.sends_photo(b"Ann's photo", in_=bears)
    question = ben.replies("@NonesuchTestBot is this a grizzly?", to=photo)

    [incoming] = await received(server, inbox)

    assert (incoming.kind, incoming.text) == ("photo", "is this a grizzly?")
    assert (incoming.sender, incoming.message) == (str(ben.id), str(question.id))
    assert incoming.photo is not None
    assert await channel.fetch(incoming.photo, 1000) == b"Ann's photo"


@pytest.mark.usefixtures("channel")
async def test_an_album_is_asked_about_as_one(
    server: TelegramServer, inbox: Inbox, ann: Person, bears: Group
) -> None:
    """All its photos are kept for a moment, because any one may have the caption that asks."""
    ann.sends_photo(b"1", in_=bears, album="7")
    ann.sends_photo(b"2", "@NonesuchTestBot", in_=bears, album="7")

    incomings = await received(server, inbox)

    assert [incoming.asked for incoming in incomings] == [False, True]
    assert {incoming.group for incoming in incomings} == {"7"}


async def test_all_photos_by_setting(
    server: TelegramServer, inbox: Inbox, start: Start, ann: Person, bears: Group
) -> None:
    """With NONESUCH_GROUPS=all photos need not ask; stickers and words still do."""
    await start(groups="all")
    ann.sends_photo(b"bytes", in_=bears)
    ann.sends_sticker(in_=bears)
    ann.says("what a bear", in_=bears)

    [incoming] = await received(server, inbox)

    assert (incoming.kind, incoming.asked) == ("photo", True)


@pytest.mark.usefixtures("channel")
async def test_an_anonymous_admin_is_the_group(
    server: TelegramServer, inbox: Inbox, ann: Person, bears: Group
) -> None:
    """What is sent in the group's name is the group's; in another name it is nobody's."""
    ann.sends_photo(b"bytes", "@NonesuchTestBot", in_=bears, anonymous=True)
    message = bears.chat.add(ann.user, text="/help").to_json()
    other = {"id": -1005, "type": "channel", "title": "News"}
    server.world.updates.add("message", message | {"from": ANONYMOUS, "sender_chat": other})

    [incoming] = await received(server, inbox)

    assert incoming.sender == str(bears.chat.id)
    assert incoming.sender_name == "Bear watchers"


async def test_an_anonymous_admins_reaction(
    server: TelegramServer, inbox: Inbox, channel: Telegram, bears: Group
) -> None:
    """Comes from the group too."""
    await channel.send(str(bears.chat.id), Reply("A grizzly"), "1")
    [answer] = server.messages(bears)
    change = {
        "chat": bears.chat.to_json(),
        "actor_chat": bears.chat.to_json(),
        "message_id": answer.id,
        "date": answer.date,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}],
    }
    server.world.updates.add("message_reaction", change)

    [incoming] = await received(server, inbox)

    assert (incoming.kind, incoming.reaction) == ("reaction", "👍")
    assert incoming.sender == str(bears.chat.id)


@pytest.mark.usefixtures("channel")
async def test_a_group_that_becomes_a_supergroup(
    server: TelegramServer, inbox: Inbox, ann: Person, bears: Group
) -> None:
    """Telegram tells in the old chat and in the new one: both say the same."""
    old = bears.chat
    new = bears.becomes_supergroup(ann)

    incomings = await received(server, inbox)

    assert [(one.kind, one.chat, one.text) for one in incomings] == [
        ("moved", str(old.id), str(new.id))
    ] * 2
