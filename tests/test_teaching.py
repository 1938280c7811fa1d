"""A class is taught in chat, learned by the real trainer, and named from then on."""

import io
import sys
from pathlib import Path

import pytest

from bot.conversation.messages import Incoming, Photo
from bot.settings import Settings
from tests.bot.company import Bot, registry, running
from tests.train.drawings import drawing

ADMIN = "admin"
EXAMPLES, UNSEEN = 10, 4


@pytest.fixture
def settings(own_home: Path) -> Settings:
    """The interpreter of the tests trains."""
    return Settings(port=0, train_python=Path(sys.executable), admins=f"memory:{ADMIN}")


def wheel(seed: int) -> bytes:
    """A drawn wheel, no two alike."""
    with io.BytesIO() as file:
        drawing("wheel", seed).save(file, "JPEG", quality=90)
        return file.getvalue()


async def album(bot: Bot, *photos: bytes) -> str:
    """Several photos sent at once; what is said of them."""
    before = len(bot.channel.messages)
    for number, data in enumerate(photos):
        ref = f"{len(bot.channel.photos)}"
        bot.channel.photos[ref] = data
        where = {"chat": ADMIN, "sender": ADMIN, "group": f"album {before}"}
        message = f"album {before}, {number}"
        await bot.channel.deliver(
            Incoming("memory", message, "photo", message=message, photo=Photo(ref), **where)
        )
    said = await bot.until(ADMIN, lambda texts: any("Noted" in text for text in texts[before:]))
    return said[-1]


async def test_a_taught_class_is_learned_and_named(settings: Settings) -> None:
    """Ten wheels are shown, told from bears, learned at a tap, and another wheel is a wheel."""
    async with running(settings) as bot:
        assert "None of my classes" in await bot.photo(ADMIN, wheel(100))
        await bot.says(ADMIN, "/teach wheel")

        noted = await bot.photo(ADMIN, wheel(0))
        assert noted.startswith("Noted: wheel, 1 photo.")
        noted = await album(bot, *map(wheel, range(1, EXAMPLES)))
        assert "I tell 10 of 10 examples from everything else" in noted
        assert noted.endswith("That is enough.")

        summary = await bot.says(ADMIN, "/done")
        assert summary.startswith("Done: 10 photos of wheel")
        [[now]] = bot.channel.messages[-1].reply.buttons
        tap = {"chat": ADMIN, "sender": ADMIN, "message": bot.channel.messages[-1].id}
        await bot.channel.deliver(
            Incoming("memory", "tap", "tap", action=now.action, tap_id="tap", **tap)
        )
        await bot.hears(ADMIN, "of bears answers from now on", within_s=90)

        version = registry(settings).current("bears")
        assert registry(settings).card("bears", version).classes[-1] == "wheel"
        await bot.until(ADMIN, lambda _: bot.app.models.version("bears") == version)
        answers = [await bot.photo(ADMIN, wheel(200 + seed)) for seed in range(UNSEEN)]
        assert sum(answer.startswith("Wheel") for answer in answers) >= 3, answers


async def test_a_teaching_survives_a_restart(settings: Settings) -> None:
    """The photo that comes after it is an example, too."""
    async with running(settings) as bot:
        await bot.says(ADMIN, "/teach wheel")
        await bot.photo(ADMIN, wheel(1))

    async with running(settings) as bot:
        await bot.photo(ADMIN, wheel(2))
        assert (await bot.says(ADMIN, "/done")).startswith("Done: 2 photos of wheel")


async def test_in_a_group_whoever_teaches_asks_by_each_photo(settings: Settings) -> None:
    """Their photos need not name the bot; those of others do."""
    async with running(settings) as bot:
        bot.channel.photos |= {"0": wheel(1), "1": wheel(2)}
        group = {"chat": "group", "private": False}
        said = {"kind": "text", "text": "/teach wheel", "sender": ADMIN}
        await bot.channel.deliver(Incoming("memory", "1", message="1", **said | group))
        for ref, who in enumerate(["ann", ADMIN]):
            photo = {"kind": "photo", "photo": Photo(str(ref)), "asked": False, "sender": who}
            await bot.channel.deliver(
                Incoming("memory", f"p{ref}", message=f"p{ref}", **photo | group)
            )

        texts = await bot.until("group", lambda texts: len(texts) == 2)
        assert texts[1].startswith("Noted: wheel, 1 photo.")
