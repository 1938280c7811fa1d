from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from bot.conversation.messages import Incoming, Photo
from bot.errors import TooMuch
from bot.intake import Intake
from bot.settings import Settings
from bot.store import people
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.inbox import Claim
from bot.store.tables import Inbox

TEXT = Incoming("memory", "0", "text", chat="1", sender="1", message="0", text="hello")
PHOTO = replace(TEXT, kind="photo", photo=Photo("ref"))


def numbered(incoming: Incoming, number: int, sender: str = "1") -> Incoming:
    return replace(incoming, external_id=f"{sender}:{number}", sender=sender)


class Pipeline:
    """Remembers what it was asked to do."""

    def __init__(self, room: bool) -> None:
        self.room = room
        self.begun: list[Claim] = []
        self.woken: list[float] = []

    def has_room(self) -> bool:
        return self.room

    def begin(self, claim: Claim) -> None:
        self.begun.append(claim)

    def wake(self, after_s: float) -> None:
        self.woken.append(after_s)


@pytest.fixture
def intake(store: Store, settings: Settings) -> Intake:
    limits = {"photos_per_hour": 2, "messages_per_minute": 4}
    return Intake(store, settings.model_copy(update=limits))


async def count(store: Store) -> int:
    async with store.reading() as session:
        return await session.scalar(select(func.count()).select_from(Inbox)) or 0


async def make_older(store: Store, seconds: float) -> None:
    """As if everything had arrived that long ago."""
    async with store.writing() as session:
        await session.execute(update(Inbox).values(received_at=later(-seconds)))


async def test_what_was_saved_is_in_the_database(store: Store, intake: Intake) -> None:
    """When `save` returns another connection finds the update, waiting for the pipeline."""
    assert await intake.save(PHOTO) is True

    async with store.reading() as session:
        row = await session.scalar(select(Inbox))
    assert row is not None
    assert Incoming.from_json(row.payload) == PHOTO
    assert (row.chat_id, row.person_id) == ("memory:1", "memory:1")
    assert (row.claimed_at, row.attempts) == (None, 0)


async def test_a_repeated_update_is_not_saved_again(store: Store, intake: Intake) -> None:
    """A duplicate is told, and begins nothing."""
    await intake.save(PHOTO)
    intake.pipeline = pipeline = Pipeline(room=True)

    assert await intake.save(PHOTO) is False
    assert await count(store) == 1
    assert pipeline.begun == pipeline.woken == []


async def test_a_pipeline_with_room_begins_at_once(store: Store, intake: Intake) -> None:
    """What it begins was saved as claimed, its attempt counted, with the model of the chat."""
    async with store.writing() as session:
        await people.set_model(session, "memory:1", "pascal")
    intake.pipeline = pipeline = Pipeline(room=True)
    await intake.save(PHOTO)

    async with store.reading() as session:
        row = await session.scalar(select(Inbox))
        assert row is not None
        [claim] = pipeline.begun
        assert claim == Claim((row.id,), (PHOTO,), 0, row.received_at, "pascal")
        assert (row.claimed_at, row.attempts) == (row.received_at, 1)
    assert pipeline.woken == []


async def test_a_pipeline_without_room_is_woken(store: Store, intake: Intake) -> None:
    """It claims what was saved as waiting when it can."""
    intake.pipeline = pipeline = Pipeline(room=False)
    await intake.save(PHOTO)

    async with store.reading() as session:
        assert await session.scalar(select(Inbox.claimed_at)) is None
    assert pipeline.begun == []
    assert pipeline.woken == [0.0]


async def test_nothing_refused_is_begun(intake: Intake) -> None:
    """One photo too many is neither saved nor worked on."""
    intake.pipeline = pipeline = Pipeline(room=True)
    for number in range(2):
        await intake.save(numbered(PHOTO, number))
    with pytest.raises(TooMuch):
        await intake.save(numbered(PHOTO, 2))

    assert len(pipeline.begun) == 2


