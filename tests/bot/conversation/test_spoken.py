"""Words: which answer they are about, and what is asked back."""

import pytest
from sqlalchemy import update

from bot.store import tables
from bot.store.clock import later
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, answer

WHICH = "Which photo do you mean? Begin with its number, 1 to 3: “2 is a grizzly”."


async def test_a_reply_is_about_the_answer_that_it_quotes(chat: Dialogue) -> None:
    """When Ann replies to her first answer of two, then the first is corrected."""
    first = await chat.photo(NONE, same="one")
    await chat.photo(NONE, same="two")

    await chat.say("a teddy", to=first)

    assert (await chat.photo(NONE, same="one")).text == "You told me: teddy."
    assert (await chat.photo(NONE, same="two")).text.startswith("None of my classes.")


async def test_a_reply_to_the_own_photo_is_about_its_answer(chat: Dialogue) -> None:
    """When Ann replies to her own photo, then it is the same as replying to the answer."""
    first = await chat.photo(NONE)
    await chat.photo(NONE)
    first.id = first.reply.reply_to

    [noted] = await chat.say("a teddy", to=first)

    assert noted.text == "Noted: teddy yes. Thank you."


async def test_words_alone_are_about_the_latest_answer(chat: Dialogue) -> None:
    """In a private chat nobody has to reply."""
    await chat.photo(NONE, same="one")
    await chat.photo(NONE, same="two")

    await chat.say("a teddy")

    assert (await chat.photo(NONE, same="two")).text == "You told me: teddy."


async def test_words_alone_answer_the_last_question(chat: Dialogue) -> None:
    """When the bot asked about an earlier photo, then a plain "yes" is about that one."""
    first = await chat.photo(NONE, same="one")
    await chat.photo(GRIZZLY, same="two")
    await chat.say("a tedy", to=first)

    await chat.say("yes")

    assert await chat.labels() == {"teddy": "present"}


async def test_a_tap_on_an_old_answer_does_not_make_it_the_latest(chat: Dialogue) -> None:
    """When Ann taps below an earlier answer, then words alone are still about the last one."""
    first = await chat.photo(ASKED, same="one")
    await chat.photo(NONE, same="two")
    await chat.tap(first, "Yes")

    await chat.say("a teddy")

    assert (await chat.photo(NONE, same="two")).text == "You told me: teddy."


async def age(chat: Dialogue) -> None:
    """Let two hours pass."""
    async with chat.store.writing() as session:
        await session.execute(update(tables.Answer).values(created_at=later(-7200)))


async def test_words_next_day_are_about_the_last_message(chat: Dialogue) -> None:
    """When the old answer is the last thing that was said, then it is meant."""
    await chat.photo(NONE)
    await age(chat)

    [noted] = await chat.say("a teddy")

    assert noted.text == "Noted: teddy yes. Thank you."


async def test_words_next_day_are_not_about_an_answer_long_gone(chat: Dialogue) -> None:
    """When something else was said since, then an old answer is not meant."""
    await chat.photo(NONE)
    await chat.say("/help")
    await age(chat)

    [hint] = await chat.say("a teddy")

    assert hint.text.startswith("Send me a photo")
    assert await chat.labels() == {}


async def test_in_a_group_only_replies_are_heard(group: Dialogue) -> None:
    """People in a group talk to each other: that is not for the bot."""
    await group.photo(GRIZZLY)

    assert await group.say("what a lovely teddy") == []
    assert await group.labels() == {}


async def test_the_first_words_are_greeted(chat: Dialogue) -> None:
    """Who writes before the first photo is told what the bot does."""
    [hello] = await chat.say("hi")

    assert hello.text.startswith("Hello, I'm nonesuch.")


async def test_an_album_is_corrected_by_number(chat: Dialogue) -> None:
    """When Ann says "2 is a black bear", then it is noted of the second photo."""
    message = await chat.photo(GRIZZLY, GRIZZLY, NONE)

    [noted] = await chat.say("2 is a black bear")
    [third] = await chat.say("third: grizzly", to=message)

    assert noted.text == "Photo 2. Noted: black yes, grizzly no. Thank you."
    assert third.text == "Photo 3. Noted: grizzly yes. Thank you."


