"""Photos answered none that look alike: an admin is asked once, and what they say counts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PIL import Image
from sqlalchemy import delete, select, update

from bot.channels import memory
from bot.channels.memory import MemoryChannel
from bot.outbox import Outbox
from bot.photos import PhotoFiles
from bot.seen_before import SeenBefore
from bot.settings import Settings
from bot.store import statements
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Answer, Photo
from bot.store.tables import SeenBefore as Question
from tests import photos
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue, Message

PHOTO = "photos/aa/photo.jpg"
ASKED = (
    "3 photos that bears answered none of its classes look alike. What are they? Reply with the "
    "name of a class."
)
DAY_S = 24 * 3600.0


@dataclass
class Scene:
    """Ann's chat, an admin's own chat, and what looks at all photos. Three that look alike do."""

    settings: Settings
    store: Store
    channel: MemoryChannel
    outbox: Outbox
    chat: Dialogue
    admin: Dialogue
    looking: SeenBefore

    def restart(self, **settings: object) -> None:
        """Another life of the process."""
        changed = self.settings.model_copy(update=settings)
        files = PhotoFiles(self.settings.home, 10**9)
        self.looking = SeenBefore(changed, self.store, self.outbox, self.chat.models, files)

    async def photos(self, count: int, first: int = 0, subject: int = 0) -> None:
        """Answered none. Of one subject: cosine .74, more than alike and less than twins."""
        for number in range(first, first + count):
            looks = [0.0] * (20 * subject) + [1.0, *[0.0] * number, 0.6]
            await self.chat.photo(NONE, looks=looks)

    async def sent(self) -> list[memory.Message]:
        """All messages, once what was begun is sent."""
        await self.outbox.stop()
        return self.channel.messages

    async def asked(self) -> Message:
        """The question about three photos."""
        await self.photos(3)
        await self.looking.look()
        asked = (await self.sent())[-1]
        return Message(asked.id, asked.reply)

    def sheets(self) -> list[str]:
        """The pictures of several photos that are kept."""
        return [path.name for path in (self.settings.home / "photos/sheets").glob("*")]


@pytest.fixture
async def scene(store: Store, settings: Settings) -> AsyncIterator[Scene]:
    """Nothing has been sent yet; the admin wrote."""
    settings = settings.model_copy(update={"admins": "memory:admin", "seen_before": 3})
    file = settings.home / PHOTO
    file.parent.mkdir(parents=True)
    file.write_bytes(photos.jpeg(320, 240))
    chat = Dialogue(store, settings, photo_path=PHOTO)
    chat.models.replayed["shipped-1"] = NONE
    admin = chat.elsewhere("admin-chat")
    await admin.say("/help", who="admin")
    channel = MemoryChannel()
    outbox = Outbox(store, {"memory": channel})
    looking = SeenBefore(settings, store, outbox, chat.models, PhotoFiles(settings.home, 10**9))
    yield Scene(settings, store, channel, outbox, chat, admin, looking)
    await outbox.stop()


async def test_an_admin_gets_all_of_them_in_one_picture_once(scene: Scene) -> None:
    """Two are too few; three make a question with a picture of three tiles, once over restarts."""
    await scene.photos(2)
    await scene.looking.look()
    assert await scene.sent() == []
    await scene.photos(1, first=2)

    await scene.looking.look()
    scene.restart()
    await scene.looking.look()

    [asked] = await scene.sent()
    assert (asked.chat, asked.reply.text) == ("admin-chat", ASKED)
    assert [b.label for row in asked.reply.buttons for b in row] == ["Not one class", "Not now"]
    picture = asked.reply.picture
    assert picture is not None
    with Image.open(scene.settings.home / picture.path) as sheet:
        assert sheet.size == (picture.width_px, picture.height_px) == (3 * 246 + 6, 246 + 6)


async def test_copies_of_one_photo_are_no_class(scene: Scene) -> None:
    """Three that look the same are one."""
    for _ in range(3):
        await scene.chat.photo(NONE, looks=[1.0, 0.6])

    await scene.looking.look()

    assert await scene.sent() == []


async def test_photos_of_which_something_is_known_are_none_of_them(scene: Scene) -> None:
    """One that the model named, and one of which somebody spoke: a third is missing."""
    await scene.photos(2)
    await scene.chat.say("nothing")
    await scene.chat.photo(GRIZZLY, looks=[1.0, 0.0, 0.0, 0.6])
    await scene.photos(1, first=4)

    await scene.looking.look()

    assert await scene.sent() == []


async def test_photos_of_somebody_blocked_are_none_of_them(scene: Scene) -> None:
    """What they send is not looked at."""
    await scene.photos(3)
    await scene.admin.say("/block memory:ann", who="admin")

    await scene.looking.look()

    assert await scene.sent() == []


async def test_a_near_twin_of_a_photo_that_was_named_is_none_of_them(scene: Scene) -> None:
    """It is answered with what was said of the other one, if by the same model's figures."""
    await scene.photos(2)
    await scene.chat.photo(NONE, looks=[1.0, 0.0, 0.0, 0.6])
    await scene.chat.say("it's a teddy")
    again = await scene.chat.photo(NONE, looks=[1.0, 0.0, 0.0, 0.61])
    assert "teddy" in again.text.lower()

    await scene.looking.look()

    assert await scene.sent() == []


