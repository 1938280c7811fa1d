import asyncio
import hashlib
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot import answering, pipeline
from bot import outbox as outbox_module
from bot.answering import APOLOGY
from bot.channels.memory import MemoryChannel
from bot.classify import Seen
from bot.conversation.messages import Incoming, Photo, Reply
from bot.errors import TryAgain
from bot.intake import Intake
from bot.looking import PHOTOS_AT_ONCE
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.pipeline import Pipeline
from bot.settings import Settings
from bot.store import answers, inbox, people
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Embedding, Inbox
from bot.store.tables import Photo as PhotoRow
from model.decision import Answer, Twin
from model.errors import BadPhoto

pytestmark = pytest.mark.timeout(60)


class Gate:
    """Holds up whoever passes the closed point, until it is opened."""

    def __init__(self, closed: str = "") -> None:
        self._closed = closed
        self._open = asyncio.Event()
        self._held = asyncio.Semaphore(0)

    async def pass_by(self, point: str) -> None:
        if point == self._closed and not self._open.is_set():
            self._held.release()
            await self._open.wait()

    async def holds(self, count: int) -> None:
        """Wait until so many are held up."""
        for _ in range(count):
            await self._held.acquire()

    def open(self) -> None:
        self._open.set()


class Channel(MemoryChannel):
    """A platform with gates before it hands over a photo and around its taking a message."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.out_of_reach: set[str] = set()

    async def fetch(self, photo: Photo, max_bytes: int) -> bytes:
        await self.gate.pass_by("fetch")
        if photo.ref in self.out_of_reach:
            raise TryAgain("no answer", after_s=0.01)
        return await super().fetch(photo, max_bytes)

    async def send(self, chat: str, reply: Reply, key: str) -> str:
        await self.gate.pass_by("before sending")
        message_id = await super().send(chat, reply, key)
        await self.gate.pass_by("after sending")
        return message_id


class Classify:
    """Sees a grizzly in every photo, or breaks."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.breaks_on: dict[bytes, Exception] = {}
        self.models: list[str] = []
        self.seen: Counter[bytes] = Counter()
        self.now = self.most = 0

    async def see(self, data: bytes, model: str) -> Seen:
        self.models.append(model)
        self.seen[data] += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await self.gate.pass_by("see")
        self.now -= 1
        if data in self.breaks_on:
            raise self.breaks_on[data]
        answer = Answer(
            classes=("grizzly", "black"), labels=("grizzly",), unsure=(),
            scores={"grizzly": 0.97, "black": 0.02}, thresholds={}, similarity={}, gate={},
            reason="above threshold",
        )  # fmt: skip
        return Seen(
            sha256=hashlib.sha256(data).hexdigest(), width=4, height=3, backbone="b1",
            embedding=b"\1\2", model=model, version="shipped-1", answer=answer,
            twin=Twin("grizzly", {"grizzly": 1.0, "black": 0.0}),
        )  # fmt: skip


class Conversation:
    """Says which updates it answers; obeys the words `silence` and `break`."""

    def __init__(self) -> None:
        self.gate = Gate()

    async def handle(
        self,
        session: AsyncSession,
        incomings: list[Incoming],
        seen: list[Seen | str],
        late_to: str | None = None,
    ) -> list[Reply]:
        first = incomings[0]
        await people.ensure_person(session, first.person, first.sender_name)
        await self.gate.pass_by("decide")
        match first.text:
            case "silence":
                return []
            case "break":
                raise RuntimeError("the conversation is broken")
            case "twice":
                return [Reply("first"), Reply("second")]
        shown = [
            (await add_answer(session, first, one)).id for one in seen if isinstance(one, Seen)
        ]
        before = []
        if late_to:
            before = await answers.answers_of_message(session, first.chat_key, late_to)
        words = [one if isinstance(one, str) else one.answer.labels[0] for one in seen]
        names = "+".join(incoming.external_id for incoming in incomings)
        return [
            Reply(
                f"{names}: {', '.join(words) or first.text}",
                reply_to=first.message,
                edits=late_to,
                answers=(*(row.id for row in before), *shown),
            )
        ]


