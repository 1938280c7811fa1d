"""A chat with the bot over a real database: what people do, and what they then see.

It stands where channels and pipeline stand in the service: it stores updates and photos, hands
them to the conversation, stores the replies and gives them message ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import text, update

from bot.classify import Drawn, Elsewhere, Seen
from bot.conversation import Conversation
from bot.conversation.messages import Incoming, Limits, Photo, Reply
from bot.explaining import Explained
from bot.models import VersionLine
from bot.settings import Settings
from bot.store import answers, inbox, outbox
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.tables import Outbox
from bot.telling import Telling
from model.backbone import EMBEDDING
from model.decision import Answer, Twin
from model.errors import BadPhoto, BadVersion
from model.explain import Why
from model.point import Point

BEARS = ("grizzly", "black", "teddy")
VOC = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa"),
    *("train", "tvmonitor"),
)


def answer(
    classes: Sequence[str] = BEARS,
    asked: Sequence[str] = (),
    unfamiliar: Sequence[str] = (),
    **scores: float,
) -> Answer:
    """An answer: classes of 0.5 and more are named, unless asked about or unfamiliar."""
    given = dict.fromkeys(classes, 0.1) | scores
    passed = sorted((name for name in classes if given[name] >= 0.5), key=lambda n: -given[n])
    labels = tuple(name for name in passed if name not in (*asked, *unfamiliar))
    reason = "above threshold" if labels else "not sure" if asked else "below threshold"
    return Answer(
        classes=tuple(classes),
        labels=labels,
        unsure=tuple(asked),
        scores=given,
        thresholds=dict.fromkeys(classes, 0.5),
        similarity={name: (0.55 if name in unfamiliar else 0.8, 0.8) for name in classes},
        gate=dict.fromkeys(classes, (0.62, 0.7)),
        reason="unfamiliar" if reason == "below threshold" and unfamiliar else reason,
    )


GRIZZLY = answer(grizzly=0.97)
NONE = answer(teddy=0.41)
ASKED = answer(asked=["grizzly"], grizzly=0.8)


class FakeModels:
    """Two models, without any network or registry."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, ...]] = {"bears": BEARS, "pascal": VOC}
        self.answering = {"bears": "shipped-1", "pascal": "shipped-1"}
        self.promoted_by: list[str] = []
        self.replayed: dict[str, Answer] = {}
        self.damaged: set[str] = set()
        self.told = Telling(1, 0, None)
        self.made_at = "2026-11-25T10:00:00"

    def names(self) -> list[str]:
        return sorted(self.known)

    def classes(self, model: str) -> tuple[str, ...]:
        return self.known[model]

    def finds_point(self, model: str) -> bool:
        return not self.known[model]

    def version(self, model: str) -> str:
        return self.answering[model]

    def backbone(self, model: str) -> str:
        return "lite2"

    async def versions(self, model: str) -> list[VersionLine]:
        return [
            VersionLine(version, version == self.answering[model], self.made_at, "map 0.9")
            for version in ("shipped-1", "1")
        ]

    async def former(self, model: str) -> str:
        return "shipped-1"

    async def replay(
        self, model: str, version: str, photos: Sequence[Mapping[str, bytes]]
    ) -> list[Answer | None]:
        if version in self.damaged:
            raise BadVersion(f"{version} is damaged.")
        return [self.replayed.get(version) for _ in photos]

    async def telling(self, *_about: object) -> Telling:
        return self.told

    async def promote(self, model: str, version: str, who: str) -> None:
        if version not in ("shipped-1", "1"):
            raise BadVersion(f"There is no version {version} of {model}.")
        self.answering[model] = version
        self.promoted_by.append(who)

    async def rollback(self, model: str, who: str) -> str:
        self.answering[model] = "shipped-1"
        return "shipped-1"


class FakeExplaining:
    """What spoke for a class was in the upper left, whatever the photo."""

    def __init__(self) -> None:
        self.room = True
        self.asked: list[tuple[str, str]] = []

    async def explain(
        self, model: str, class_name: str, sha256: str, path: str | None
    ) -> Explained:
        if path is None:
            raise BadPhoto("The photo is gone.")
        self.asked.append((class_name, path))
        why = Why(-1.0, np.array([[2.0, 0.0, 0.0]] * 3, np.float32))
        return Explained(why, Drawn("photos/sh/sha-why.jpg", 800, 600) if self.room else None)


@dataclass
class Message:
    """A message of the bot as it stands now. `notice` is what the last tap on it was told."""

    id: str
    reply: Reply
    notice: str = ""

    @property
    def text(self) -> str:
        return self.reply.text

    @property
    def buttons(self) -> list[str]:
        return [button.label for row in self.reply.buttons for button in row]

    def action(self, label: str) -> str:
        return next(b.action for row in self.reply.buttons for b in row if b.label == label)