@pytest.mark.parametrize("words", ["a grizzly", "not a grizzly", "nothing", "no", "7 is a teddy"])
async def test_an_album_without_number_is_asked_back(chat: Dialogue, words: str) -> None:
    """Which photo is meant is never guessed."""
    await chat.photo(GRIZZLY, "Broken.", NONE)

    [asked] = await chat.say(words)

    assert asked.text == WHICH
    assert await chat.labels() == {}


async def test_all_of_an_album_can_be_right(chat: Dialogue) -> None:
    """When Ann says "all right", then every photo is confirmed, and one Undo takes all back."""
    message = await chat.photo(GRIZZLY, answer(teddy=0.9), ASKED)

    [noted] = await chat.say("all right", to=message)

    assert noted.text == "Noted: all right. Thank you."
    assert len(await chat.training_labels()) == 6  # of two photos: the third was only asked about
    await chat.tap(noted, "Undo")
    assert await chat.labels() == {}


async def test_a_tap_confirms_an_album(chat: Dialogue) -> None:
    """When Ann taps All right, then the list shows it, and Undo brings the list back."""
    message = await chat.photo(GRIZZLY, NONE)
    before = message.reply

    await chat.tap(message, "All right")

    assert message.text.count("✓ You said: right.") == 2
    assert message.buttons == ["Undo", "Fix 1", "Fix 2"]
    await chat.tap(message, "Undo")
    assert (message.reply.text, message.reply.buttons) == (before.text, before.buttons)
    assert await chat.labels() == {}


async def test_a_thumb_up_confirms_an_album(chat: Dialogue) -> None:
    """A thumb up is Right, also below an album; a thumb down can't say which is wrong."""
    message = await chat.photo(GRIZZLY, GRIZZLY, NONE)

    [noted] = await chat.react(message, "👍")
    [asked] = await chat.react(message, "👎")

    assert noted.text == "Noted: all right. Thank you."
    assert asked.text == WHICH
    assert await chat.labels() == {}


async def test_all_right_leaves_corrections_alone(chat: Dialogue) -> None:
    """When Ann corrected one photo and then taps All right, then she means the others."""
    message = await chat.photo(GRIZZLY, answer(teddy=0.9))
    await chat.say("1 is a black bear")

    await chat.tap(message, "All right")

    assert message.text.split("\n") == [
        "1. Grizzly — sure, 97% ✓ You said: black, no grizzly.",
        "2. Teddy — sure, 90% ✓ You said: right.",
    ]


async def test_an_album_of_questions_has_nothing_to_confirm(chat: Dialogue) -> None:
    """When the bot only asked, then All right answers no question."""
    message = await chat.photo(ASKED, ASKED)

    await chat.tap(message, "All right")

    assert message.notice == (
        "There is nothing left to confirm here. Tell me what is in the photos."
    )


async def test_the_only_photo_of_a_broken_album_needs_no_number(chat: Dialogue) -> None:
    """When one file of two was a photo, then words are about it."""
    await chat.photo("Broken.", NONE)

    [noted] = await chat.say("a teddy")

    assert noted.text == "Photo 2. Noted: teddy yes. Thank you."


async def test_an_unknown_class_is_offered(chat: Dialogue) -> None:
    """When Ann says what the bot doesn't know, and yes to adding it, then it is a label."""
    await chat.photo(GRIZZLY)

    [offer] = await chat.say("it's a polar bear")
    await chat.tap(offer, "Yes")

    assert offer.text == "Noted: polar bear yes, grizzly no. Thank you."
    assert await chat.labels() == {"polar_bear": "present", "grizzly": "absent"}