async def test_photos_that_a_new_version_knows_are_not_asked_about(scene: Scene) -> None:
    """Old answers of none are out of date then."""
    await scene.photos(3)
    scene.chat.models.replayed["shipped-1"] = GRIZZLY

    await scene.looking.look()

    assert await scene.sent() == []


async def test_it_can_be_switched_off(scene: Scene) -> None:
    """0 of them are never."""
    await scene.photos(3)
    scene.restart(seen_before=0)

    await scene.looking.look()

    assert await scene.sent() == []


@pytest.mark.parametrize("quoting", [True, False])
async def test_a_name_is_said_of_all_photos(scene: Scene, quoting: bool) -> None:
    """In reply to the question, or right after it; with an admin's weight."""
    asked = await scene.asked()

    [noted] = await scene.admin.say("Polar bear", asked if quoting else None, who="admin")

    assert noted.text == "Noted: 3 photos show a polar bear. /retrain bears teaches me that."
    assert await scene.chat.training_labels() == [("polar_bear", "present", 3.0)] * 3


async def test_a_former_name_is_understood(scene: Scene) -> None:
    """What was renamed since is called as it is now, as everywhere else in words."""
    await scene.admin.say("/rename grizzly brown", who="admin")
    asked = await scene.asked()

    [noted] = await scene.admin.say("grizzly", asked, who="admin")

    assert noted.text.startswith("Noted: 3 photos show a brown.")
    assert await scene.chat.training_labels() == [("brown", "present", 3.0)] * 3


async def test_nobody_takes_a_name_for_what_the_sender_said(scene: Scene) -> None:
    """Their answer says who said it, and no photo is given back as if they had corrected it."""
    asked = await scene.asked()
    shown = scene.chat.messages[-1]

    await scene.admin.say("polar bear", asked, who="admin")

    await scene.chat.tap(shown, "Fix labels")
    await scene.chat.tap(shown, "Cancel")
    assert shown.text.splitlines()[-1] == "✓ Admin said: polar bear."
    async with scene.store.reading() as session:
        photos_ = list(await session.scalars(select(Photo.sha256)))
        assert await statements.corrections(session, "bears", photos_) == []


@pytest.mark.parametrize("by", ["button", "command"])
async def test_a_name_is_one_thing_to_take_back(scene: Scene, by: str) -> None:
    """Undo withdraws it from all photos."""
    asked = await scene.asked()
    [noted] = await scene.admin.say("polar bear", asked, who="admin")

    if by == "button":
        await scene.admin.tap(noted, "Undo", who="admin")
        assert noted.text == "Undone: I forget that you said polar bear."
    else:
        await scene.admin.say("/undo", who="admin")

    assert await scene.chat.training_labels() == []


async def test_another_name_takes_the_place_of_the_first(scene: Scene) -> None:
    """Whoever mistyped it replies again; "no" takes it back."""
    asked = await scene.asked()

    for name in ("polar pear", "seal"):
        await scene.admin.say(name, asked, who="admin")

    assert await scene.chat.training_labels() == [("seal", "present", 3.0)] * 3

    await scene.admin.say("no", asked, who="admin")
    assert await scene.chat.training_labels() == []


