"""Commands: everyone's and the admins'."""

import re

import pytest

from bot.conversation import ADMIN_COMMANDS, COMMANDS
from bot.conversation.commands import COMMAND_LIST
from bot.settings import PROJECT
from bot.store import people, training_runs
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue, answer

ADMINS_USAGES = [command.usage for command in COMMAND_LIST if command.admins_only]


@pytest.mark.parametrize("command", COMMAND_LIST, ids=lambda command: command.name)
def test_every_command_is_documented(command) -> None:
    """docs/commands.md has each command as it is written, with what it does."""
    page = (PROJECT / "docs/commands.md").read_text()

    assert f"| `{command.usage}` | {command.about} |" in page


def test_docs_name_no_command_that_is_not_there() -> None:
    """What the page lists can be typed."""
    page = (PROJECT / "docs/commands.md").read_text()

    assert set(re.findall(r"^\| `/(\w+)", page, re.M)) == {
        name for name, _ in (*COMMANDS, *ADMIN_COMMANDS)
    }


def test_platforms_take_the_commands() -> None:
    """Names and descriptions are of the kind that a platform's menu takes."""
    for name, about in (*COMMANDS, *ADMIN_COMMANDS):
        assert re.fullmatch("[a-z_]{1,32}", name)
        assert 3 <= len(about) <= 256


def test_only_admins_are_offered_what_only_they_may_do() -> None:
    """A platform's menu has for everybody what everybody may do, and the rest for admins."""
    assert {f"/{name}" for name, _ in ADMIN_COMMANDS} == {u.split()[0] for u in ADMINS_USAGES}
    assert not set(COMMANDS) & set(ADMIN_COMMANDS)


async def test_start_says_what_it_does(chat: Dialogue) -> None:
    """The first message names the models, their classes, and the one that answers."""
    [hello] = await chat.say("/start")

    assert "Send me a photo" in hello.text
    assert "· bears (answers here): grizzly, black and teddy" in hello.text
    assert "· pascal: aeroplane, bicycle," in hello.text
    assert hello.buttons == ["Use pascal"]


async def test_a_button_switches_the_model(chat: Dialogue) -> None:
    """When Ann taps the other model's button, then it answers in this chat."""
    [hello] = await chat.say("/start")

    await chat.tap(hello, "Use pascal")

    assert chat.messages[-1].text.startswith("From now on pascal answers here. It knows aeroplane")
    assert (await chat.say("/classes"))[0].text.startswith(
        "pascal, version shipped-1, knows aeroplane"
    )
    elsewhere = chat.elsewhere("2")
    assert (await elsewhere.say("/classes"))[0].text.startswith(
        "bears, version shipped-1, knows grizzly"
    )


async def test_model_by_name(chat: Dialogue) -> None:
    """/model tells, /model NAME switches, and a wrong name is answered by the right ones."""
    assert (await chat.say("/model"))[0].text.startswith("Bears answers here. I also have pascal")
    assert (await chat.say("/model cats"))[0].text == (
        "I have no model cats. My models are bears, pascal."
    )
    assert (await chat.say("/model@nonesuch_bot pascal"))[0].text.startswith("From now on pascal")


async def test_a_very_long_model_name_has_no_button(chat: Dialogue) -> None:
    """A button's action has 64 bytes; the model is still chosen by name."""
    long = "m" * 60
    chat.models.known[long] = ("a",)

    assert (await chat.say("/model"))[0].buttons == ["Use pascal"]
    assert (await chat.say(f"/model {long}"))[0].text.startswith("From now on m")


async def test_help_lists_what_one_may_do(chat: Dialogue) -> None:
    """Ann sees everyone's commands, an admin all of them."""
    [everyone] = await chat.say("/help")
    [admins] = await chat.say("/help", who="admin")

    assert "/compare — " in everyone.text
    assert "/retrain" not in everyone.text
    assert all(usage in admins.text for usage in ADMINS_USAGES)


@pytest.mark.parametrize("command", ["/frobnicate", "/", "/startle", "/Ünïcödé"])
async def test_an_unknown_command_is_told(chat: Dialogue, command: str) -> None:
    """A friendly hint."""
    [told] = await chat.say(command)

    assert told.text == f"I don't know {command}. /help lists my commands."


async def test_commands_of_other_bots_are_ignored(group: Dialogue) -> None:
    """In a group an unknown command may be for somebody else."""
    assert await group.say("/frobnicate") == []


async def test_compare_shows_the_forced_choice(chat: Dialogue) -> None:
    """When a photo is none of the classes, then the twin still names one."""
    await chat.photo(NONE)

    [compared] = await chat.say("/compare")

    assert compared.text == (
        "Forced to choose one class, the single-label twin says: grizzly (87%). "
        "My own answer: none of my classes."
    )


