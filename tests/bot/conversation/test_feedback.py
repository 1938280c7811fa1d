"""Taps, reactions, Undo, and who may."""

import pytest

from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, answer

SURE = "Grizzly — sure, 97%"


async def test_right_marks_the_answer(chat: Dialogue) -> None:
    """When Ann taps Right, then the answer itself says so, and no new message comes."""
    message = await chat.photo(GRIZZLY)

    await chat.tap(message, "Right")

    assert message.text == f"{SURE}\n✓ You said: right."
    assert message.buttons == ["Undo", "Fix labels"]
    assert message.notice == "Thank you."
    assert chat.messages == [message]


async def test_undo_brings_the_answer_back(chat: Dialogue) -> None:
    """When Ann taps Undo, then text and buttons are as before, and nothing is learned."""
    message = await chat.photo(GRIZZLY)
    before = message.reply.text, message.reply.buttons
    await chat.tap(message, "Right")

    await chat.tap(message, "Undo")

    assert (message.reply.text, message.reply.buttons) == before
    assert message.notice == "Undone: I forget that you said right."
    assert await chat.labels() == {}


async def test_undo_shows_what_was_said_before(chat: Dialogue) -> None:
    """When Ann said right, then no grizzly, and undoes that, then right stands again."""
    message = await chat.photo(ASKED)
    await chat.tap(message, "No")
    for label in ("Fix labels", "teddy", "Done"):
        await chat.tap(message, label)
    assert message.text.endswith("✓ You said: teddy.")

    await chat.tap(message, "Undo")

    assert message.text.endswith("✓ You said: no grizzly.")


async def test_words_are_said_back_with_undo(chat: Dialogue) -> None:
    """When Ann corrects in words, then a short reply says what was understood."""
    await chat.photo(GRIZZLY)

    [noted] = await chat.say("no, it's a black bear")

    assert noted.text == "Noted: black yes, grizzly no. Thank you."
    assert noted.buttons == ["Undo"]
    assert noted.reply.reply_to == "p2"
    await chat.tap(noted, "Undo")
    assert noted.text == "Undone: I forget that you said black, no grizzly."
    assert noted.buttons == []
    assert await chat.labels() == {}


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ("yes", "Noted: grizzly yes, everything else no. Thank you."),
        ("nothing", "Noted: none of my classes. Thank you."),
        ("not a teddy", "Noted: teddy no. Thank you."),
    ],
)
async def test_what_was_understood_is_clear(chat: Dialogue, words: str, noted: str) -> None:
    """Each class that was judged is named, or all the others together."""
    await chat.photo(GRIZZLY)

    assert (await chat.say(words))[0].text == noted


async def test_wrong_asks_what_it_is(chat: Dialogue) -> None:
    """When Ann taps Wrong, then the answer becomes the list of classes, with none chosen."""
    message = await chat.photo(GRIZZLY)

    await chat.tap(message, "Wrong")

    assert message.text.startswith("Sorry. What is in the photo then?")
    assert message.buttons[:3] == ["grizzly", "black", "teddy"]


async def test_wrong_in_words_asks_what_it_is(chat: Dialogue) -> None:
    """When Ann says "no", then she is asked; when she says what it is, it is noted."""
    await chat.photo(GRIZZLY)

    [asked] = await chat.say("no")
    [noted] = await chat.say("a teddy", to=asked)

    assert asked.text.startswith("Sorry. What is in it?")
    assert asked.buttons == ["Fix labels"]
    assert noted.text == "Noted: teddy yes, grizzly no. Thank you."


async def test_taking_a_thumb_back_takes_back_the_word(chat: Dialogue) -> None:
    """When Ann removes her thumb, then nothing of it is left."""
    message = await chat.photo(GRIZZLY)
    [noted] = await chat.react(message, "👍")

    [back] = await chat.react(message, "")

    assert noted.text == "Noted: grizzly yes, everything else no. Thank you."
    assert back.text == "Undone: I forget that you said right."
    assert await chat.labels() == {}


async def test_turning_the_thumb_replaces_the_word(chat: Dialogue) -> None:
    """When Ann changes thumb up to thumb down, then the first no longer counts."""
    message = await chat.photo(ASKED)
    await chat.react(message, "👍")

    await chat.react(message, "👎")

    assert await chat.labels() == {"grizzly": "absent"}


async def test_other_reactions_are_ignored(chat: Dialogue) -> None:
    """A heart says nothing about bears, and gets no reply."""
    message = await chat.photo(GRIZZLY)

    assert await chat.react(message, "❤️") == []


async def test_a_thumb_that_answers_no_single_question_is_asked_back(chat: Dialogue) -> None:
    """When two classes were asked about, then a thumb up can't say which."""
    message = await chat.photo(answer(asked=["grizzly", "teddy"]))

    [asked] = await chat.react(message, "👍")

    assert asked.text == "I'm not sure what you mean. Is it a grizzly or a teddy?"
    assert asked.buttons == ["Grizzly", "Teddy", "Something else"]


async def test_in_a_group_the_answer_names_who_said_it(group: Dialogue) -> None:
    """When the admin judges Ann's photo in a group, then all see who did."""
    message = await group.photo(GRIZZLY)

    await group.tap(message, "Right", who="admin")

    assert message.text == f"{SURE}\n✓ Admin said: right."