async def add_answer(session: AsyncSession, incoming: Incoming, seen: Seen) -> answers.Answer:
    return await answers.add_answer(
        session, photo_sha256=seen.sha256, chat_id=incoming.chat_key, person_id=incoming.person,
        model=seen.model, version=seen.version, payload=seen.answer.to_json(),
        twin=seen.twin.to_json(),
    )  # fmt: skip


@dataclass
class World:
    """What outlives the process, and its parts that a test looks at."""

    settings: Settings
    channel: Channel = field(default_factory=Channel)
    classify: Classify = field(default_factory=Classify)
    conversation: Conversation = field(default_factory=Conversation)
    lives: list["Life"] = field(default_factory=list)

    def close_gate(self, point: str) -> Gate:
        gate = Gate(point)
        self.channel.gate = self.classify.gate = self.conversation.gate = gate
        return gate

    async def live(self, *received: Incoming) -> "Life":
        """A new life of the process; what was received is in the inbox before it looks there."""
        life = Life(self)
        self.lives.append(life)
        await life.start(*received)
        return life


class Life:
    """One life of the process, on the database file of all lives."""

    def __init__(self, world: World) -> None:
        settings = world.settings
        self.channel = world.channel
        self.store = Store(settings.database_url)
        self.photos = PhotoFiles(settings.home, 10**9)
        self.intake = Intake(self.store, settings)
        self.outbox = Outbox(self.store, {"memory": world.channel})
        self.pipeline = Pipeline(
            store=self.store,
            outbox=self.outbox,
            channels={"memory": world.channel},
            photos=self.photos,
            classify=world.classify,
            conversation=world.conversation,
            settings=settings,
            intake=self.intake,
        )

    async def start(self, *received: Incoming) -> None:
        await self.store.open()
        await self.channel.start(self.intake.save)
        await self.receive(*received)
        await self.outbox.start()
        await self.pipeline.start()

    async def stop(self, timeout_s: float = 30) -> None:
        await self.channel.stop()
        await self.pipeline.stop(timeout_s)
        await self.outbox.stop()
        await self.store.close()

    async def die(self) -> None:
        """Drop everything where it is."""
        await self.stop(timeout_s=0)

    async def receive(self, *incomings: Incoming) -> None:
        for incoming in incomings:
            await self.channel.deliver(incoming)


@pytest.fixture
async def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(answering, "RETRY_S", 0.01)
    monkeypatch.setattr(pipeline, "LOOK_AGAIN_S", 1000)  # what can be known at once is
    monkeypatch.setattr(outbox_module, "STOP_S", 0.01)
    world = World(settings.model_copy(update={"album_debounce_s": 0.05}))
    yield world
    for life in world.lives:
        await life.die()