async def test_words_that_are_no_name_store_nothing(scene: Scene) -> None:
    """Chatter is asked back; somebody who is no admin is not heard at all."""
    asked = await scene.asked()

    [hint] = await scene.admin.say("what do you mean by that?", asked, who="admin")
    await scene.admin.say("polar bear", asked, who="ann")

    assert hint.text.startswith("Please reply to the picture with the name of one class")
    assert await scene.chat.training_labels() == []


@pytest.mark.parametrize(
    ("said", "again"), [("Not one class", False), ("no", False), ("Not now", True)]
)
async def test_not_one_class_is_for_ever_and_not_now_for_a_week(
    scene: Scene, said: str, again: bool
) -> None:
    """The picture is deleted at once; a question put off comes again after a week."""
    asked = await scene.asked()
    if said == "no":
        await scene.admin.say("no", asked, who="admin")
    else:
        await scene.admin.act(asked, asked.action(said), who="admin")
    await scene.looking.look()
    assert scene.sheets() == []
    async with scene.store.writing() as session:
        await session.execute(update(Question).values(created_at=later(-8 * DAY_S)))

    scene.restart()
    await scene.looking.look()

    assert len(await scene.sent()) == 1 + again


async def test_only_admins_tap_and_only_once(scene: Scene) -> None:
    """An old button does nothing."""
    asked = await scene.asked()
    later_, apart = asked.action("Not now"), asked.action("Not one class")
    below = scene.admin.messages[-1]

    assert (await scene.admin.act(below, later_, who="ann")).notice.startswith("Only an")
    await scene.admin.act(asked, later_, who="admin")

    await scene.admin.act(below, apart, who="admin")

    assert scene.admin.messages[-1].notice == "That is settled already."


async def test_one_question_at_a_time(scene: Scene) -> None:
    """Another group waits until the first question was answered, or a day is over."""
    asked = await scene.asked()
    await scene.photos(3, subject=1)
    await scene.looking.look()
    assert len(await scene.sent()) == 1

    await scene.admin.say("polar bear", asked, who="admin")
    await scene.looking.look()

    assert len(await scene.sent()) == 2


@pytest.mark.parametrize("gone", ["photo", "file", "month"])
async def test_the_picture_goes_with_the_first_of_its_photos(scene: Scene, gone: str) -> None:
    """When one is deleted, or its file alone, or after a month."""
    await scene.asked()
    await scene.looking.look()
    assert len(scene.sheets()) == 1
    async with scene.store.writing() as session:
        one = Photo.sha256 == await session.scalar(select(Answer.photo_sha256).limit(1))
        match gone:
            case "photo":
                await session.execute(delete(Photo).where(one))
            case "file":
                await session.execute(update(Photo).where(one).values(path=None))
            case _:
                await session.execute(update(Question).values(created_at=later(-31 * DAY_S)))

    await scene.looking.look()

    assert scene.sheets() == []


async def test_a_question_goes_with_the_last_of_its_photos(scene: Scene) -> None:
    """Nothing is left of it then."""
    await scene.asked()
    async with scene.store.writing() as session:
        await session.execute(delete(Photo))

    await scene.looking.look()

    async with scene.store.reading() as session:
        assert (await session.scalars(select(Question))).all() == []


async def test_a_photo_that_cannot_be_shown_is_not_asked_about(scene: Scene) -> None:
    """A file that is broken is left out: here too few are left."""
    await scene.photos(2)
    (scene.settings.home / "photos/aa/broken.jpg").write_bytes(b"no photo")
    scene.chat.photo_path = "photos/aa/broken.jpg"
    await scene.photos(1, first=2)

    await scene.looking.look()

    assert await scene.sent() == []


async def test_it_looks_by_itself(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once started it sees what comes."""
    monkeypatch.setattr("bot.seen_before.LOOK_EVERY_S", 0.01)
    await scene.photos(3)

    await scene.looking.start()
    async with asyncio.timeout(10):
        while not scene.channel.messages:
            await asyncio.sleep(0.01)
    await scene.looking.stop()

    assert [each.reply.text for each in scene.channel.messages] == [ASKED]
