import asyncio

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import outbox as outbox_module
from bot.channels.memory import MemoryChannel
from bot.conversation.messages import Incoming, Reply
from bot.errors import Moved, NotYet, TryAgain, Undeliverable
from bot.outbox import Outbox, Send
from bot.store import inbox
from bot.store import outbox as rows
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Inbox
from bot.store.tables import Outbox as Row

pytestmark = pytest.mark.timeout(60)


async def stored(store: Store, *texts: str, chat: str = "memory:1") -> list[Send]:
    """Replies that were decided on and not sent yet."""
    async with store.writing() as session:
        return [Send(await rows.add(session, chat, Reply(text)), Reply(text)) for text in texts]


async def row(store: Store, outbox_id: int) -> Row:
    async with store.reading() as session:
        return await session.get_one(Row, outbox_id)


async def claimed(store: Store, text: str = "hello") -> int:
    """The id of an update that is at work."""
    incoming = Incoming("memory", text, "text", chat="1", sender="1", message="7", text=text)
    async with store.writing() as session:
        await inbox.add(session, incoming, later(-1))
        [claim] = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, claim.ids)
        return claim.ids[0]


async def is_done(store: Store, inbox_id: int) -> bool:
    async with store.reading() as session:
        return (await session.get_one(Inbox, inbox_id)).done_at is not None


def texts(channel: MemoryChannel) -> list[str]:
    return [message.reply.text for message in channel.messages]


