"""Photos answered none that look alike: an admin is asked once what they are.

The question is stored in one transaction with its message, and each photo is asked about once, over
restarts too. What is said to it is read by `conversation/seen_before.py`.
"""

import asyncio
from collections.abc import Sequence

import numpy as np
from PIL import Image

from bot.contact_sheet import Size, contact_sheet, thumbnail
from bot.conversation import texts
from bot.conversation.catalogue import speaking
from bot.conversation.messages import Button, Picture, Reply
from bot.lookout import Lookout
from bot.models import Models
from bot.outbox import Outbox, Send
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import outbox, people
from bot.store import seen_before as rows
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.seen_before import NoneAnswer
from model.lookalikes import largest_group

LOOK_EVERY_S = 60.0
MOST = 1000
"""Photos that are compared, the newest: their cosines take a moment in a thread."""
DAY_S = 24 * 3600.0
LATER_S = 7 * DAY_S
"""How long photos rest about which an admin said "not now"."""
SHEET_S = 30 * DAY_S
"""How long a picture of several photos is kept."""

Group = list[list[NoneAnswer]]
"""Photos that look alike, each with its near twins."""


class SeenBefore:
    """Looks at the answers of none, once a minute."""

    def __init__(
        self, settings: Settings, store: Store, out: Outbox, models: Models, photos: PhotoFiles
    ) -> None:
        self._size = settings.seen_before
        self._home = settings.home
        self._admins = settings.admin_ids
        self._store = store
        self._outbox = out
        self._models = models
        self._photos = photos
        self._looked: dict[str, tuple[str, int]] = {}
        """By model, the version and the newest answer as of the last look."""
        self._lookout = Lookout("seen_before", self.look)

    async def start(self) -> None:
        """Begin to look."""
        self._lookout.start(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Look no more."""
        await self._lookout.stop()

    async def look(self) -> None:
        """For each model with a group of photos that look alike: ask. Old pictures go."""
        await drop_sheets(self._store, self._photos)
        if not self._size:
            return
        for model in self._models.names():
            if not self._models.finds_point(model):
                await self._look_at(model)

    async def _look_at(self, model: str) -> None:
        """Ask, if there is something new to ask about and somebody to be asked."""
        async with self._store.reading() as session:
            state = self._models.version(model), await rows.newest(session, model)
            admin = await people.admin_at_hand(session, self._admins)
            if admin is None or self._looked.get(model) == state:
                return
            if await rows.is_asking(session, model, later(-DAY_S)):
                return  # one thing at a time
            language = await people.language(session, admin[0])
            backbone = self._models.backbone(model)
            found = await rows.none_answers(session, model, backbone, later(-LATER_S), MOST)
        group = await self._group(model, backbone, found)
        drawn = await asyncio.to_thread(self._draw, group) if len(group) >= self._size else None
        if drawn is None:
            self._looked[model] = state
            return
        with speaking(language):
            await self._ask(model, admin[1], *drawn)

    async def _group(self, model: str, backbone: str, found: Sequence[NoneAnswer]) -> Group:
        """The largest group of those that the version of now answers none, too."""
        if len(found) < self._size:
            return []
        vectors = [{backbone: each.vector} for each in found]
        said = await self._models.replay(model, self._models.version(model), vectors)
        still = [each for each, answer in zip(found, said, strict=True) if answer and answer.none]
        embedding = np.array([np.frombuffer(each.vector, "<f2") for each in still], np.float32)
        group = await asyncio.to_thread(largest_group, embedding)
        return [[still[row] for row in photo] for photo in group]

    def _draw(self, group: Group) -> tuple[list[int], bytes, Size] | None:
        """The answers of photos that can be shown, and their picture; None if too few can."""
        tiles: list[Image.Image] = []
        answers: list[int] = []
        for photo in group:
            tile = thumbnail(self._home / photo[0].path)
            if tile is not None:
                tiles.append(tile)
                answers += [each.answer_id for each in photo]
        return (answers, *contact_sheet(tiles)) if len(tiles) >= self._size else None

    async def _ask(
        self, model: str, chat: str, answers: list[int], jpeg: bytes, size: Size
    ) -> None:
        sheet = await self._photos.keep_sheet(jpeg)
        if sheet is None:  # no room
            return
        async with self._store.writing() as session:
            question = await rows.ask(session, model, chat, answers, sheet)
            if question is not None:
                reply = _question(question.id, texts.seen_before(model, len(answers)), sheet, size)
                question.outbox_id = await outbox.add(session, chat, reply)
                send = Send(question.outbox_id, reply)
        if question is None:  # somebody was forgotten meanwhile
            await self._photos.erase_sheet(sheet)
        else:
            self._outbox.begin(chat, send)


def _question(question_id: int, text: str, sheet: str, size: Size) -> Reply:
    buttons = (
        Button(f"apart:{question_id}", texts.NOT_ONE_CLASS),
        Button(f"later:{question_id}", texts.NOT_NOW),
    )
    return Reply(text, buttons=(buttons,), picture=Picture(sheet, texts.SHEET, *size))


async def drop_sheets(store: Store, photos: PhotoFiles) -> None:
    """Delete pictures that are old, or show a photo that is not kept any more.

    The file goes first: if we die in between, it is deleted again.
    """
    async with store.writing() as session:
        for question in await rows.with_stale_sheet(session, later(-SHEET_S)):
            if question.sheet is not None:
                await photos.erase_sheet(question.sheet)
                question.sheet = None
        await session.flush()
        await rows.remove_empty(session)