@dataclass
class Dialogue:
    """One chat. People are named by `who`; `admin` is an admin by the settings."""

    store: Store
    settings: Settings
    models: FakeModels = field(default_factory=FakeModels)
    explaining: FakeExplaining = field(default_factory=FakeExplaining)
    limits: Limits = field(default_factory=lambda: Limits(4096, 100, 64))
    chat: str = "1"
    private: bool = True
    messages: list[Message] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    heard: int = 0
    photo_path: str | None = None
    """What photos are kept as; None: they are not."""
    language: str = ""
    """What the platform says of everybody's language."""

    def elsewhere(self, chat: str, private: bool = True) -> "Dialogue":
        """Another chat with the same bot."""
        return replace(self, chat=chat, private=private, messages=[], heard=1000 + self.heard)

    async def photo(
        self,
        *seen: Answer | str,
        who: str = "ann",
        late_to: Message | None = None,
        same: str | None = None,
        twin: str = "grizzly",
        looks: Sequence[float] = (),
        elsewhere: Mapping[str, tuple[str, ...]] | None = None,
        caption: str = "",
        moves: bool = False,
    ) -> Message:
        """A photo, or several as an album; a string is a file that is no photo.

        `same` names a photo that can come again; `looks` is the beginning of its embedding;
        `elsewhere` is what other models name, by model. The caption is the last one's. `moves`:
        each is but the first frame of something.
        """
        incomings, looked = [], []
        others = tuple(Elsewhere(*each) for each in (elsewhere or {}).items())
        for one in seen:
            attached = Photo("ref", first_frame=moves)
            incoming = self._incoming("photo", who, photo=attached, group=same or "album")
            incomings.append(incoming)
            sha = same or f"sha-{self.chat}-{incoming.message}"
            if not isinstance(one, str):
                one = replace(await self._look(sha, one, twin, looks), elsewhere=others)
            looked.append(one)
        incomings[-1] = replace(incomings[-1], text=caption)
        return (await self._handle(incomings, looked, late_to))[-1]

    async def point(
        self, *points: Point | str, room: bool = True, moves: bool = False
    ) -> list[Message]:
        """A photo, or an album, in which `heads` finds a point; a string is no photo.

        `room`: for what is drawn on them.
        """
        drawn = Drawn("photos/sh/sha-1.jpg", 640, 480) if room else None
        seen = [
            one
            if isinstance(one, str)
            else Seen("sha", 640, 480, "lite2", b"\0\0", "heads", "shipped-1", one, None, drawn)
            for one in points
        ]
        attached = Photo("ref", first_frame=moves)
        photos = [self._incoming("photo", "ann", photo=attached) for _ in points]
        return await self._handle(photos, seen)

    async def say(self, words: str, to: Message | None = None, who: str = "ann") -> list[Message]:
        """A text, perhaps in reply to a message; the bot's new messages."""
        reply_to = to.id if to else None
        return await self._handle([self._incoming("text", who, text=words, reply_to=reply_to)])

    async def tap(self, message: Message, label: str, who: str = "ann") -> Message:
        """A tap on a button; the message as it is then."""
        return await self.act(message, message.action(label), who)

    async def act(self, message: Message, action: str, who: str = "ann") -> Message:
        """An action as it comes from a person's machine, whatever buttons there are."""
        tap = self._incoming("tap", who, action=action, tap_id="tap", message=message.id)
        await self._handle([tap])
        return message

    async def react(self, message: Message, emoji: str, who: str = "ann") -> list[Message]:
        """A reaction to a message; empty takes it back."""
        reaction = self._incoming("reaction", who, reaction=emoji, message=message.id)
        return await self._handle([reaction])

    def message(self, message_id: str) -> Message:
        """A message of a person's, to be replied to."""
        return Message(message_id, Reply(""))

    async def labels(self) -> dict[str, str]:
        """What training reads: class -> state, over all photos and people."""
        return {name: state for name, state, _ in await self.training_labels()}

    async def training_labels(self) -> list[tuple[str, str, float]]:
        """Rows of the view: class, state, weight."""
        async with self.store.reading() as session:
            query = "SELECT class_name, state, weight FROM training_label ORDER BY said_at"
            return [tuple(row) for row in await session.execute(text(query))]

    def _incoming(self, kind: str, who: str, **more: object) -> Incoming:
        self.heard += 1
        given = {"message": f"p{self.heard}", "external_id": f"{self.chat}-{self.heard}", **more}
        return Incoming(
            channel="memory",
            kind=kind,
            chat=self.chat,
            sender=who,
            sender_name=self.names.get(who, who.title()),
            private=self.private,
            language=self.language,
            **given,
        )

    async def _look(self, sha: str, seen: Answer, twin: str, looks: Sequence[float]) -> Seen:
        vector = np.zeros(EMBEDDING, "<f2")
        vector[: len(looks)] = looks
        async with self.store.writing() as session:
            await answers.add_photo(
                session, sha, self.photo_path, 640, 480, 9, "lite2", vector.tobytes()
            )
        model = "bears" if seen.classes == BEARS else "pascal"
        forced = Twin(twin, {twin: 0.87})
        return Seen(sha, 640, 480, "lite2", vector.tobytes(), model, "shipped-1", seen, forced)

    async def _handle(
        self,
        incomings: list[Incoming],
        seen: Sequence[Seen | str] = (),
        late_to: Message | None = None,
    ) -> list[Message]:
        conversation = Conversation(
            self.settings, self.models, {"memory": self.limits}, self.explaining
        )
        late = late_to.id if late_to else None
        async with self.store.writing() as session:
            for incoming in incomings:
                await inbox.add(session, incoming, now())
            replies = await conversation.handle(session, incomings, list(seen), late)
            ids = [await outbox.add(session, incomings[0].chat_key, reply) for reply in replies]
        shown = [self._show(row, reply) for row, reply in zip(ids, replies, strict=True)]
        async with self.store.writing() as session:
            for row, message in zip(ids, shown, strict=True):
                await session.execute(
                    update(Outbox).where(Outbox.id == row).values(message_id=message.id)
                )
        return shown

    def _show(self, row: int, reply: Reply) -> Message:
        """A new message, or the change of one; a notice alone changes nothing."""
        if not reply.text:
            self.messages[-1].notice = reply.notice
            return Message("", reply, reply.notice)
        edited = next((m for m in self.messages if m.id == reply.edits), None)
        if edited is None:
            edited = Message(f"b{row}", reply)
            self.messages.append(edited)
        edited.reply, edited.notice = reply, reply.notice
        return edited
