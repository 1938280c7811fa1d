"""What people do in Telegram, as the conversation gets it."""

import pytest

from bot.channels.telegram import Telegram
from bot.conversation.messages import Button, Incoming, Reply
from tests.bot.channels.telegram.inbox import Inbox
from tests.telegram_server import Message, Person, TelegramServer

pytestmark = pytest.mark.usefixtures("channel")


async def saved(server: TelegramServer, inbox: Inbox, count: int = 1) -> list[Incoming]:
    """What was received, once nothing waits any more: this many."""
    await server.until(lambda: not server.world.updates.pending)
    assert len(inbox.saved) == count
    return inbox.saved


async def asked(
    server: TelegramServer,
    channel: Telegram,
    person: Person,
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """A message of the bot's to a person."""
    await channel.send(str(person.id), Reply("Is it a grizzly?", buttons), "1")
    return server.messages(person)[-1]


async def test_the_language_of_the_persons_app(server: TelegramServer, inbox: Inbox) -> None:
    """Telegram says it of most people, and it comes with what they do."""
    ann, bob = server.person("Ann"), server.person("Bob")
    ann.user["language_code"] = "pt-br"
    ann.says("hello")
    bob.says("hello")

    assert [each.language for each in await saved(server, inbox, 2)] == ["pt-br", ""]


async def test_a_text(server: TelegramServer, inbox: Inbox) -> None:
    """A text comes with who said it, where, and Telegram's own number for it."""
    ann = server.person("Ann")
    message = ann.says("hello")

    assert await saved(server, inbox) == [
        Incoming(
            channel="telegram",
            external_id="870000001",
            kind="text",
            chat=str(ann.id),
            sender=str(ann.id),
            sender_name="Ann",
            message=str(message.id),
            text="hello",
        )
    ]


async def test_a_photo_with_caption(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Of a photo's sizes the largest is meant; its caption is the text."""
    server.person("Ann").sends_photo(b"the large one", "what is this?")

    [incoming] = await saved(server, inbox)

    assert (incoming.kind, incoming.text) == ("photo", "what is this?")
    assert incoming.photo is not None
    assert await channel.fetch(incoming.photo, 1000) == b"the large one"


async def test_an_album(server: TelegramServer, inbox: Inbox) -> None:
    """The photos of an album come one by one with the same group, the caption with the first."""
    messages = server.person("Ann").sends_album([b"1", b"2", b"3"], "three bears")

    incomings = await saved(server, inbox, 3)

    assert len({incoming.group for incoming in incomings}) == 1
    assert incomings[0].group is not None
    assert [incoming.text for incoming in incomings] == ["three bears", "", ""]
    assert [incoming.message for incoming in incomings] == [str(one.id) for one in messages]


async def test_a_reply_in_words(server: TelegramServer, inbox: Inbox, channel: Telegram) -> None:
    """A reply says which message it replies to."""
    ann = server.person("Ann")
    question = await asked(server, channel, ann)
    ann.replies("no, it's a black bear", to=question)

    [incoming] = await saved(server, inbox)

    assert (incoming.text, incoming.reply_to) == ("no, it's a black bear", str(question.id))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/model", "/model"),
        ("/model@NonesuchTestBot bears", "/model bears"),
        ("/model@nonesuchtestbot", "/model"),
    ],
)
async def test_a_command(server: TelegramServer, inbox: Inbox, said: str, heard: str) -> None:
    """A command to this bot comes without the bot's name, however it is spelt."""
    server.person("Ann").says(said, in_=server.group("Bear watchers"))

    [incoming] = await saved(server, inbox)

    assert incoming.text == heard


async def test_reactions(server: TelegramServer, inbox: Inbox, channel: Telegram) -> None:
    """A reaction is the emoji added; taken back, it is empty; changed, it is the new one."""
    ann = server.person("Ann")
    answer = await asked(server, channel, ann)
    ann.reacts("👍", to=answer)
    ann.reacts("👎", to=answer)
    ann.reacts("👎", "🔥", to=answer)
    ann.reacts("👎", to=answer)
    ann.reacts(to=answer)

    incomings = await saved(server, inbox, 5)

    assert {incoming.kind for incoming in incomings} == {"reaction"}
    assert [incoming.reaction for incoming in incomings] == ["👍", "👎", "🔥", "👎", ""]
    assert {incoming.message for incoming in incomings} == {str(answer.id)}


async def test_a_tap(server: TelegramServer, inbox: Inbox, channel: Telegram) -> None:
    """A tap carries the button's action and the tap's own id, to be answered by it."""
    ann = server.person("Ann")
    buttons = ((Button("right:7", "Right"), Button("wrong:7", "Wrong")),)
    answer = await asked(server, channel, ann, buttons)
    tap = ann.taps("Wrong")

    [incoming] = await saved(server, inbox)

    assert (incoming.kind, incoming.action, incoming.tap_id) == ("tap", "wrong:7", tap.id)
    assert (incoming.message, incoming.sender) == (str(answer.id), str(ann.id))


async def test_what_is_left_alone(server: TelegramServer, inbox: Inbox) -> None:
    """Bots, other bots' commands, edits and a group's stickers are none of our business."""
    group = server.group("Bear watchers")
    ann, robot = server.person("Ann"), server.person("Robot", is_bot=True)
    robot.sends_photo(b"bytes", in_=group)
    ann.says("/model@SomeOtherBot", in_=group)
    ann.sends_sticker(in_=group)
    ann.says("write to me@NonesuchTestBot", in_=group)
    ann.edits(ann.says("hello"), "hello again")

    [incoming] = await saved(server, inbox)

    assert incoming.text == "hello"


async def test_an_edited_caption_is_no_second_word(server: TelegramServer, inbox: Inbox) -> None:
    """Telegram is not even asked for edits: the photo was answered with its first caption."""
    ann = server.person("Ann")
    photo = ann.sends_photo(b"bytes", "/label grizzly")
    await server.until(lambda: not server.world.updates.pending)
    ann.edits(photo, "/label teddy")

    [incoming] = await saved(server, inbox)

    assert incoming.text == "/label grizzly"


async def test_a_forwarded_photo(server: TelegramServer, inbox: Inbox) -> None:
    """Is a photo of the one who passed it on, wherever it comes from."""
    ann, ben = server.person("Ann"), server.person("Ben")
    original = ann.sends_photo(b"bytes", "look")
    await server.until(lambda: not server.world.updates.pending)
    inbox.saved.clear()
    ben.forwards(original)

    [incoming] = await saved(server, inbox)

    assert (incoming.kind, incoming.text, incoming.sender) == ("photo", "look", str(ben.id))