async def test_compare_an_album_or_a_reply(chat: Dialogue) -> None:
    """An album is compared photo by photo; a reply compares the answer that it quotes."""
    first = await chat.photo(answer(asked=["teddy"], grizzly=0.9, teddy=0.6), twin="teddy")
    await chat.photo(GRIZZLY, NONE)

    [album] = await chat.say("/compare")
    [one] = await chat.say("/compare", to=first)

    assert [line[:3] for line in album.text.split("\n")] == ["1. ", "2. "]
    assert one.text.endswith("says: teddy (87%). My own answer: grizzly, perhaps teddy.")


async def test_compare_needs_a_photo(chat: Dialogue) -> None:
    """Before the first photo there is nothing to compare."""
    assert (await chat.say("/compare"))[0].text.startswith("Send me a photo first")


async def test_privacy_is_plain(chat: Dialogue) -> None:
    """What is kept, and where."""
    [told] = await chat.say("/privacy")

    assert "photos without their metadata" in told.text


@pytest.mark.parametrize("usage", ADMINS_USAGES)
async def test_only_admins_may(chat: Dialogue, usage: str) -> None:
    """Anybody else is told, kindly, and nothing happens."""
    [told] = await chat.say(usage)

    assert told.text == "Only an admin can do that. /help lists what you can do."


async def test_an_admin_by_link_may_too(chat: Dialogue) -> None:
    """Who was made an admin in the database may what the settings' admins may."""
    async with chat.store.writing() as session:
        await people.make_admin(session, "memory:bob")

    assert (await chat.say("/models", who="bob"))[0].text.startswith("bears")


async def test_retrain_is_written_down(chat: Dialogue) -> None:
    """When an admin asks, then a run waits; its progress is told by who runs it."""
    assert await chat.say("/retrain pascal", who="admin") == []

    async with chat.store.reading() as session:
        run = await training_runs.waiting(session)
    assert (run.model, run.chat_id, run.person_id) == ("pascal", "memory:1", "memory:admin")


async def test_one_training_at_a_time(chat: Dialogue) -> None:
    """While one waits or runs, another is not taken."""
    await chat.say("/retrain", who="admin")

    [busy] = await chat.say("/retrain pascal", who="admin")

    assert busy.text == "A training of bears is under way. Try again when it has ended."


async def test_retrain_of_an_unknown_model(chat: Dialogue) -> None:
    """A wrong name is answered by the right ones."""
    [told] = await chat.say("/retrain cats", who="admin")

    assert told.text == "I have no model cats. My models are bears, pascal."


async def test_an_admin_cancels_a_training(chat: Dialogue) -> None:
    """When an admin taps Cancel, then it stops; nobody else can, and twice is no error."""
    await chat.say("/retrain", who="admin")
    message = await chat.photo(NONE)

    notices = [
        (await chat.act(message, "cancel:1", who=who)).notice for who in ("ann", "admin", "admin")
    ]

    assert notices == [
        "Only an admin can do that. /help lists what you can do.",
        "The training stops.",
        "That training has ended already.",
    ]


async def test_models_lists_versions(chat: Dialogue) -> None:
    """Every version, and which one answers."""
    [told] = await chat.say("/models", who="admin")

    assert told.text.split("\n")[:3] == [
        "bears",
        "· shipped-1, 2026-11-25, map 0.9, answers now",
        "· 1, 2026-11-25, map 0.9",
    ]


async def test_promote_and_rollback(chat: Dialogue) -> None:
    """An admin chooses what answers; the history knows a pseudonym."""
    [up] = await chat.say("/promote bears 1", who="admin")
    [back] = await chat.say("/rollback", who="admin")

    assert up.text == "From now on version 1 of bears answers."
    assert back.text == "From now on version shipped-1 of bears answers."
    assert chat.models.promoted_by != ["memory:admin"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/promote bears 9", "There is no version 9 of bears."),
        ("/promote bears", "Write /promote MODEL VERSION."),
    ],
)
async def test_a_promotion_that_can_not_be(chat: Dialogue, command: str, told: str) -> None:
    """A wrong version, or a word too few, is told."""
    assert (await chat.say(command, who="admin"))[0].text == told


async def test_stats(chat: Dialogue) -> None:
    """Answers, none share, judgements, corrections and contradictions, by model."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("not a grizzly")
    await chat.photo(GRIZZLY, same="one", who="bob")
    await chat.say("it's a grizzly", who="bob")
    await chat.photo(NONE)

    [told] = await chat.say("/stats", who="admin")

    assert told.text.split("\n\n") == [
        "bears\n"
        "· answers: 3 (33% none of my classes), photos: 2\n"
        "· photos judged: 1, people: 2, corrections: 2\n"
        "· contradictions, which train nothing until resolved: 1",
        "pascal\n"
        "· answers: 0, photos: 0\n"
        "· photos judged: 0, people: 0, corrections: 0\n"
        "· contradictions, which train nothing until resolved: 0",
    ]
