"""Replies as WhatsApp's messages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete
from structlog.testing import capture_logs

from bot.channels.whatsapp import WhatsApp, window
from bot.channels.whatsapp.sending import messages
from bot.conversation.fit import fit
from bot.conversation.messages import Button, Reply
from bot.errors import NotYet, TryAgain, Undeliverable
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.tables import Inbox
from tests.bot.channels.whatsapp.bot import Bot
from tests.whatsapp_server import TOKEN, Person, WhatsAppServer, rules
from tests.whatsapp_server.rules import ApiError

BUTTONS = ((Button("right:7", "Right"), Button("wrong:7", "Wrong"), Button("fix:7", "Fix labels")),)
MORE = (*BUTTONS, (Button("undo:1", "Undo"),))
DAY_S = 24 * 3600.0


@pytest.fixture(autouse=True)
async def ann(server: WhatsAppServer, bot: Bot) -> Person:
    """Somebody who has just written."""
    ann = server.person("Ann")
    await ann.says("hello")
    return ann


async def test_buttons(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Up to three stand below the text; the message quotes what it answers."""
    photo = ann.chat.messages[0]
    sent = await bot.channel.send(ann.id, Reply("Grizzly", BUTTONS, photo.id), "1")

    [message] = server.messages(ann)
    assert (message.id, message.text, message.reply_to) == (sent, "Grizzly", photo)
    assert message.labels == ["Right", "Wrong", "Fix labels"]
    assert not message.is_list