@pytest.fixture
def looking_often(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For what waits for another attempt, or came before this life of the process."""
    monkeypatch.setattr(pipeline, "LOOK_AGAIN_S", 0.05)


def jpeg(number: int) -> bytes:
    """A photo like no other."""
    file = io.BytesIO()
    Image.new("RGB", (4 + number, 3)).save(file, "JPEG")
    return file.getvalue()


def text(number: int, words: str, chat: str = "1") -> Incoming:
    return Incoming(
        "memory", f"{number}", "text", chat=chat, sender=chat, message=f"u{number}", text=words
    )


def photo(world: World, number: int, chat: str = "1", album: str | None = None) -> Incoming:
    """A photo that the platform has."""
    world.channel.photos[f"ref{number}"] = jpeg(number)
    return replace(text(number, "", chat), kind="photo", photo=Photo(f"ref{number}"), group=album)


def said(world: World) -> list[str]:
    return [message.reply.text for message in world.channel.messages]


async def rows(store: Store) -> list[Inbox]:
    async with store.reading() as session:
        return list(await session.scalars(select(Inbox).order_by(Inbox.id)))


async def eventually(is_so: Callable[[Sequence[Inbox]], bool], life: Life) -> None:
    """Wait until something is true of the inbox."""
    while not is_so(await rows(life.store)):
        await asyncio.sleep(0.01)


async def until_done(life: Life) -> None:
    await eventually(lambda updates: all(update.done_at for update in updates), life)


async def until_failed_once(life: Life) -> None:
    await eventually(lambda updates: any(update.error for update in updates), life)


async def test_a_photo_is_answered(world: World) -> None:
    """Typing is shown, the answer quotes the photo, and the update is done after one attempt."""
    life = await world.live()
    await life.receive(photo(world, 1))
    [message] = await world.channel.until(1)
    await until_done(life)

    assert message.reply.text == "1: grizzly"
    assert message.reply.reply_to == "u1"
    assert world.channel.typing_in == ["1"]
    [row] = await rows(life.store)
    assert (row.attempts, row.error) == (1, None)


async def test_a_photo_is_kept_with_its_embedding(world: World) -> None:
    """The rows are there, the file is below the home; the same photo again adds nothing."""
    life = await world.live()
    again = replace(photo(world, 1), external_id="2")
    await life.receive(photo(world, 1), again)
    await until_done(life)

    async with life.store.reading() as session:
        [row] = await session.scalars(select(PhotoRow))
        [embedding] = await session.scalars(select(Embedding))
    assert row.sha256 == embedding.photo_sha256 == hashlib.sha256(jpeg(1)).hexdigest()
    assert (row.width, row.height, row.size_bytes) == (4, 3, len(jpeg(1)))
    assert (embedding.backbone, embedding.vector) == ("b1", b"\1\2")
    assert (world.settings.home / (row.path or "")).is_file()


async def test_the_model_of_the_chat_answers(world: World) -> None:
    """Where none was chosen, the settings' one does."""
    life = await world.live()
    async with life.store.writing() as session:
        await people.set_model(session, "memory:2", "pascal")
    await life.receive(photo(world, 1))
    await until_done(life)
    await life.receive(photo(world, 2, chat="2"))
    await until_done(life)

    assert world.classify.models == ["bears", "pascal"]


async def test_words_are_answered_without_looking(world: World) -> None:
    """No photo, no typing, no classification."""
    life = await world.live()
    await life.receive(text(1, "hello"))
    await until_done(life)

    assert said(world) == ["1: hello"]
    assert not world.classify.seen
    assert not world.channel.typing_in


async def test_an_update_may_need_no_answer_or_several(world: World) -> None:
    """It is done either way, and replies come in order."""
    life = await world.live()
    await life.receive(text(1, "silence"), text(2, "twice"))
    await until_done(life)

    assert said(world) == ["first", "second"]


async def test_what_is_no_photo_is_said_and_not_kept(world: World) -> None:
    """In the sentence of whoever found it; no photo row, no file, no second attempt."""
    life = await world.live()
    bad = photo(world, 1)
    world.classify.breaks_on[jpeg(1)] = BadPhoto("This is a text file.")
    gone = replace(photo(world, 2), photo=Photo("unknown"))
    await life.receive(bad, gone)
    await until_done(life)

    assert said(world) == [
        "1: This is a text file.",
        "2: This photo is gone. Please send it again.",
    ]
    assert [row.attempts for row in await rows(life.store)] == [1, 1]
    async with life.store.reading() as session:
        assert (await session.scalars(select(PhotoRow))).all() == []
    assert not any(path.is_file() for path in (world.settings.home / "photos").rglob("*"))


async def test_answers_keep_the_order_of_the_chat(world: World) -> None:
    """However long each photo takes, and while words need no looking at all."""
    life = await world.live()
    gate = world.close_gate("see")
    await life.receive(photo(world, 1), text(2, "words"), photo(world, 3))
    await gate.holds(2)
    world.classify.gate = Gate()
    await life.receive(photo(world, 4), text(5, "more words"))
    gate.open()
    await until_done(life)

    assert said(world) == ["1: grizzly", "2: words", "3: grizzly", "4: grizzly", "5: more words"]


async def test_one_chat_does_not_wait_for_another(world: World) -> None:
    """A photo that takes long holds up its own chat only."""
    life = await world.live()
    gate = world.close_gate("see")
    await life.receive(photo(world, 1))
    await gate.holds(1)
    await life.receive(text(2, "here"), text(3, "there", chat="2"))

    await world.channel.until(1)
    assert said(world) == ["3: there"]
    gate.open()
    await until_done(life)
    assert said(world) == ["3: there", "1: grizzly", "2: here"]


async def test_a_chat_that_takes_no_messages_holds_up_no_other(world: World) -> None:
    """Not even with as many answers waiting as may be worked on at once."""
    life = await world.live()
    world.channel.trouble["1"] = TryAgain("slow down", after_s=0.01)
    many = pipeline.UPDATES_AT_WORK + 5
    await life.receive(*(text(number, "here") for number in range(many)))
    await life.receive(photo(world, 1000, chat="2"))

    await world.channel.until(1)
    assert said(world) == ["1000: grizzly"]
    world.channel.trouble.clear()
    await until_done(life)
    assert said(world)[1:] == [f"{number}: here" for number in range(many)]


async def test_more_updates_than_may_be_at_work_are_all_answered(world: World) -> None:
    """In order, and never more at once than the limit."""
    life = await world.live()
    gate = world.close_gate("see")
    many = 3 * pipeline.UPDATES_AT_WORK
    await life.receive(*(photo(world, number, chat=f"{number % 7}") for number in range(many)))
    await gate.holds(PHOTOS_AT_ONCE)
    claimed = [row for row in await rows(life.store) if row.claimed_at]
    gate.open()
    await until_done(life)

    assert len(claimed) == pipeline.UPDATES_AT_WORK
    assert world.classify.most == PHOTOS_AT_ONCE
    assert Counter(said(world)) == {f"{number}: grizzly": 1 for number in range(many)}


@pytest.mark.usefixtures("looking_often")
async def test_an_album_is_answered_by_one_message(world: World) -> None:
    """Photos and what is no photo, in the order of arrival; taps on it find the answers."""
    world.classify.breaks_on[jpeg(1)] = BadPhoto("no photo")
    life = await world.live(*(photo(world, number, album="a") for number in range(3)))
    await until_done(life)

    assert said(world) == ["0+1+2: grizzly, no photo, grizzly"]
    async with life.store.reading() as session:
        shown = await answers.answers_of_message(session, "memory:1", "m1")
    assert [row.photo_sha256 for row in shown] == [
        hashlib.sha256(jpeg(number)).hexdigest() for number in (0, 2)
    ]


@pytest.mark.usefixtures("looking_often")
async def test_an_album_that_nobody_asked_about_is_not_looked_at(world: World) -> None:
    """In a group: no word, no look, no typing; and it is done."""
    life = await world.live(
        *(replace(photo(world, number, album="a"), asked=False) for number in range(2))
    )
    await until_done(life)

    assert world.channel.messages == []
    assert not world.classify.seen


@pytest.mark.usefixtures("looking_often")
async def test_one_photo_asks_for_its_album(world: World) -> None:
    """And for a photo of it that comes late."""
    asks = photo(world, 2, album="a")
    life = await world.live(replace(photo(world, 1, album="a"), asked=False), asks)
    await world.channel.until(1)
    await until_done(life)
    assert said(world) == ["1+2: grizzly, grizzly"]

    await life.receive(replace(photo(world, 3, album="a"), asked=False))
    await until_done(life)
    assert len(world.channel.messages) == 1
    assert jpeg(3) in world.classify.seen


async def test_a_late_photo_of_an_album_edits_its_answer(world: World) -> None:
    """One message shows all of them; however often one comes late, even while it is answered."""
    life = await world.live()
    gate = world.close_gate("after sending")
    await life.receive(photo(world, 1, album="a"))
    await gate.holds(1)
    await life.receive(photo(world, 2, album="a"))
    await asyncio.sleep(0.2)  # its time comes, but there is no message yet to add it to
    gate.open()
    await until_done(life)
    await life.receive(photo(world, 3, album="a"))
    await until_done(life)

    assert said(world) == ["3: grizzly"]
    assert world.channel.edits == ["2: grizzly", "3: grizzly"]
    async with life.store.reading() as session:
        assert len(await answers.answers_of_message(session, "memory:1", "m1")) == 3


@pytest.mark.usefixtures("looking_often")
async def test_an_album_as_large_as_they_come_is_answered(world: World) -> None:
    """More photos than may be at work are looked at a few at a time."""
    count = pipeline.UPDATES_AT_WORK + 8
    life = await world.live(*(photo(world, number, album="a") for number in range(count)))
    await until_done(life)

    assert [text.count("grizzly") for text in said(world)] == [count]


@pytest.mark.usefixtures("looking_often")
async def test_what_breaks_once_is_tried_again(world: World) -> None:
    """The person sees nothing of it; the row says what it was."""
    life = await world.live()
    gate = world.close_gate("see")
    world.classify.breaks_on[jpeg(1)] = RuntimeError("the classifier is broken")
    with capture_logs() as logs:
        await life.receive(photo(world, 1))
        await gate.holds(1)
        world.close_gate("")
        gate.open()
        await until_failed_once(life)
        world.classify.breaks_on.clear()
        await until_done(life)

    assert said(world) == ["1: grizzly"]
    [row] = await rows(life.store)
    assert "the classifier is broken" in (row.error or "")
    assert any(line["event"] == "attempt failed" for line in logs)


@pytest.mark.usefixtures("looking_often")
async def test_a_photo_that_always_breaks_is_answered_with_an_apology(world: World) -> None:
    """After three attempts; the chat's next photo is answered as ever."""
    life = await world.live()
    world.classify.breaks_on[jpeg(1)] = RuntimeError("the classifier is broken")
    await life.receive(photo(world, 1), photo(world, 2))
    await until_done(life)

    assert sorted(said(world)) == [f"1: {APOLOGY}", "2: grizzly"]
    assert world.classify.seen[jpeg(1)] == 3


@pytest.mark.usefixtures("looking_often")
async def test_a_photo_that_always_breaks_does_not_spoil_its_album(world: World) -> None:
    """The others of the album are answered in the same message."""
    world.classify.breaks_on[jpeg(1)] = RuntimeError("the classifier is broken")
    life = await world.live(*(photo(world, number, album="a") for number in range(3)))
    await until_done(life)

    assert said(world) == [f"0+1+2: grizzly, {APOLOGY}, grizzly"]


@pytest.mark.usefixtures("looking_often")
async def test_a_conversation_that_always_breaks_apologises(world: World) -> None:
    """Nothing of the three attempts is left in the database but their number."""
    life = await world.live()
    await life.receive(replace(photo(world, 1), text="break"))
    await until_done(life)

    assert said(world) == [APOLOGY]
    assert world.channel.messages[0].reply.reply_to == "u1"
    async with life.store.reading() as session:
        assert (await session.scalars(select(PhotoRow))).all() == []


@pytest.mark.usefixtures("looking_often")
async def test_a_platform_that_hands_over_nothing_is_asked_again(world: World) -> None:
    """That is nobody's fault: it counts as no attempt, and holds up nothing else."""
    life = await world.live()
    world.channel.out_of_reach.add("ref1")
    await life.receive(photo(world, 1), text(2, "hello"))
    await world.channel.until(1)
    await until_failed_once(life)
    world.channel.out_of_reach.clear()
    await until_done(life)

    assert said(world) == ["2: hello", "1: grizzly"]
    assert [row.attempts for row in await rows(life.store)] == [1, 1]


@pytest.mark.usefixtures("looking_often")
async def test_a_photo_that_is_never_handed_over_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the end the person is asked to send it once more."""
    monkeypatch.setattr(answering, "FETCH_GIVE_UP_S", 0.05)
    life = await world.live()
    world.channel.out_of_reach.add("ref1")
    await life.receive(photo(world, 1))
    await until_done(life)

    assert said(world) == [f"1: {answering.NOT_FETCHED}"]


POINTS = ["fetch", "see", "decide", "before sending", "after sending"]


@pytest.mark.usefixtures("looking_often")
@pytest.mark.parametrize("point", POINTS)
async def test_a_crash_loses_no_photo_and_answers_none_twice(world: World, point: str) -> None:
    """Wherever it is with each of them: photos, an album, and what was only received."""
    gate = world.close_gate(point)
    updates = [photo(world, number, chat=f"{number}") for number in range(5)]
    album = [photo(world, number, chat="album", album="a") for number in (7, 8)]
    life = await world.live(*album)
    receiving = asyncio.create_task(life.receive(*updates))
    await gate.holds(1)
    receiving.cancel()
    await life.die()

    world.close_gate("")
    life = await world.live()
    await life.receive(*updates)  # a platform repeats what it was not told to have arrived
    await until_done(life)

    assert sorted(said(world)) == [
        *(f"{number}: grizzly" for number in range(5)), "7+8: grizzly, grizzly",
    ]  # fmt: skip
    assert world.channel.edits == []


@pytest.mark.parametrize("point", ["decide", "before sending", "after sending"])
async def test_after_a_crash_what_was_decided_is_only_sent(world: World, point: str) -> None:
    """A stored reply is not made anew; what was not stored is."""
    gate = world.close_gate(point)
    life = await world.live()
    await life.receive(photo(world, 1))
    await gate.holds(1)
    await life.die()

    world.close_gate("")
    await until_done(await world.live())

    assert said(world) == ["1: grizzly"]
    assert world.classify.seen[jpeg(1)] == (2 if point == "decide" else 1)


async def test_a_photo_that_kills_the_process_is_given_up(world: World) -> None:
    """After three deaths it is answered with an apology, and looked at no more."""
    for _ in range(3):
        gate = world.close_gate("see")
        life = await world.live()
        await life.receive(photo(world, 1))  # the platform repeats it: it was saved before
        await gate.holds(1)
        await life.die()

    world.close_gate("")
    await until_done(await world.live())

    assert said(world) == [APOLOGY]
    assert world.classify.seen[jpeg(1)] == 3


async def test_photos_that_were_at_work_with_a_killer_are_answered(world: World) -> None:
    """On its last attempt each is alone, so that only the one that kills is given up."""
    deaths = 0
    photos = [photo(world, number, chat=f"{number}") for number in range(6)]
    while deaths < 3:
        gate = world.close_gate("see")
        life = await world.live()
        await life.receive(*photos)
        await gate.holds(1 if deaths == 2 else len(photos))
        await life.die()
        deaths += 1

    world.close_gate("")
    await until_done(await world.live())

    assert Counter(said(world)) == Counter(
        [APOLOGY, *(f"{number}: grizzly" for number in range(1, 6))]
    )


@pytest.mark.usefixtures("looking_often")
async def test_a_late_photo_survives_a_crash_before_the_album_was_sent(world: World) -> None:
    """It waits for the message of the others, and then is added to it."""
    gate = world.close_gate("before sending")
    life = await world.live()
    await life.receive(photo(world, 1, album="a"))
    await gate.holds(1)
    await life.receive(photo(world, 2, album="a"))
    await life.die()

    world.close_gate("")
    await until_done(await world.live())

    assert said(world) == ["2: grizzly"]
    assert world.channel.edits == ["2: grizzly"]


async def test_stopping_finishes_what_was_begun(world: World) -> None:
    """And begins nothing more: the rest waits for the next start."""
    gate = world.close_gate("see")
    life = await world.live()
    many = pipeline.UPDATES_AT_WORK + 2
    await life.receive(*(photo(world, number, chat=f"{number}") for number in range(many)))
    await gate.holds(PHOTOS_AT_ONCE)
    stopping = asyncio.create_task(life.stop())
    gate.open()
    await stopping

    assert len(said(world)) == pipeline.UPDATES_AT_WORK
    await until_done(await world.live())
    assert Counter(said(world)) == {f"{number}: grizzly": 1 for number in range(many)}


async def test_what_is_saved_while_the_pipeline_stops_is_left_to_the_next_start(
    world: World,
) -> None:
    """Also if it was saved as claimed; then it is answered, once."""
    life = await world.live()
    await life.pipeline.stop(timeout_s=30)
    async with life.store.writing() as session:
        added = await inbox.add(session, photo(world, 1), later(0), claimed=True)
    assert added is not None
    life.pipeline.begin(added.claim)
    await life.receive(photo(world, 2))
    await life.stop()
    assert said(world) == []

    await until_done(await world.live())

    assert sorted(said(world)) == ["1: grizzly", "2: grizzly"]


@pytest.mark.usefixtures("looking_often")
async def test_each_photo_has_a_line_in_the_log(world: World) -> None:
    """Ids, times per stage, top score, decision and version, and nobody's name or words."""
    with capture_logs() as logs:
        life = await world.live(*(photo(world, number, album="a") for number in range(2)))
        await until_done(life)
        await life.stop()

    lines = [line for line in logs if line["event"] == "photo"]
    assert [line["inbox"] for line in lines] == [1, 2]
    assert lines[0].keys() >= {"chat", "fetch_ms", "see_ms", "decided_ms", "send_ms"}
    assert lines[0]["photo"] == hashlib.sha256(jpeg(0)).hexdigest()
    assert lines[0]["version"] == "shipped-1"
    assert (lines[0]["top"], lines[0]["top_score"]) == ("grizzly", 0.97)
    assert lines[0]["decision"] == "above threshold"


async def test_received_files_are_swept_when_they_are_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of photos that still wait stay."""
    monkeypatch.setattr(pipeline, "SWEEP_S", 0.01)
    gate = world.close_gate("fetch")
    life = await world.live()
    sha256 = await life.photos.receive(jpeg(1))
    world.channel.photos[sha256] = jpeg(1)
    await life.receive(replace(photo(world, 1), photo=Photo(sha256)))
    await gate.holds(1)
    monkeypatch.setattr("bot.photos.RECEIVED_S", 0.0)
    await asyncio.sleep(0.1)  # some sweeps
    there = await life.photos.read_received(sha256)
    gate.open()
    await until_done(life)
    received = world.settings.home / "received" / sha256
    await eventually(lambda _: not received.exists(), life)

    assert there == jpeg(1)


async def test_old_updates_are_swept_out_of_the_inbox(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done long ago and is needed no more; what waits is answered first."""
    monkeypatch.setattr(pipeline, "SWEEP_S", 0.01)
    world.settings = world.settings.model_copy(update={"inbox_days": 0})
    life = await world.live()
    for number in range(3):
        await life.receive(text(number, "hello"))

    await eventually(lambda left: not left, life)
    assert len(said(world)) == 3


async def test_photos_are_kept_as_long_as_the_settings_say(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the file goes, and with NONESUCH_HISTORY_DAYS all that is known of it."""
    life = await world.live()
    await life.receive(photo(world, 1))
    await until_done(life)
    assert list((world.settings.home / "photos").rglob("*.jpg"))
    monkeypatch.setattr(pipeline, "SWEEP_S", 0.01)
    monkeypatch.setattr(pipeline, "DAY_S", 0.0)
    world.settings = world.settings.model_copy(update={"photo_days": 1, "history_days": 1})

    life = await world.live()

    async with asyncio.timeout(20):
        while list((world.settings.home / "photos").rglob("*.jpg")):
            await asyncio.sleep(0.01)
    async with life.store.reading() as session:
        assert (await session.scalars(select(answers.Answer))).all() == []
