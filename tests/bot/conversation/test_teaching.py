"""A class is taught by photos: `/teach`, what is said of each, `/done`."""

import pytest
from sqlalchemy import update

from bot.settings import Settings
from bot.store import training_runs
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Teaching
from bot.telling import Telling
from model.point import Point
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue, Message


async def photo(chat: Dialogue, *seen, who: str = "admin", **more) -> Message:
    return await chat.photo(*(seen or (NONE,)), who=who, **more)


async def teach(chat: Dialogue, words: str = "/teach polar bear") -> Message:
    return (await chat.say(words, who="admin"))[0]


async def done(chat: Dialogue) -> Message:
    return (await chat.say("/done", who="admin"))[0]


async def test_photos_are_examples_until_done(chat: Dialogue) -> None:
    """Each is noted in a short message; after /done photos are answered again."""
    begun = await teach(chat)
    assert begun.text.startswith("Each photo that you send here from now on shows polar bear")
    assert begun.buttons == ["Done"]

    noted = await photo(chat)
    assert noted.text.startswith("Noted: polar bear, 1 photo.")
    assert noted.buttons == ["Undo", "Done"]
    assert await chat.labels() == {"polar_bear": "present"}

    assert (await done(chat)).text.startswith("Done: 1 photo of polar bear, thank you.")
    assert (await photo(chat)).text.startswith("None of my classes.")


async def test_what_is_seen_beside_it_is_denied(chat: Dialogue) -> None:
    """As by "it's a polar bear": what the model named in it is not there."""
    await teach(chat)

    noted = await photo(chat, GRIZZLY)

    assert noted.text.startswith("Noted: polar bear and no grizzly, 1 photo.")
    assert await chat.labels() == {"polar_bear": "present", "grizzly": "absent"}


async def test_an_album_is_one_message(chat: Dialogue) -> None:
    """All its photos are examples; what is no photo is said, and Undo takes all of them back."""
    await teach(chat)

    noted = await photo(chat, NONE, "This is no photo.", GRIZZLY)

    assert noted.text.startswith("This is no photo.\nNoted: polar bear and no grizzly, 2 photos.")
    assert len(await chat.training_labels()) == 3
    await chat.tap(noted, "Undo", who="admin")
    assert await chat.training_labels() == []
    assert (await done(chat)).text == "You showed me no photo of polar bear. Nothing has changed."


async def test_a_file_that_is_no_photo_is_no_example(chat: Dialogue) -> None:
    """It is said why."""
    await teach(chat)

    assert (await photo(chat, "This is no photo.")).text == "This is no photo."


async def test_others_are_answered_as_always(group: Dialogue) -> None:
    """In a group only the photos of who teaches are examples."""
    await teach(group)

    assert (await photo(group, GRIZZLY, who="ann")).text == "Grizzly — sure, 97%"
    assert (await photo(group, GRIZZLY)).text.startswith("Noted")
    elsewhere = group.elsewhere("2")
    assert (await photo(elsewhere, GRIZZLY)).text == "Grizzly — sure, 97%"


async def test_another_class_takes_its_place(chat: Dialogue) -> None:
    """/teach again switches; /teach alone says what is being taught."""
    await teach(chat)
    await photo(chat)
    await teach(chat, "/teach panda")
    assert (await teach(chat, "/teach")).text.startswith("You are teaching me panda")

    await photo(chat)

    assert (await done(chat)).text.startswith("Done: 1 photo of panda")
    assert await chat.labels() == {"polar_bear": "present", "panda": "present"}
    assert (await teach(chat, "/teach")).text.startswith("Write /teach CLASS")
    assert (await done(chat)).text.startswith("You are teaching me nothing here.")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("/teach grizzlies", "grizzly"),
        ("/teach Polar  Bear", "polar_bear"),
        ("/teach a panda", "panda"),
        ("/teach brown bear", "brown_bear"),
        ("/teach \u00c9l\u00e9phant", "\u00e9l\u00e9phant"),
    ],
)
async def test_a_name_is_read_as_in_words(chat: Dialogue, words: str, name: str) -> None:
    """A known class by any of its spellings, a new one cleaned."""
    await teach(chat, words)
    await photo(chat)

    assert await chat.labels() == {name: "present"}


@pytest.mark.parametrize("words", ["/teach nothing", f"/teach {'x' * 65}", "/teach a\u202eb"])
async def test_what_is_no_name_begins_nothing(chat: Dialogue, words: str) -> None:
    """It is said what a name is."""
    assert "64" in (await teach(chat, words)).text
    assert (await photo(chat)).text.startswith("None of my classes.")


async def test_a_teaching_left_open_ends_by_itself(chat: Dialogue, store: Store) -> None:
    """An hour after the last photo: the next one is answered as always; /done still counts up."""
    await teach(chat)
    await photo(chat)
    async with store.writing() as session:
        await session.execute(update(Teaching).values(seen_at=later(-3601)))

    assert (await photo(chat)).text.startswith("None of my classes.")
    assert (await done(chat)).text.startswith("Done: 1 photo of polar bear")


async def test_who_is_no_admin_any_more_teaches_nothing(chat: Dialogue) -> None:
    """Their photos are answered."""
    await teach(chat)
    chat.settings = Settings(admins="memory:somebody")

    assert (await photo(chat)).text.startswith("None of my classes.")