async def test_more_than_three_are_a_list(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """In the same order, with the same actions."""
    await bot.channel.send(ann.id, Reply("Grizzly", MORE), "1")

    [message] = server.messages(ann)
    assert message.is_list
    assert [choice["id"] for choice in message.choices] == ["right:7", "wrong:7", "fix:7", "undo:1"]


async def test_a_long_text_with_buttons(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Goes before the message with the buttons, which can hold less; nothing is lost."""
    lines = [f"{number}. Grizzly — sure, 97%" for number in range(1, 101)]
    sent = await bot.channel.send(ann.id, Reply("\n".join(lines), BUTTONS), "1")

    first, last = server.messages(ann)
    assert f"{first.text}\n{last.text}".splitlines() == lines
    assert (first.labels, last.id) == ([], sent)


@given(
    st.text(min_size=1, max_size=6000),
    st.lists(st.text(min_size=1, max_size=90), max_size=14),
    st.sampled_from(["", "4490709327384033"]),
)
def test_whatever_is_said_fits(text: str, labels: list[str], image: str) -> None:
    """Each message keeps the API's rules, whatever classes and sentences there are."""
    buttons = tuple((Button(f"a:{number}", f"x{label}"),) for number, label in enumerate(labels))
    reply = fit(Reply(f"x{text}", buttons), WhatsApp.limits)

    shown = []
    for message in messages(reply, image):
        if message["type"] == "text":
            rules.text_message(message)
        elif message["type"] == "image":
            shown.append(rules.image(message)[1])
        else:
            shown += filter(None, [rules.header_image(message)])
            _, choices, _ = rules.interactive(message)
            assert len(choices) == min(len(labels), rules.MAX_ROWS)
            assert len({choice["title"] for choice in choices}) == len(choices)
    assert shown == [image] * bool(image)


async def test_a_notice_is_a_message(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """A tap is never left unanswered; but words that follow are not about the notice."""
    sent = await bot.channel.send(ann.id, Reply("", notice="Choose at least one class."), "1")

    assert sent == ""
    assert [one.text for one in server.messages(ann)] == ["Choose at least one class."]


async def test_a_change_is_a_new_message(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """It quotes the message that it would replace."""
    before = await bot.channel.send(ann.id, Reply("Waiting"), "1")
    after = await bot.channel.send(ann.id, Reply("Done", edits=before), "2")

    first, second = server.messages(ann)
    assert (second.id, second.reply_to) == (after, first)


async def test_progress_is_sent_sparsely(
    server: WhatsAppServer, bot: Bot, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first word of it and the end at once, and in between one message in some minutes."""
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    message = await bot.channel.send(ann.id, Reply("0 %", progress=0.0), "1")
    for percent in range(1, 100):
        clock[0] += 5
        step = Reply(f"{percent} %", edits=message, progress=percent / 100)
        message = await bot.channel.send(ann.id, step, "1")
    await bot.channel.send(ann.id, Reply("Promoted", edits=message), "1")

    assert [one.text for one in server.messages(ann)] == ["0 %", "60 %", "Promoted"]


async def test_the_day_after_a_notice_is_held(
    server: WhatsAppServer, bot: Bot, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day after a person wrote nothing is sent; when they write again, it is the first thing."""
    outbox = Outbox(bot.store, {"whatsapp": bot.channel})
    monkeypatch.setattr(window, "WINDOW_S", 0.0)
    await outbox.post(f"whatsapp:{ann.id}", Reply("Version 3 answers now."))
    await outbox.stop()
    assert server.messages(ann) == []

    monkeypatch.setattr(window, "WINDOW_S", DAY_S)
    await ann.says("hello again")
    await outbox.post(f"whatsapp:{ann.id}", Reply("Send me a photo."))
    await outbox.stop()

    assert [one.text for one in server.messages(ann)] == [
        "Version 3 answers now.",
        "Send me a photo.",
    ]


async def test_the_day_begins_when_a_person_wrote(server: WhatsAppServer, bot: Bot) -> None:
    """And not when it was delivered: what Meta kept for two days opens nothing."""
    bob = server.person("Bob")
    bob.late_s = 2 * DAY_S
    await bob.says("is anybody there?")

    with pytest.raises(NotYet):
        await bot.channel.send(bob.id, Reply("Yes."), "1")
    assert server.sent == []


async def test_the_day_outlives_the_process(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """A bot that was started anew knows from its inbox who wrote."""
    channel = WhatsApp(bot.store, Settings.model_validate(server.settings))
    await channel.send(ann.id, Reply("Here I am again."), "1")
    await channel.close()

    assert [one.text for one in server.messages(ann)] == ["Here I am again."]


async def test_somebody_who_was_forgotten(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Whoever has their words deleted is still told that they are."""
    async with bot.store.writing() as session:
        await session.execute(delete(Inbox))
    await bot.channel.send(ann.id, Reply("Nothing of yours is left."), "1")

    assert [one.text for one in server.messages(ann)] == ["Nothing of yours is left."]


async def test_nobody_is_written_to_first(server: WhatsAppServer, bot: Bot) -> None:
    """Somebody who never wrote gets nothing."""
    with pytest.raises(NotYet):
        await bot.channel.send(server.person("Bob").id, Reply("Hello!"), "1")


@pytest.mark.parametrize(
    ("problem", "expected", "after_s"),
    [
        (ApiError(429, 130429, "Rate limit hit"), TryAgain, 6.0),
        (ApiError(400, 131056, "Pair rate limit hit", Retry_After="30"), TryAgain, 30.0),
        (ApiError(400, 80007, "Rate limit issues"), TryAgain, 6.0),
        (ApiError(500, 131000, "Something went wrong"), TryAgain, 5.0),
        (ApiError(400, 131047, "Re-engagement message"), NotYet, None),
        (ApiError(400, 131026, "Message undeliverable"), Undeliverable, None),
        (ApiError(403, 131031, "Account has been locked"), Undeliverable, None),
        (ApiError(403, 10, "Permission denied"), TryAgain, 60.0),
    ],
)
async def test_what_whatsapp_refuses(
    bot: Bot, ann: Person, problem: ApiError, expected: type[Exception], after_s: float | None
) -> None:
    """Is tried again where that can help, when WhatsApp says so, and else given up."""
    ann.chat.problems = [problem]

    with pytest.raises(expected) as raised:
        await bot.channel.send(ann.id, Reply("hello"), "1")
    assert getattr(raised.value, "after_s", None) == after_s


async def test_somebody_who_blocked_us(bot: Bot, ann: Person) -> None:
    """Is written to no more."""
    ann.chat.blocked = True

    with pytest.raises(Undeliverable):
        await bot.channel.send(ann.id, Reply("hello"), "1")


async def test_an_outage(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """Is waited for, whether WhatsApp answers that it is down or not at all."""
    server.down = True
    with pytest.raises(TryAgain):
        await bot.channel.send(ann.id, Reply("hello"), "1")
    await server.stop()
    with pytest.raises(TryAgain):
        await bot.channel.send(ann.id, Reply("hello"), "1")


async def test_a_refused_token_is_not_repeated(
    server: WhatsAppServer, bot: Bot, ann: Person
) -> None:
    """Graph quotes a wrong token in its error; ours does not, because errors are kept."""
    wrong = {**server.settings, "whatsapp_token": f"{TOKEN}-mistyped"}
    channel = WhatsApp(bot.store, Settings.model_validate(wrong))
    with capture_logs() as logs, pytest.raises(TryAgain) as raised:
        await channel.send(ann.id, Reply("hello"), "1")
    await channel.close()

    assert raised.value.after_s == 60.0
    assert "NONESUCH_WHATSAPP_TOKEN" in logs[0]["event"]
    assert TOKEN not in f"{raised.value!r} {raised.value.__cause__!r} {logs}"


async def test_typing(server: WhatsAppServer, bot: Bot, ann: Person) -> None:
    """The sign is shown by what the person sent last, seldom, and never to a stranger."""
    for _ in range(3):
        await bot.channel.typing(ann.id)
    await bot.channel.typing("GB.1")

    await server.until(lambda: server.world.typing)
    assert server.world.typing == [ann.id]


async def test_what_became_of_our_messages_is_not_answered(
    server: WhatsAppServer, bot: Bot, ann: Person
) -> None:
    """Two status callbacks a message: 200, and nothing in the inbox."""
    before = await bot.saved()
    await bot.channel.send(ann.id, replace(Reply("hello"), reply_to=None), "1")
    await server.until(lambda: len(server.callbacks) == 2)

    assert server.callbacks == [200, 200]
    assert await bot.saved() == before