async def test_people_are_called_by_the_name_that_they_have_now(group: Dialogue) -> None:
    """When Ann's name changes, then the bot uses the new one."""
    message = await group.photo(GRIZZLY)
    group.names["ann"] = "Anna"

    await group.tap(message, "Right")

    assert message.text == f"{SURE}\n✓ Anna said: right."


async def test_a_bystander_has_an_opinion(group: Dialogue) -> None:
    """When Bob taps below Ann's photo, then he is told, and nothing changes for others."""
    message = await group.photo(GRIZZLY)
    before = message.reply

    await group.tap(message, "Right", who="bob")

    assert message.reply == before
    assert message.notice.startswith("I keep it as your opinion")
    assert {weight for _, _, weight in await group.training_labels()} == {0.25}


async def test_a_bystander_says_it_in_words(group: Dialogue) -> None:
    """His words are an opinion too, and Ann's answer stays as it was."""
    message = await group.photo(GRIZZLY)

    [noted] = await group.say("it's a teddy", message, who="bob")

    assert noted.text == (
        "Noted: teddy yes, grizzly no. "
        "I keep it as your opinion: whoever sent the photo, or an admin, decides."
    )
    assert message.text == SURE


async def test_a_bystanders_thumb_makes_no_noise(group: Dialogue) -> None:
    """It is stored, with little weight, and not replied to."""
    message = await group.photo(GRIZZLY)

    assert await group.react(message, "👍", who="bob") == []
    assert ("grizzly", "present", 0.25) in await group.training_labels()


@pytest.mark.parametrize("label", ["Wrong", "Fix labels"])
async def test_a_bystander_can_not_open_the_list(group: Dialogue, label: str) -> None:
    """Only whoever sent the photo, and admins, change what all see."""
    message = await group.photo(GRIZZLY)

    await group.tap(message, label, who="bob")

    assert message.text == SURE
    assert message.notice.startswith("Only whoever sent the photo")


async def test_weights_tell_who_said_it(group: Dialogue) -> None:
    """An admin weighs three, the sender one, others a quarter."""
    message = await group.photo(ASKED)

    for who in ("admin", "ann", "bob"):
        await group.say("not a grizzly", message, who=who)

    assert [weight for _, _, weight in await group.training_labels()] == [3.0, 1.0, 0.25]


async def test_nobody_undoes_the_words_of_another(group: Dialogue) -> None:
    """When Bob taps Undo below what Ann said, then it stays, and he is told why."""
    message = await group.photo(GRIZZLY)
    await group.tap(message, "Right")

    await group.tap(message, "Undo", who="bob")

    assert message.notice == "Only the person who said it can undo it."
    assert await group.labels() != {}


@pytest.mark.parametrize("thanks", ["yes", "👍"])
async def test_yes_after_a_correction_takes_nothing_back(chat: Dialogue, thanks: str) -> None:
    """When Ann corrected and agrees with what was noted, then she does not confirm the answer."""
    await chat.photo(GRIZZLY)
    [noted] = await chat.say("it's a black bear")

    await (chat.say(thanks) if thanks == "yes" else chat.react(noted, thanks))

    assert await chat.labels() == {"black": "present", "grizzly": "absent"}


async def test_undo_takes_the_latest(chat: Dialogue) -> None:
    """/undo goes back one by one, and edits an answer that was marked by a tap."""
    message = await chat.photo(GRIZZLY)
    await chat.tap(message, "Right")
    await chat.say("not a teddy")

    first = (await chat.say("/undo"))[0]
    second = (await chat.say("/undo"))[0]
    third = (await chat.say("/undo"))[0]

    assert first.text == "Undone: I forget that you said no teddy."
    assert second.text == "Undone: I forget that you said right."
    assert message.text == SURE
    assert third.text == "There is nothing to undo."


async def test_undoing_twice_is_no_error(chat: Dialogue) -> None:
    """A second tap on the same Undo, sent before the first was shown, says that it was done."""
    message = await chat.photo(GRIZZLY)
    await chat.tap(message, "Right")
    undo = message.action("Undo")
    await chat.act(message, undo)

    await chat.act(message, undo)

    assert message.notice == "That was undone already."


@pytest.mark.parametrize(
    "action",
    [
        "right:99", "right:1:2", "right:", "right:x", "right", "yes:1:99", "no:1:-1", "toggle:1",
        "fix:99999999999999999999", "undo:99", "cancel:x", "accept:1:1", "drop:1", "", ":",
        "yes:1:²", "model:nonsense",
    ],
)  # fmt: skip
async def test_invented_taps_do_nothing(chat: Dialogue, action: str) -> None:
    """What a tap says comes from a person's machine: nonsense is told, and stores nothing."""
    message = await chat.photo(GRIZZLY)

    await chat.act(message, action)

    assert message.text == SURE
    assert await chat.labels() == {}


async def test_nobody_reaches_an_answer_of_another_chat(chat: Dialogue) -> None:
    """When Bob sends the action of a button in Ann's chat, then it does nothing."""
    message = await chat.photo(GRIZZLY)
    await chat.tap(message, "Right")
    theirs = chat.elsewhere("2")
    own = await theirs.photo(NONE, who="bob")

    for action in ("wrong:1", "undo:1", "none:1", "right:1"):
        await theirs.act(own, action, who="bob")
        assert own.notice == "That answer is no longer there. Send the photo again."

    assert await chat.labels() == {"grizzly": "present", "black": "absent", "teddy": "absent"}