async def test_a_photo_of_an_album_waits_for_the_others(store: Store, intake: Intake) -> None:
    """Only a photo, and only of an album; the pipeline is woken when its time has come."""
    intake.pipeline = pipeline = Pipeline(room=True)
    for number, incoming in enumerate(
        (replace(PHOTO, group="album"), PHOTO, replace(TEXT, group="album"))
    ):
        await intake.save(numbered(incoming, number))

    async with store.reading() as session:
        album, photo, text = await session.scalars(select(Inbox).order_by(Inbox.id))
    assert album.not_before > album.received_at
    assert photo.not_before <= photo.received_at
    assert text.not_before <= text.received_at
    assert pipeline.woken == [1.5]
    assert [claim.first.kind for claim in pipeline.begun] == ["photo", "text"]


async def test_one_photo_too_many_is_refused_in_words(store: Store, intake: Intake) -> None:
    """The sentence says the limit and when to try again; nothing is saved."""
    await intake.save(numbered(PHOTO, 1))
    await make_older(store, 60 * 15)
    await intake.save(numbered(PHOTO, 2))

    with pytest.raises(TooMuch, match=r"more than 2 photos in an hour.*again in 45 minutes\."):
        await intake.save(numbered(PHOTO, 3))

    assert await count(store) == 2


async def test_one_message_too_many_is_refused_in_words(store: Store, intake: Intake) -> None:
    """Photos, words and taps together count as messages."""
    for number in range(4):
        await intake.save(numbered(TEXT, number))

    with pytest.raises(TooMuch, match=r"more than 4 messages in a minute.*again in \d\d seconds\."):
        await intake.save(numbered(TEXT, 4))

    assert await count(store) == 4


async def test_a_refused_update_does_not_count(store: Store, intake: Intake) -> None:
    """Whoever keeps trying does not have to wait longer for it."""
    for number in range(2):
        await intake.save(numbered(PHOTO, number))
    for number in range(2, 5):
        with pytest.raises(TooMuch):
            await intake.save(numbered(PHOTO, number))
    await make_older(store, 3601)

    assert await intake.save(numbered(PHOTO, 2)) is True


async def test_each_person_has_limits_of_their_own(intake: Intake) -> None:
    """One person's photos don't keep another's out; and who may send no photo may still talk."""
    for number in range(2):
        await intake.save(numbered(PHOTO, number))
    with pytest.raises(TooMuch):
        await intake.save(numbered(PHOTO, 2))

    assert await intake.save(numbered(PHOTO, 0, sender="2")) is True
    assert await intake.save(numbered(TEXT, 3)) is True


async def test_a_repeated_update_is_never_refused(store: Store, intake: Intake) -> None:
    """A platform that repeats what it delivered gets it acknowledged, also over the limit."""
    for number in range(2):
        await intake.save(numbered(PHOTO, number))

    for _ in range(10):
        assert await intake.save(numbered(PHOTO, 0)) is False


@pytest.mark.parametrize(
    ("ago_s", "words"),
    [(3550, r"\d\d seconds"), (3480, "2 minutes"), (0, "60 minutes")],
)
async def test_the_wait_is_said_in_a_handy_unit(
    store: Store, intake: Intake, ago_s: float, words: str
) -> None:
    """Seconds for a short wait, minutes for a long one."""
    for number in range(2):
        await intake.save(numbered(PHOTO, number))
    await make_older(store, ago_s)

    with pytest.raises(TooMuch, match=f"again in {words}\\."):
        await intake.save(numbered(PHOTO, 2))


async def test_the_limits_outlive_a_restart(store: Store, settings: Settings) -> None:
    """What was counted is in the database, not in the process."""
    few = settings.model_copy(update={"photos_per_hour": 1})
    await Intake(store, few).save(numbered(PHOTO, 1))

    with pytest.raises(TooMuch):
        await Intake(store, few).save(numbered(PHOTO, 2))


async def test_nothing_is_taken_from_somebody_blocked(store: Store, intake: Intake) -> None:
    """They are told so, nothing of theirs is saved, and others go on."""
    async with store.writing() as session:
        person = await people.ensure_person(session, TEXT.person, "Ann")
        person.blocked_at = later(0)

    with pytest.raises(TooMuch, match="an admin of mine decided so"):
        await intake.save(TEXT)
    await intake.save(numbered(TEXT, 1, sender="2"))

    assert await count(store) == 1
