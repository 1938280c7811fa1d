"""A chat that gets another id."""

from sqlalchemy import select

from bot.conversation.messages import Incoming, Reply
from bot.store import answers, inbox, outbox, people
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.moving import move_chat
from bot.store.tables import Answer, Chat, Inbox, Outbox

OLD, NEW = "telegram:-5", "telegram:-1005"


async def chats(store: Store) -> dict[str, str | None]:
    async with store.reading() as session:
        return {chat.id: chat.model for chat in await session.scalars(select(Chat))}


async def test_all_of_a_chat_follows(store: Store) -> None:
    """Its model, its answers, what is open in the inbox and what is to be sent; once or twice."""
    async with store.writing() as session:
        await people.set_model(session, OLD, "pascal")
        await answers.add_photo(session, "a", None, 4, 3, 9, "b1", b"")
        await answers.add_answer(
            session, photo_sha256="a", chat_id=OLD, person_id="telegram:1", model="bears",
            version="1", payload={}, twin={},
        )  # fmt: skip
        await inbox.add(session, Incoming("telegram", "1", "text", "-5", "1", "7"), now())
        await outbox.add(session, OLD, Reply("hello"))
    for _ in range(2):
        async with store.writing() as session:
            await move_chat(session, OLD, NEW)

    assert await chats(store) == {NEW: "pascal"}
    async with store.reading() as session:
        for table in (Answer, Inbox, Outbox):
            assert set(await session.scalars(select(table.chat_id))) == {NEW}


async def test_what_was_chosen_there_already_stays(store: Store) -> None:
    """Where the new chat has a model of its own, it keeps it."""
    async with store.writing() as session:
        await people.set_model(session, OLD, "pascal")
        await people.set_model(session, NEW, "bears")
        await move_chat(session, OLD, NEW)

    assert await chats(store) == {NEW: "bears"}


async def test_messages_of_before_are_not_edited(store: Store) -> None:
    """Their ids mean other messages in the new chat. What is unsent is still to be sent."""
    async with store.writing() as session:
        sent = await outbox.add(session, OLD, Reply("sent"))
        await outbox.sent(session, sent, "17")
        await outbox.add(session, OLD, Reply("unsent"))
        await move_chat(session, OLD, NEW)
    async with store.reading() as session:
        assert await outbox.message_id(session, sent) == ""
        assert [row.payload["text"] for row in await outbox.unsent(session)] == ["unsent"]
