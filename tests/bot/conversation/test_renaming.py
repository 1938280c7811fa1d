"""Classes get other names, and two become one: `/rename`, `/merge`, `/unmerge`."""

import pytest

from tests.bot.conversation.dialogue import ASKED, GRIZZLY, Dialogue, answer


async def admin(chat: Dialogue, words: str) -> str:
    return (await chat.say(words, who="admin"))[0].text


async def test_a_renamed_class_is_named_so_at_once(chat: Dialogue) -> None:
    """By the version that still knows the former name; its buttons and lists say so too."""
    told = await admin(chat, "/rename grizzly brown bear")

    assert told.startswith("I call grizzly brown bear from now on, and still understand grizzly.")
    answered = await chat.photo(GRIZZLY)
    assert answered.text == "Brown bear — sure, 97%"
    await chat.tap(answered, "Fix labels")
    assert answered.buttons[:3] == ["✓ brown bear", "black", "teddy"]
    assert "brown bear, black and teddy" in await admin(chat, "/classes")
    assert "brown bear" in (await chat.photo(ASKED)).text
    assert "brown bear" in (await chat.say("/compare"))[0].text


@pytest.mark.parametrize("words", ["it's a grizzly", "grizzlies", "it's a brown bear"])
async def test_both_names_are_understood(chat: Dialogue, words: str) -> None:
    """The former one as well, and what is noted is the class of now."""
    await chat.photo(answer(black=0.9))
    await admin(chat, "/rename grizzly brown bear")
    await chat.photo(answer(black=0.9))

    assert (await chat.say(words))[0].text == "Noted: brown bear yes, black no. Thank you."
    assert await chat.labels() == {"brown_bear": "present", "black": "absent"}


async def test_an_answer_from_before_is_still_corrected(chat: Dialogue) -> None:
    """Its buttons were made with the former name; what is said by them is of the class of now."""
    answered = await chat.photo(GRIZZLY)
    await admin(chat, "/rename grizzly brown")

    await chat.tap(answered, "Right")

    assert (await chat.labels())["brown"] == "present"


async def test_what_was_said_before_follows_and_comes_back(chat: Dialogue) -> None:
    """The photo is answered with it by the new name, and by the old one after renaming back."""
    await chat.photo(answer(teddy=0.9), same="one")
    await chat.say("it's a grizzly")
    await admin(chat, "/rename grizzly brown")
    assert "You told me: brown" in (await chat.photo(answer(teddy=0.9), same="one")).text

    await admin(chat, "/rename brown grizzly")

    assert "You told me: grizzly" in (await chat.photo(answer(teddy=0.9), same="one")).text
    assert await chat.labels() == {"grizzly": "present", "teddy": "absent"}


async def test_merged_classes_are_one_at_once(chat: Dialogue) -> None:
    """Named once where the version names both, asked about once, and in words either name."""
    told = await admin(chat, "/merge black grizzly")

    assert told.startswith("What shows black shows grizzly from now on")
    assert (await chat.photo(answer(black=0.95, grizzly=0.9))).text == "Grizzly — sure, 95%"
    assert (await chat.photo(answer(asked=["black"], black=0.8))).text.startswith(
        "It might be a grizzly"
    )
    assert (await chat.say("it's black"))[0].text == "Noted: grizzly yes. Thank you."
    assert "grizzly and teddy" in await admin(chat, "/classes")


async def test_merged_classes_part_again(chat: Dialogue) -> None:
    """With what was said of each."""
    answered = await chat.photo(GRIZZLY)
    await chat.tap(answered, "Right")
    await admin(chat, "/merge grizzly black")
    assert await chat.labels() == {"black": "present", "teddy": "absent"}

    assert "black since stays with black" in await admin(chat, "/unmerge grizzly")

    assert await chat.labels() == {"grizzly": "present", "black": "absent", "teddy": "absent"}
    assert (await chat.photo(GRIZZLY)).text == "Grizzly — sure, 97%"


async def test_a_class_of_people_s_own_is_renamed_too(chat: Dialogue) -> None:
    """One that no version knows yet."""
    await chat.photo(GRIZZLY)
    await chat.tap((await chat.say("it's a polar bear"))[0], "Yes")

    await admin(chat, "/rename polar bear ice bear")

    assert (await chat.labels())["ice_bear"] == "present"


async def test_a_model_that_finds_a_point_has_nothing_to_rename(chat: Dialogue) -> None:
    """It is said so."""
    chat.models.known["heads"] = ()
    await admin(chat, "/model heads")

    assert "no classes" in await admin(chat, "/rename nose snout")
    assert "no classes" in await admin(chat, "/merge nose snout")


WRONG = {
    "/rename": "Write /rename CLASS NAME, of one of these classes: grizzly, black and teddy.",
    "/rename panda brown": "Write /rename CLASS NAME, of one of these",
    "/rename grizzly": "Write /rename CLASS NAME",
    "/rename grizzly grizzly": "They are one class already: grizzly.",
    "/rename grizzly black": "There is a class black already. /merge grizzly black makes one",
    "/rename black bear": "bear is a former name of teddy",
    "/merge grizzly panda": "Write /merge CLASS INTO, of two of these classes",
    "/merge teddy bear": "They are one class already: teddy.",
    "/unmerge grizzly": "No classes of this model were merged.",
}


@pytest.mark.parametrize(("words", "told"), WRONG.items())
async def test_what_cannot_be_done_says_what_can(chat: Dialogue, words: str, told: str) -> None:
    """And changes nothing. (A teddy was called bear before.)"""
    await admin(chat, "/rename teddy bear")
    await admin(chat, "/rename bear teddy")
    await admin(chat, "/rename teddy bear")
    await admin(chat, "/rename bear toy")
    await admin(chat, "/rename toy teddy")
    assert told in await admin(chat, words)
    assert "grizzly, black and teddy" in await admin(chat, "/classes")


async def test_only_admins_name_classes(chat: Dialogue) -> None:
    """Ann is told so."""
    for words in ("/rename grizzly brown", "/merge black grizzly", "/unmerge black"):
        assert "Only an admin" in (await chat.say(words))[0].text
