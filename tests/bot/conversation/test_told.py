"""What people said of a photo is what the same photo is answered, at once."""

from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue


async def test_you_told_me(chat: Dialogue) -> None:
    """When Ann corrects a photo and sends it again, then her own words are the answer."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("no, it's a black bear")

    again = await chat.photo(GRIZZLY, same="one")

    assert again.text == "You told me: black, no grizzly."
    assert again.buttons == ["Right", "Wrong", "Fix labels"]


async def test_one_person_convinces_no_other_chat(chat: Dialogue) -> None:
    """When Ann corrects a photo, then Bob in his own chat gets the model's answer."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("it's a black bear")

    elsewhere = await chat.elsewhere("2").photo(GRIZZLY, same="one", who="bob")

    assert elsewhere.text == "Grizzly — sure, 97%"


async def test_two_people_convince_the_others(chat: Dialogue) -> None:
    """When Ann and Bob said the same, each in their own chat, then Cem gets it as theirs."""
    for number, who in enumerate(["ann", "bob"]):
        theirs = chat.elsewhere(str(number))
        await theirs.photo(NONE, same="one", who=who)
        await theirs.say("a grizzly", who=who)

    elsewhere = await chat.elsewhere("9").photo(NONE, same="one", who="cem")

    assert elsewhere.text == "People told me: grizzly."


async def test_an_admin_convinces_the_others_alone(chat: Dialogue) -> None:
    """An admin's word counts everywhere, also where it takes everything away."""
    await chat.photo(GRIZZLY, same="one", who="admin")
    await chat.say("nothing", who="admin")

    elsewhere = await chat.elsewhere("2").photo(GRIZZLY, same="one", who="bob")

    assert elsewhere.text == "People told me: none of my classes."


async def test_contradictions_leave_it_to_the_model(chat: Dialogue) -> None:
    """When an admin and Ann disagree, then others get the model's own answer."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("not a grizzly")
    theirs = chat.elsewhere("2")
    await theirs.photo(GRIZZLY, same="one", who="admin")
    await theirs.say("yes, a grizzly", who="admin")

    elsewhere = await chat.elsewhere("3").photo(GRIZZLY, same="one", who="bob")

    assert elsewhere.text == "Grizzly — sure, 97%"


async def test_bystanders_convince_nobody(group: Dialogue) -> None:
    """When Bob disputes Ann's photo in a group, then it is answered as before."""
    message = await group.photo(GRIZZLY, same="one")
    await group.say("not a grizzly", message, who="bob")

    assert (await group.photo(GRIZZLY, same="one")).text == "Grizzly — sure, 97%"


async def test_what_is_undone_is_told_no_more(chat: Dialogue) -> None:
    """After Undo the same photo gets the model's answer again."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("it's a teddy")
    await chat.say("/undo")

    assert (await chat.photo(GRIZZLY, same="one")).text == "Grizzly — sure, 97%"


async def test_what_was_not_spoken_of_stays_with_the_model(chat: Dialogue) -> None:
    """When Ann only said that it's no teddy, then the model's grizzly is still named."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("not a teddy")

    assert (await chat.photo(GRIZZLY, same="one")).text == (
        "You told me: no teddy.\nGrizzly — sure, 97%"
    )


async def test_a_question_that_was_answered_is_not_asked_again(chat: Dialogue) -> None:
    """When Ann said yes to "is it a grizzly?", then the same photo is a grizzly."""
    message = await chat.photo(ASKED, same="one")
    await chat.tap(message, "Yes")

    assert (await chat.photo(ASKED, same="one")).text == "You told me: grizzly."


async def test_right_to_what_people_told_says_it_again(chat: Dialogue) -> None:
    """Right below "you told me: polar bear" confirms the polar bear, which no model knows yet."""
    await chat.photo(NONE, same="one")
    asked = (await chat.say("it's a polar bear"))[-1]
    await chat.tap(asked, "Yes")
    again = await chat.photo(NONE, same="one")

    await chat.tap(again, "Right")

    assert again.text == "You told me: polar bear.\n✓ You said: right."
    assert await chat.labels() == {
        "polar_bear": "present",
        "grizzly": "absent",
        "black": "absent",
        "teddy": "absent",
    }