async def test_an_unknown_class_can_be_accepted_in_words(chat: Dialogue) -> None:
    """ "Yes" after the offer answers the offer, and does not call the first answer right."""
    await chat.photo(GRIZZLY)
    [offer] = await chat.say("there is a polar bear too")

    [noted] = await chat.say("yes")

    assert offer.text == "I don't know polar bear yet. Add it as a new class?"
    assert noted.text == "Noted: polar bear yes. Thank you."


async def test_an_unknown_class_can_be_declined(chat: Dialogue) -> None:
    """When Ann says no, then nothing is stored, and "yes" is about the answer again."""
    message = await chat.photo(GRIZZLY)
    [offer] = await chat.say("it's a polar bear")

    await chat.tap(offer, "No")

    assert offer.text.startswith("Sorry. What is in it?")
    [noted] = await chat.say("yes", to=message)
    assert noted.text == "Noted: grizzly yes, everything else no. Thank you."


async def test_a_class_that_was_added_is_known_from_then_on(chat: Dialogue) -> None:
    """When Ann added the polar bear, then the next one needs no question."""
    await chat.photo(NONE)
    await chat.say("it's a polar bear")
    await chat.say("yes")
    await chat.photo(NONE)

    [noted] = await chat.say("polar bears")

    assert noted.text == "Noted: polar bear yes. Thank you."


async def test_yes_in_reply_to_the_answer_means_the_answer(chat: Dialogue) -> None:
    """While a question is open, a reply to the first answer is still about that answer."""
    message = await chat.photo(GRIZZLY)
    await chat.say("it's a polar bear")

    [noted] = await chat.say("yes", to=message)

    assert noted.text == "Noted: grizzly yes, everything else no. Thank you."


@pytest.mark.parametrize("yes", ["yes", "👍"])
async def test_an_unsure_reading_is_asked_back(chat: Dialogue, yes: str) -> None:
    """When a word is near a class, then the bot asks, and yes is as if it had been spelt well."""
    await chat.photo(GRIZZLY)
    [asked] = await chat.say("tedy")

    await (chat.say(yes) if yes == "yes" else chat.react(asked, yes))

    assert asked.text == "I'm not sure what you mean. Is it a teddy?"
    assert await chat.labels() == {"teddy": "present", "grizzly": "absent"}


async def test_several_meanings_are_asked_back_with_a_button_each(chat: Dialogue) -> None:
    """When Ann says "bear", then she chooses one of the three."""
    await chat.photo(GRIZZLY)
    [asked] = await chat.say("a bear")

    assert asked.buttons == ["Grizzly", "Black", "Teddy", "Something else"]
    await chat.tap(asked, "Black")

    assert asked.text == "Grizzly — sure, 97%\n✓ You said: black, no grizzly."


async def test_a_question_about_one_photo_of_an_album_stays_with_it(chat: Dialogue) -> None:
    """When the bot asked back about photo 2, then a plain "yes" answers that."""
    await chat.photo(GRIZZLY, NONE)
    [asked] = await chat.say("2 is a tedy")

    [noted] = await chat.say("yes")

    assert asked.text == "Photo 2. I'm not sure what you mean. Is it a teddy?"
    assert noted.text == "Photo 2. Noted: teddy yes. Thank you."


async def test_a_bystander_is_not_asked_back(group: Dialogue) -> None:
    """Who can't add a class is told what there is; nothing opens for the sender to confirm."""
    message = await group.photo(GRIZZLY)

    [unknown] = await group.say("it's a polar bear", message, who="bob")
    [unsure] = await group.say("a bear", message, who="bob")

    assert unknown.text == "I don't know polar bear. My classes are grizzly, black and teddy."
    assert unsure.text.startswith("Tell me what is in the photo")
    assert unknown.buttons == unsure.buttons == []


async def test_what_is_not_understood_is_said(chat: Dialogue) -> None:
    """A short hint, with examples."""
    await chat.photo(GRIZZLY)

    [hint] = await chat.say("lorem ipsum dolor sit amet consectetur")

    assert hint.text.startswith("Tell me what is in the photo, for example “it's a teddy”")
