"""Sends replies: in order within a chat, again after trouble, and one chat never waits for another.

Whatever is sent was stored before, so that a reply once decided on is sent even if the process
dies in between. What a platform takes only after the person has written again is held until then.
Knows nothing of how replies come about.
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from weakref import WeakValueDictionary

import structlog

from bot.channels.base import Channel
from bot.conversation.messages import Reply
from bot.errors import Moved, NotYet, TryAgain, Undeliverable
from bot.store import inbox, tables
from bot.store import outbox as rows
from bot.store.engine import Store
from bot.store.moving import move_chat

log = structlog.get_logger(__name__)

GIVE_UP_S = 3600.0
"""How long a reply is tried: over a platform's outage, but not for ever."""
LONGEST_DELAY_S = 60.0
"""Between two tries, unless the platform asks for a longer one."""
SHORTEST_DELAY_S = 0.1
STOP_S = 5.0
"""How long what was posted may still take when the service stops."""


@dataclass(frozen=True, slots=True)
class Send:
    """A reply that is stored as row `outbox_id` and is to be sent now."""

    outbox_id: int
    reply: Reply


class Outbox:
    """The way out to `channels`, by their names."""

    def __init__(self, store: Store, channels: Mapping[str, Channel]) -> None:
        self._store = store
        self._channels = channels
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._edits: dict[int, Reply] = {}
        """What messages are to show next, by outbox row."""
        self._held: dict[str, set[int]] = {}
        """By chat, the rows that wait for the person to write again. A start finds them anew."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to send what a former life of the process left, before anything newer."""
        async with self._store.reading() as session:
            left = [row for row in await rows.unsent(session) if _channel(row) in self._channels]
            # The replies to one update were stored in one transaction: they stand side by side.
            for (chat_key, inbox_id), replies in groupby(left, lambda r: (r.chat_id, r.inbox_id)):
                together = await inbox.claimed_with(session, inbox_id) if inbox_id else []
                self._begin(self.deliver(chat_key, [_again(row) for row in replies], together))

    async def stop(self) -> None:
        """Finish what was posted; what takes longer is sent after the next start."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def deliver(
        self, chat_key: str, sends: Sequence[Send], inbox_ids: Sequence[int] = ()
    ) -> None:
        """Send stored replies in the chat's turn; with the last one, these inbox rows are done.

        What was held goes first: most replies answer somebody who has just written.
        """
        give_up_at = time.monotonic() + GIVE_UP_S
        async with self._turn(chat_key):
            for send in (*await self._take_held(chat_key, sends), *sends):
                finished = inbox_ids if send is sends[-1] else ()
                await self._send(chat_key, send, give_up_at, finished)

    async def post(self, chat_key: str, reply: Reply) -> int:
        """Store a message that answers no update, to be sent in its turn; its id for `edit`."""
        async with self._store.writing() as session:
            outbox_id = await rows.add(session, chat_key, reply)
        self._begin(self.deliver(chat_key, [Send(outbox_id, reply)]))
        return outbox_id

    def begin(self, chat_key: str, send: Send) -> None:
        """Send in its turn what was stored together with something else."""
        self._begin(self.deliver(chat_key, [send]))

    async def edit(self, outbox_id: int, reply: Reply) -> None:
        """Replace what a posted message shows. Of edits that come too fast the last one is sent."""
        async with self._store.writing() as session:
            row = await rows.rewrite(session, outbox_id, reply)
        if outbox_id not in self._edits:
            self._begin(self._edit(row.chat_id, outbox_id))
        self._edits[outbox_id] = reply

    async def _edit(self, chat_key: str, outbox_id: int) -> None:
        async with self._turn(chat_key):
            reply = self._edits.pop(outbox_id)
            async with self._store.reading() as session:
                message_id = await rows.message_id(session, outbox_id)
            send = Send(outbox_id, replace(reply, edits=message_id))
            await self._send(chat_key, send, time.monotonic() + GIVE_UP_S)

    async def _send(
        self, chat_key: str, send: Send, give_up_at: float, finished: Sequence[int] = ()
    ) -> None:
        """Send until the platform has it or never will; store which, at once."""
        message_id, error = None, None
        try:
            message_id = await self._follow(chat_key, send, give_up_at)
        except NotYet as reason:
            log.info("reply held", chat=chat_key, outbox=send.outbox_id, why=str(reason))
            self._held.setdefault(chat_key, set()).add(send.outbox_id)
        except (Undeliverable, Moved) as reason:
            error = str(reason)
            log.warning("reply not sent", chat=chat_key, outbox=send.outbox_id, error=error)
        async with self._store.writing() as session:
            if error is not None:
                await rows.given_up(session, send.outbox_id, error)
            elif message_id is not None:
                newer = send.outbox_id in self._edits
                await rows.sent(session, send.outbox_id, message_id, again=newer)
            if finished:
                await inbox.finish(session, finished)

    async def _take_held(self, chat_key: str, beside: Sequence[Send]) -> list[Send]:
        """What was held for the chat and is still to be sent, as it reads now."""
        held = self._held.pop(chat_key, set()) - {send.outbox_id for send in beside}
        if not held:
            return []
        async with self._store.reading() as session:
            return [_again(row) for row in await rows.unsent(session) if row.id in held]

    async def _follow(self, chat_key: str, send: Send, give_up_at: float) -> str:
        """The platform's id of the message, in the chat or, once, where the chat moved to.

        The messages of before are not there. Raises `NotYet`, `Undeliverable` or `Moved`.
        """
        try:
            return await self._try(chat_key, send, give_up_at)
        except Moved as moved:
            new_key = f"{chat_key.split(':', 1)[0]}:{moved.chat}"
        log.info("chat moved", chat=chat_key, to=new_key)
        async with self._store.writing() as session:
            await move_chat(session, chat_key, new_key)
        reply = replace(send.reply, edits=None, reply_to=None)
        return await self._try(new_key, replace(send, reply=reply), give_up_at)

    async def _try(self, chat_key: str, send: Send, give_up_at: float) -> str:
        """The platform's id of the message. Raises `NotYet`, `Undeliverable` or `Moved`."""
        name, chat = chat_key.split(":", 1)
        delay_s = SHORTEST_DELAY_S
        while True:
            try:
                return await self._channels[name].send(chat, send.reply, key=str(send.outbox_id))
            except TryAgain as error:
                delay_s = max(error.after_s, min(2 * delay_s, LONGEST_DELAY_S))
                if time.monotonic() + delay_s > give_up_at:
                    raise Undeliverable(f"given up after {GIVE_UP_S:.0f} s: {error}") from error
            except (NotYet, Undeliverable, Moved):
                raise
            except Exception as error:  # a channel's bug must not keep back the chat's next reply
                log.exception("channel failed", chat=chat_key, outbox=send.outbox_id)
                raise Undeliverable(f"{type(error).__name__}: {error}") from error
            await asyncio.sleep(delay_s)

    def _turn(self, chat_key: str) -> asyncio.Lock:
        """Held while something is sent to the chat; first come, first served."""
        return self._turns.setdefault(chat_key, asyncio.Lock())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("reply not sent, but after the next start", exc_info=error)


def _channel(row: tables.Outbox) -> str:
    return row.chat_id.split(":", 1)[0]


def _again(row: tables.Outbox) -> Send:
    """What an unsent row is to send: an edit if it was sent before."""
    reply = Reply.from_json(row.payload)
    return Send(row.id, replace(reply, edits=row.message_id or reply.edits))
