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


HERE, LIKE_IT, UNLIKE = (1.0, 0.0), (1.0, 0.3), (1.0, 0.4)  # cosines 1, .958, .928


async def test_a_near_twin_is_answered_with_what_was_said(chat: Dialogue) -> None:
    """When Ann corrects a photo and sends one that looks the same, her words are the answer."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("no, it's a black bear")

    alike = await chat.photo(GRIZZLY, looks=LIKE_IT)

    assert alike.text == "You told me of a photo that looks the same: black, no grizzly."
    assert alike.buttons == ["Right", "Wrong", "Fix labels"]


async def test_a_photo_that_only_resembles_it_is_left_to_the_model(chat: Dialogue) -> None:
    """Below the cosine that was measured nothing is carried over."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("no, it's a black bear")

    assert (await chat.photo(GRIZZLY, looks=UNLIKE)).text == "Grizzly — sure, 97%"


async def test_what_was_said_of_the_very_photo_comes_first(chat: Dialogue) -> None:
    """When the photo and its near twin were called different things, then its own words count."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("it's a black bear")
    await chat.photo(GRIZZLY, looks=LIKE_IT, same="one")
    await chat.say("nothing")

    again = await chat.photo(GRIZZLY, looks=LIKE_IT, same="one")

    assert again.text == "You told me: none of my classes."


async def test_near_twins_that_contradict_each_other_say_nothing(chat: Dialogue) -> None:
    """When one near twin is a teddy and another one isn't, then the model answers."""
    await chat.photo(GRIZZLY, looks=HERE, same="one")
    await chat.say("also a teddy")
    await chat.photo(GRIZZLY, looks=(1.0, 0.01), same="two")
    await chat.say("not a teddy")

    assert (await chat.photo(GRIZZLY, looks=LIKE_IT)).text == "Grizzly — sure, 97%"


async def test_one_person_convinces_no_other_chat_by_a_twin(chat: Dialogue) -> None:
    """Who may speak for whom is the same for a near twin: Bob gets the model's answer."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("it's a black bear")

    elsewhere = await chat.elsewhere("2").photo(GRIZZLY, looks=LIKE_IT, who="bob")

    assert elsewhere.text == "Grizzly — sure, 97%"


async def test_an_admin_convinces_the_others_by_a_twin(chat: Dialogue) -> None:
    """An admin's word on a photo answers its near twins everywhere."""
    await chat.photo(GRIZZLY, looks=HERE, who="admin")
    await chat.say("nothing", who="admin")

    elsewhere = await chat.elsewhere("2").photo(GRIZZLY, looks=LIKE_IT, who="bob")

    assert elsewhere.text == ("People told me of a photo that looks the same: none of my classes.")


async def test_what_is_undone_is_told_of_no_twin(chat: Dialogue) -> None:
    """After Undo a near twin gets the model's answer again."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("it's a teddy")
    await chat.photo(GRIZZLY, looks=LIKE_IT, same="seen")
    await chat.say("/undo")

    assert (await chat.photo(GRIZZLY, looks=LIKE_IT)).text == "Grizzly — sure, 97%"


async def test_right_below_a_twins_answer_is_a_word_on_this_photo(chat: Dialogue) -> None:
    """Right confirms the labels of the near twin, for the photo that is asked about."""
    await chat.photo(GRIZZLY, looks=HERE)
    await chat.say("it's a black bear")
    alike = await chat.photo(GRIZZLY, looks=LIKE_IT, same="two")

    await chat.tap(alike, "Right")
    again = await chat.photo(GRIZZLY, looks=LIKE_IT, same="two")

    assert again.text == "You told me: black, no grizzly."