async def test_a_model_that_finds_a_point_is_taught_nothing(chat: Dialogue) -> None:
    """It has no classes; what is taught another model waits until that one answers again."""
    await teach(chat)
    chat.models.known["heads"] = ()
    await chat.say("/model heads", who="admin")
    assert "no classes" in (await teach(chat, "/teach nose")).text
    await chat.point(Point(1, 2))

    await chat.say("/model bears", who="admin")
    assert (await photo(chat)).text.startswith("Noted: polar bear")


async def test_a_thumb_up_below_an_example_changes_nothing(chat: Dialogue) -> None:
    """It is meant for the example, not for what the model saw in it."""
    await teach(chat)
    noted = await photo(chat, GRIZZLY)

    await chat.react(noted, "\N{THUMBS UP SIGN}", who="admin")

    assert await chat.labels() == {"polar_bear": "present", "grizzly": "absent"}


MIXED = (
    "I mix it up with grizzly. If they are the same to you, /merge polar bear grizzly makes one "
    "class of them."
)
TOLD = {
    Telling(2, 0, None): [
        "From 3 on I can say how well I tell it.",
        "I need 3 more before I can learn it at all.",
        "8 more that differ would be good.",
    ],
    Telling(4, 3, None): [
        "By what the others teach me, I tell 3 of 4 examples from everything else.",
        "I need 1 more before I can learn it at all.",
        "6 more that differ would be good.",
    ],
    Telling(10, 9, None): [
        "By what the others teach me, I tell 9 of 10 examples from everything else.",
        "That is enough.",
    ],
    Telling(12, 2, "grizzly"): [
        "By what the others teach me, I tell 2 of 12 examples from everything else.",
        MIXED,
        "8 more that differ would be good.",
    ],
    Telling(30, 12, "grizzly"): [
        "By what the others teach me, I tell 12 of 30 examples from everything else.",
        MIXED,
        "More of the same will hardly help.",
    ],
}


@pytest.mark.parametrize(("found", "told"), TOLD.items())
async def test_it_says_how_far_it_is(chat: Dialogue, found: Telling, told: list[str]) -> None:
    """How many are told, with what it is mixed up, and how many more are wanted."""
    chat.models.told = found
    await teach(chat)

    noted = await photo(chat, *[NONE] * found.examples)

    assert noted.text.split("\n")[1:] == told


async def test_photos_that_look_the_same_are_told(chat: Dialogue) -> None:
    """Five photos of which two differ are not five examples."""
    chat.models.told = Telling(2, 0, alike=3)
    await teach(chat)
    noted = await photo(chat, *[NONE] * 5)

    assert "\n3 that look the same as others don't count.\n" in noted.text


async def test_enough_examples_can_be_learned_at_once(chat: Dialogue, store: Store) -> None:
    """Done offers Retrain now, which starts the training; below five of a new class it does not."""
    await teach(chat)
    await photo(chat, *[NONE] * 4)
    assert (await done(chat)).buttons == []
    await teach(chat)
    noted = await photo(chat)

    await chat.tap(noted, "Done", who="admin")
    asked = chat.messages[-1]

    assert asked.buttons == ["Retrain now"]
    assert (await chat.tap(asked, "Retrain now", who="admin")).notice == "The training starts."
    async with store.reading() as session:
        run = await training_runs.active(session)
    assert run is not None
    assert (run.model, run.status) == ("bears", "waiting")


async def test_an_old_done_ends_nothing(chat: Dialogue) -> None:
    """Below an example of a class that is not taught any more."""
    await teach(chat)
    noted = await photo(chat)
    await teach(chat, "/teach panda")

    await chat.tap(noted, "Done", who="admin")

    assert (await teach(chat, "/teach")).text.startswith("You are teaching me panda")


async def test_a_renamed_class_is_taught_by_its_new_name(chat: Dialogue) -> None:
    """In the middle of it."""
    await teach(chat)
    await photo(chat)
    await chat.say("/rename polar bear ice bear", who="admin")

    assert (await photo(chat, same="b")).text.startswith("Noted: ice bear, 1 photo.")
    assert await chat.labels() == {"ice_bear": "present"}


async def test_a_teaching_moves_with_its_group(group: Dialogue, store: Store) -> None:
    """When a group becomes a supergroup."""
    await teach(group)
    moved = group._incoming("moved", "admin", text="super")
    await group._handle([moved])

    assert (await photo(group.elsewhere("super", private=False))).text.startswith("Noted: polar")


async def test_only_admins_teach(chat: Dialogue) -> None:
    """Ann is told so."""
    assert "Only an admin" in (await chat.say("/teach polar bear"))[0].text


async def test_it_is_said_in_the_person_s_language(chat: Dialogue) -> None:
    """A class that the language has a word for is called by it, and found by it."""
    chat.language = "de"
    begun = await teach(chat, "/teach Teddybär")
    assert begun.text.startswith("Das kenne ich schon")

    noted = await photo(chat, GRIZZLY)

    assert noted.text.startswith("Notiert: Teddy und kein Grizzly, 1")
    assert await chat.labels() == {"teddy": "present", "grizzly": "absent"}
