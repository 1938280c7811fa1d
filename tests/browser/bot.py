"""A bot that answers by a script, for tests of the page alone. It answers as the real one does:
later, by `send`, and photos of an album together."""

import asyncio
from uuid import uuid4

from bot.channels.webchat import WebChat
from bot.conversation.messages import Button, Incoming, Picture, Reply
from bot.errors import TooMuch

ANSWER = ((Button("right:1", "Right"), Button("wrong:1", "Wrong"), Button("fix:1", "Fix labels")),)


def fix_list(chosen: set[str]) -> tuple[tuple[Button, ...], ...]:
    classes = [
        Button(f"toggle:1:{index}", f"{'✓ ' if name in chosen else ''}{name}")
        for index, name in enumerate(("grizzly", "black", "teddy"))
    ]
    return (tuple(classes), (Button("done:1", "Done"),))


class ScriptedBot:
    """Receives for a web chat and answers in it."""

    def __init__(self, web: WebChat) -> None:
        self.received: list[Incoming] = []
        self.refuses = False
        self._web = web
        self._albums: dict[str, tuple[str, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    async def receive(self, incoming: Incoming) -> bool:
        if incoming.external_id in {one.external_id for one in self.received}:
            return False
        if self.refuses:
            raise TooMuch("That's more than I take. Please try again in 20 seconds.")
        self.received.append(incoming)
        task = asyncio.create_task(self._answer(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def say(self, text: str, chat: str = "", picture: Picture | None = None) -> str:
        """Speak unasked; the message's id."""
        return await self._send(chat or self.received[0].chat, Reply(text, picture=picture))

    async def _answer(self, incoming: Incoming) -> None:
        async with self._turn:
            if incoming.kind == "photo":
                await self._photo(incoming)
            elif incoming.kind == "tap":
                await self._tap(incoming)
            elif incoming.kind == "reaction":
                said = incoming.reaction or "taken back"
                await self._send(incoming.chat, Reply(f"Your reaction: {said}"))
            elif incoming.text == "/start":
                await self._send(incoming.chat, Reply("Hello! Send me a photo."))
            else:
                reply = Reply(f"You said: {incoming.text}", reply_to=incoming.message)
                await self._send(incoming.chat, reply)

    async def _photo(self, incoming: Incoming) -> None:
        album, photos = incoming.group or incoming.message, 1
        edits = None
        if album in self._albums:
            edits, photos = self._albums[album]
            photos += 1
        text = "Grizzly — sure, 97 %" if photos == 1 else f"{photos} photos, a grizzly in each"
        reply = Reply(text, ANSWER, reply_to=incoming.message, edits=edits)
        await self._web.typing(incoming.chat)
        self._albums[album] = (await self._send(incoming.chat, reply), photos)

    async def _tap(self, incoming: Incoming) -> None:
        verb, *rest = incoming.action.split(":")
        if verb == "fix":
            reply = Reply("What is in it?", fix_list({"grizzly"}))
        elif verb == "toggle":
            chosen = {"0": set[str](), "1": {"grizzly", "black"}, "2": {"grizzly", "teddy"}}
            reply = Reply("What is in it?", fix_list(chosen[rest[-1]]))
        else:
            reply = Reply(f"Noted: {verb}.")
        await self._send(
            incoming.chat,
            Reply(reply.text, reply.buttons, edits=incoming.message),
        )
        if verb == "right":
            notice = Reply("", notice="Thank you!", tap_id=incoming.tap_id)
            await self._send(incoming.chat, notice)

    async def _send(self, chat: str, reply: Reply) -> str:
        return await self._web.send(chat, reply, str(uuid4()))