async def test_replies_are_sent_in_order_and_their_ids_kept(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """Each row has the platform's id of its message; the update is done."""
    inbox_id = await claimed(store)
    sends = await stored(store, "one", "two")

    await outbox.deliver("memory:1", sends, [inbox_id])

    assert texts(channel) == ["one", "two"]
    for send, message in zip(sends, channel.messages, strict=True):
        sent = await row(store, send.outbox_id)
        assert (sent.message_id, sent.error) == (message.id, None)
        assert sent.sent_at is not None
    assert await is_done(store, inbox_id)


async def test_a_chat_that_moved_is_answered_where_it_is(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """The reply is sent there, quoting nothing of the old chat, and the chat has the new id."""
    channel.trouble["1"] = Moved("2")
    reply = Reply("hello", reply_to="7")
    async with store.writing() as session:
        send = Send(await rows.add(session, "memory:1", reply), reply)
    await outbox.deliver("memory:1", [send])

    [message] = channel.messages
    assert (message.chat, message.reply.text, message.reply.reply_to) == ("2", "hello", None)
    sent = await row(store, send.outbox_id)
    assert (sent.chat_id, sent.message_id, sent.error) == ("memory:2", message.id, None)


async def test_a_chat_that_moves_on_and_on_is_given_up(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """It is followed once, and never in a circle."""
    channel.trouble |= {"1": Moved("2"), "2": Moved("1")}
    [send] = await stored(store, "hello")
    await outbox.deliver("memory:1", [send])

    assert channel.messages == []
    assert (await row(store, send.outbox_id)).error == "The chat moved to 1."


async def test_a_platform_that_is_busy_is_asked_again(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """The reply comes as soon as the platform takes it, and what is behind it after it."""
    channel.trouble["1"] = TryAgain("slow down", after_s=0.01)
    first, second = await stored(store, "one", "two")
    sending = [
        asyncio.create_task(outbox.deliver("memory:1", [first])),
        asyncio.create_task(outbox.deliver("memory:1", [second])),
    ]
    await channel.refused(3)
    assert texts(channel) == []

    channel.trouble.clear()
    await asyncio.gather(*sending)

    assert texts(channel) == ["one", "two"]


async def test_one_chat_in_trouble_holds_up_no_other(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """Each chat waits for itself."""
    channel.trouble["1"] = TryAgain("slow down", after_s=600)
    [stuck] = await stored(store, "stuck")
    [free] = await stored(store, "free", chat="memory:2")
    sending = asyncio.create_task(outbox.deliver("memory:1", [stuck]))
    await channel.refused(1)

    await outbox.deliver("memory:2", [free])

    assert texts(channel) == ["free"]
    assert not sending.done()
    sending.cancel()


async def test_a_reply_is_given_up_in_the_end(
    store: Store, channel: MemoryChannel, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row says why; the update is done, and what comes after is sent."""
    monkeypatch.setattr(outbox_module, "GIVE_UP_S", 0.05)
    channel.trouble["1"] = TryAgain("slow down", after_s=0.01)
    inbox_id = await claimed(store)
    [given_up] = await stored(store, "one")

    await outbox.deliver("memory:1", [given_up], [inbox_id])
    channel.trouble.clear()
    await outbox.deliver("memory:1", await stored(store, "two"))

    assert "slow down" in ((await row(store, given_up.outbox_id)).error or "")
    assert await is_done(store, inbox_id)
    assert texts(channel) == ["two"]


async def test_a_wait_longer_than_the_patience_is_not_begun(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """A platform that asks for a day is told no at once."""
    channel.trouble["1"] = TryAgain("flood", after_s=86_400)
    [send] = await stored(store, "one")

    await outbox.deliver("memory:1", [send])

    assert "flood" in ((await row(store, send.outbox_id)).error or "")


@pytest.mark.parametrize("trouble", [Undeliverable("blocked by the person"), ValueError("a bug")])
async def test_what_cannot_be_delivered_is_done_with_an_error(
    store: Store, channel: MemoryChannel, outbox: Outbox, trouble: Exception
) -> None:
    """A person who blocked us, or a channel's bug: written down, logged, and not tried again."""
    channel.trouble["1"] = trouble
    inbox_id = await claimed(store)
    sends = await stored(store, "one")

    with capture_logs() as logs:
        await outbox.deliver("memory:1", sends, [inbox_id])

    assert str(trouble) in ((await row(store, sends[0].outbox_id)).error or "")
    assert any(str(trouble) in str(line.get("error")) for line in logs)
    assert await is_done(store, inbox_id)


async def test_a_message_can_be_posted_and_edited(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """Also before it was sent; the row has what it shows last."""
    outbox_id = await outbox.post("memory:1", Reply("0 %"))
    await outbox.edit(outbox_id, Reply("50 %", progress=0.5))
    await channel.until(1)
    await outbox.edit(outbox_id, Reply("done"))
    await outbox.stop()

    assert texts(channel) == ["done"]
    assert (await row(store, outbox_id)).payload["text"] == "done"


async def test_edits_that_come_too_fast_are_left_out(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """While the platform is busy they don't pile up: the message changes once, to the last."""
    outbox_id = await outbox.post("memory:1", Reply("0 %"))
    await channel.until(1)
    channel.trouble["1"] = TryAgain("slow down", after_s=0.01)
    blocking = asyncio.create_task(outbox.deliver("memory:1", await stored(store, "other")))
    await channel.refused(1)
    for percent in range(10, 100, 10):
        await outbox.edit(outbox_id, Reply(f"{percent} %"))
    channel.trouble.clear()
    await blocking
    await outbox.stop()

    assert texts(channel) == ["90 %", "other"]
    assert channel.edits == ["90 %"]


async def test_after_a_crash_what_was_not_sent_is_sent_first(
    store: Store, channel: MemoryChannel
) -> None:
    """In the order in which it was decided on, before anything newer; its update is then done."""
    inbox_id = await claimed(store)
    async with store.writing() as session:
        for text in ("one", "two"):
            await rows.add(session, "memory:1", Reply(text), inbox_id)
    await stored(store, "elsewhere", chat="memory:2")

    outbox = Outbox(store, {"memory": channel})
    await outbox.start()
    await outbox.deliver("memory:1", await stored(store, "newer"))
    await outbox.stop()

    assert [text for text in texts(channel) if text != "elsewhere"] == ["one", "two", "newer"]
    assert "elsewhere" in texts(channel)
    assert await is_done(store, inbox_id)


async def test_after_a_crash_an_edit_that_was_not_sent_is_sent_as_one(
    store: Store, channel: MemoryChannel
) -> None:
    """It changes the message of before; no second one appears."""
    [send] = await stored(store, "0 %")
    await Outbox(store, {"memory": channel}).deliver("memory:1", [send])
    async with store.writing() as session:
        await rows.rewrite(session, send.outbox_id, Reply("done"))

    outbox = Outbox(store, {"memory": channel})
    await outbox.start()
    await outbox.stop()

    assert texts(channel) == ["done"]


async def test_what_was_sent_or_given_up_is_not_sent_again(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """Not after any number of starts."""
    await outbox.deliver("memory:1", await stored(store, "one"))
    channel.trouble["1"] = Undeliverable("blocked")
    await outbox.deliver("memory:1", await stored(store, "two"))
    channel.trouble.clear()

    for _ in range(2):
        again = Outbox(store, {"memory": channel})
        await again.start()
        await again.stop()

    assert texts(channel) == ["one"]
    assert channel.edits == []


async def test_replies_of_a_channel_that_is_not_there_wait(
    store: Store, channel: MemoryChannel
) -> None:
    """Started once without its token, the bot sends what it has to say there later."""
    [send] = await stored(store, "one", chat="telegram:1")

    outbox = Outbox(store, {"memory": channel})
    await outbox.start()
    await outbox.stop()

    async with store.reading() as session:
        assert [left.id for left in await rows.unsent(session)] == [send.outbox_id]
        assert (await session.scalar(select(Row.error))) is None


async def test_stopping_leaves_what_takes_too_long_to_the_next_start(
    store: Store, channel: MemoryChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that a busy platform did not take is not lost."""
    monkeypatch.setattr(outbox_module, "STOP_S", 0.01)
    channel.trouble["1"] = TryAgain("slow down", after_s=600)
    outbox = Outbox(store, {"memory": channel})
    await outbox.post("memory:1", Reply("one"))
    await channel.refused(1)
    await outbox.stop()

    channel.trouble.clear()
    again = Outbox(store, {"memory": channel})
    await again.start()
    await channel.until(1)
    await again.stop()

    assert texts(channel) == ["one"]


async def test_what_comes_too_early_is_held(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """It is neither lost nor given up: it goes out before the next thing that can be sent."""
    channel.trouble["1"] = NotYet("the person has to write first")
    [notice] = await stored(store, "promoted")
    await outbox.deliver("memory:1", [notice])
    assert (await row(store, notice.outbox_id)).error is None

    channel.trouble.clear()
    await outbox.deliver("memory:1", await stored(store, "an answer"))

    assert texts(channel) == ["promoted", "an answer"]
    assert (await row(store, notice.outbox_id)).message_id == channel.messages[0].id


async def test_what_is_held_reads_as_it_was_last_changed(
    store: Store, channel: MemoryChannel, outbox: Outbox
) -> None:
    """A message that was changed while it was held comes once, as it is now."""
    channel.trouble["1"] = NotYet("the person has to write first")
    outbox_id = await outbox.post("memory:1", Reply("training"))
    await channel.refused(1)
    await outbox.edit(outbox_id, Reply("trained"))
    await channel.refused(2)

    channel.trouble.clear()
    await outbox.deliver("memory:1", await stored(store, "an answer"))

    assert texts(channel) == ["trained", "an answer"]


async def test_what_is_held_outlives_the_process(store: Store, channel: MemoryChannel) -> None:
    """The next process holds it, too, and sends it in the end."""
    channel.trouble["1"] = NotYet("the person has to write first")
    before, after = Outbox(store, {"memory": channel}), Outbox(store, {"memory": channel})
    await before.deliver("memory:1", await stored(store, "promoted"))
    await before.stop()
    await after.start()
    await channel.refused(2)

    channel.trouble.clear()
    await after.deliver("memory:1", await stored(store, "an answer"))
    await after.stop()

    assert texts(channel) == ["promoted", "an answer"]
