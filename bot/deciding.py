"""One transaction from what was seen to what is said: photos, answers, words and replies.

Either all of it is stored or nothing, so an update is never half answered.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.classify import Seen
from bot.conversation.messages import Incoming, Reply
from bot.looking import Look
from bot.outbox import Send
from bot.store import answers, inbox, outbox, teaching
from bot.store.engine import Store
from bot.store.inbox import Claim


class Handles(Protocol):
    """The part of `bot.conversation.Conversation` that is needed here."""

    async def handle(
        self,
        session: AsyncSession,
        incomings: list[Incoming],
        seen: list[Seen | str],
        late_to: str | None = None,
    ) -> list[Reply]:
        """The replies to one update, or to the photos of an album.

        `seen` has an entry for each photo: what the model saw, or why it is none. `late_to` is the
        message that answered the album's earlier photos: it is edited.
        """


class Deciding:
    """Lets the conversation decide, and stores what comes of it."""

    def __init__(self, store: Store, conversation: Handles) -> None:
        self._store = store
        self._conversation = conversation

    async def decide(self, claim: Claim, looks: Sequence[Look | str]) -> list[Send]:
        """The replies, stored. Without any the update is done already."""
        async with self._store.writing() as session:
            for look in looks:
                if isinstance(look, Look):
                    await _add_photo(session, look)
            chat_key, album = claim.first.chat_key, claim.group
            replies = await self._conversation.handle(
                session,
                list(claim.incomings),
                [look.seen if isinstance(look, Look) else look for look in looks],
                late_to=await outbox.former_answer(session, chat_key, album) if album else None,
            )
            return await _store(session, claim, replies)

    async def is_asked(self, claim: Claim) -> bool:
        """Whether somebody asked: about one of an album's photos, or about some before.

        Whoever teaches a class here asks about all of their photos.
        """
        if any(incoming.asked for incoming in claim.incomings):
            return True
        chat_key, album = claim.first.chat_key, claim.group
        async with self._store.reading() as session:
            if album and await outbox.former_answer(session, chat_key, album):
                return True
            return await teaching.under_way(session, chat_key, claim.first.person) is not None

    async def drop(self, claim: Claim) -> list[Send]:
        """Nobody asked: nothing is said, and the update is done."""
        async with self._store.writing() as session:
            await inbox.finish(session, claim.ids)
        return []

    async def say(self, claim: Claim, text: str) -> list[Send]:
        """A reply that quotes the update and says only this, stored."""
        reply = Reply(text, reply_to=claim.first.message)
        async with self._store.writing() as session:
            return await _store(session, claim, [reply])


async def _add_photo(session: AsyncSession, look: Look) -> None:
    seen = look.seen
    await answers.add_photo(
        session,
        sha256=seen.sha256,
        path=look.path,
        width=seen.width,
        height=seen.height,
        size_bytes=look.size_bytes,
        backbone=seen.backbone,
        vector=seen.embedding,
    )


async def _store(session: AsyncSession, claim: Claim, replies: list[Reply]) -> list[Send]:
    chat_key, inbox_id = claim.first.chat_key, claim.ids[0]
    sends = [Send(await outbox.add(session, chat_key, r, inbox_id), r) for r in replies]
    if not sends:
        await inbox.finish(session, claim.ids)
    return sends
