"""The table: from what people do to what training reads."""

from collections.abc import Awaitable, Callable

import pytest

from model.decision import Answer
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, Message, answer

Does = Callable[[Dialogue, Message], Awaitable[object]]
BOTH = answer(grizzly=0.9, teddy=0.8)
TEDDY_OR_GRIZZLY = answer(asked=["grizzly"], teddy=0.95, grizzly=0.8)


def tap(label: str) -> Does:
    return lambda chat, message: chat.tap(message, label)


def say(words: str) -> Does:
    return lambda chat, message: chat.say(words)


def react(emoji: str) -> Does:
    return lambda chat, message: chat.react(message, emoji)


def fix(*labels: str) -> Does:
    async def does(chat: Dialogue, message: Message) -> None:
        for label in ("Fix labels", *labels):
            await chat.tap(message, label)

    return does


def all_but(*present: str) -> dict[str, str]:
    states = dict.fromkeys(("grizzly", "black", "teddy"), "absent")
    return states | dict.fromkeys(present, "present")


@pytest.mark.parametrize(
    ("seen", "does", "labels"),
    [
        # Right, thumbs up: the classes named are present, the version's others absent
        (GRIZZLY, tap("Right"), all_but("grizzly")),
        (GRIZZLY, react("👍"), all_but("grizzly")),
        (GRIZZLY, react("👍🏽"), all_but("grizzly")),
        (GRIZZLY, say("yes"), all_but("grizzly")),
        (BOTH, say("that's right"), all_but("grizzly", "teddy")),
        (NONE, tap("Right"), all_but()),
        # … but a class that the bot only asked about stays unknown
        (TEDDY_OR_GRIZZLY, react("👍"), {"teddy": "present", "black": "absent"}),
        # Wrong, thumbs down, and nothing more: nothing is stored
        (GRIZZLY, tap("Wrong"), {}),
        (GRIZZLY, react("👎"), {}),
        (GRIZZLY, say("no"), {}),
        (GRIZZLY, say("that's wrong"), {}),
        # "not X": X is absent, the rest unknown
        (GRIZZLY, say("not a grizzly"), {"grizzly": "absent"}),
        (BOTH, say("no teddy"), {"teddy": "absent"}),
        (NONE, say("neither grizzly nor teddy"), {"grizzly": "absent", "teddy": "absent"}),
        # "it's X": X is present, what the answer named and the person did not is absent
        (GRIZZLY, say("no, it's a black bear"), {"black": "present", "grizzly": "absent"}),
        (GRIZZLY, say("grizzly and teddy"), {"grizzly": "present", "teddy": "present"}),
        (BOTH, say("a grizzly but no teddy"), {"grizzly": "present", "teddy": "absent"}),
        (NONE, say("it's a teddy"), {"teddy": "present"}),
        # … unless the person adds to the answer
        (GRIZZLY, say("there is a teddy too"), {"teddy": "present"}),
        # Fix labels, done: those chosen are present, the version's others absent
        (GRIZZLY, fix("black", "Done"), all_but("grizzly", "black")),
        (GRIZZLY, fix("✓ grizzly", "black", "Done"), all_but("black")),
        # None, "nothing": all classes of the version are absent
        (GRIZZLY, fix("None"), all_but()),
        (GRIZZLY, say("nothing"), all_but()),
        (GRIZZLY, say("none of your classes"), all_but()),
        # a question that the bot asked
        (ASKED, tap("Yes"), {"grizzly": "present"}),
        (ASKED, tap("No"), {"grizzly": "absent"}),
        (ASKED, say("yes"), {"grizzly": "present"}),
        (ASKED, say("no"), {"grizzly": "absent"}),
        (ASKED, react("👍"), {"grizzly": "present"}),
        (ASKED, react("👎"), {"grizzly": "absent"}),
        (TEDDY_OR_GRIZZLY, tap("Yes"), {"grizzly": "present"}),
        (TEDDY_OR_GRIZZLY, tap("No"), {"grizzly": "absent"}),
        (answer(asked=["grizzly", "teddy"]), tap("Teddy"), {"teddy": "present"}),
        # not understood, or not meant for us: nothing is stored
        (GRIZZLY, say("what a lovely day"), {}),
        (GRIZZLY, say("maybe a teddy"), {}),
        (GRIZZLY, react("🎉"), {}),
    ],
)
async def test_from_what_people_do_to_labels(
    chat: Dialogue, seen: Answer, does: Does, labels: dict[str, str]
) -> None:
    """Everything not named here is unknown, and unknown is never stored as absent."""
    await does(chat, await chat.photo(seen))

    assert await chat.labels() == labels


async def test_the_latest_word_on_a_class_counts(chat: Dialogue) -> None:
    """When Ann says right and then that it's no grizzly, then only the grizzly changes."""
    message = await chat.photo(BOTH)
    await chat.tap(message, "Right")

    await chat.say("not a grizzly")

    assert await chat.labels() == all_but("teddy")
