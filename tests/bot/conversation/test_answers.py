"""What a photo is answered."""

import pytest

from bot.conversation.messages import Limits
from model.decision import Answer
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, VOC, Dialogue, answer


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (GRIZZLY, "Grizzly — sure, 97%"),
        (answer(grizzly=0.75), "Grizzly — fairly sure, 75%"),
        (answer(grizzly=0.5), "Grizzly — not quite sure, 50%"),
        (answer(grizzly=0.9999), "Grizzly — sure, 99%"),
        (answer(teddy=0.91, black=0.72), "Teddy — sure, 91%\nBlack — fairly sure, 72%"),
        (NONE, "None of my classes.\nClosest: teddy (41%, my line is 50%)."),
        (
            answer(unfamiliar=["grizzly"], grizzly=0.93),
            "None of my classes.\nBy its score it would be a grizzly (93%), but it is unlike the "
            "grizzly photos I know (likeness 0.55, my line is 0.62).",
        ),
        (ASKED, "It might be a grizzly, but I'm not sure. Is it a grizzly?"),
        (
            answer(asked=["grizzly"], teddy=0.95, grizzly=0.8),
            "Teddy — sure, 95%\nThere might be a grizzly too, but I'm not sure. Is there?",
        ),
        (
            answer(["hot_dog", "aeroplane"], asked=["aeroplane"], hot_dog=0.95, aeroplane=0.8),
            "Hot dog — sure, 95%\nThere might be an aeroplane too, but I'm not sure. Is there?",
        ),
    ],
)
async def test_a_photo_is_answered_in_one_message(chat: Dialogue, seen: Answer, said: str) -> None:
    """Classes with confidence in words and per cent, a question, or none and how far it was."""
    assert (await chat.photo(seen)).text == said


async def test_the_answer_quotes_the_photo(chat: Dialogue) -> None:
    """Who sends two photos quickly sees which answer is whose."""
    message = await chat.photo(NONE)

    assert message.reply.reply_to == "p1"


@pytest.mark.parametrize(
    ("seen", "buttons"),
    [
        (GRIZZLY, ["Right", "Wrong", "Fix labels"]),
        (NONE, ["Right", "Wrong", "Fix labels"]),
        (ASKED, ["Yes", "No", "Something else"]),
        (answer(asked=["grizzly"], teddy=0.95, grizzly=0.8), ["Yes", "No", "Fix labels"]),
        (answer(asked=["grizzly", "teddy"]), ["Grizzly", "Teddy", "Something else"]),
    ],
)
async def test_the_buttons_fit_the_answer(chat: Dialogue, seen: Answer, buttons: list[str]) -> None:
    """A statement can be judged, a question answered."""
    assert (await chat.photo(seen)).buttons == buttons


async def test_a_bad_file_gets_its_sentence(chat: Dialogue) -> None:
    """A file that is no photo is answered by why, without buttons."""
    message = await chat.photo("This is no photo that I can read.")

    assert (message.text, message.buttons) == ("This is no photo that I can read.", [])


async def test_an_album_is_one_numbered_message(chat: Dialogue) -> None:
    """Three photos, one of them broken: one list, and a button for each photo."""
    message = await chat.photo(GRIZZLY, "This file is broken.", answer(asked=["teddy"], teddy=0.6))

    assert message.text == (
        "1. Grizzly — sure, 97%\n2. This file is broken.\n3. Maybe a teddy, I'm not sure"
    )
    assert message.buttons == ["All right", "Fix 1", "Fix 3"]


async def test_an_album_of_broken_files_is_a_list_too(chat: Dialogue) -> None:
    """Each file is named by its number."""
    message = await chat.photo("Broken.", "Empty.")

    assert (message.text, message.buttons) == ("1. Broken.\n2. Empty.", [])


async def test_a_late_photo_edits_the_answer(chat: Dialogue) -> None:
    """When a photo of an album comes after the answer, the answer is edited, numbers and all."""
    message = await chat.photo(GRIZZLY)

    late = await chat.photo("Broken.", NONE, late_to=message)

    assert late is message
    assert message.text.split("\n")[0] == "1. Grizzly — sure, 97%"
    assert message.text.split("\n")[1:3] == [
        "2. Broken.",
        "3. None of my classes. Closest: teddy (41%, my line is 50%).",
    ]


async def test_something_else_is_always_offered(chat: Dialogue) -> None:
    """However many classes may be meant, and where ten buttons are the most."""
    chat.limits = Limits(text_units=1024, buttons=10, button_units=72)
    message = await chat.photo(answer(VOC, asked=VOC, **dict.fromkeys(VOC, 0.6)))

    assert len(message.buttons) == 10
    assert message.buttons[-1] == "Something else"


async def test_broken_files_stay_in_the_list_when_it_is_shown_again(chat: Dialogue) -> None:
    """When one photo of an album is judged, the lines of the others are still there."""
    message = await chat.photo("Broken.", GRIZZLY, NONE)

    await chat.tap(message, "All right")

    assert message.text.startswith("1. Broken.\n2. Grizzly — sure, 97% ✓ You said: right.\n3. ")


async def test_a_channel_with_few_buttons_gets_no_more(chat: Dialogue) -> None:
    """What has no button can still be said in words."""
    chat.limits = Limits(text_units=4096, buttons=3, button_units=20)

    message = await chat.photo(GRIZZLY, NONE, NONE, NONE)

    assert message.buttons == ["All right", "Fix 1", "Fix 2"]


async def test_none_says_what_another_model_names_and_switches_to_it(chat: Dialogue) -> None:
    """When bears answers none and pascal names a cat, then the answer says so, with a button."""
    message = await chat.photo(NONE, elsewhere={"pascal": ("cat", "sofa")})

    assert message.text.splitlines()[-1] == "My pascal model would say: cat and sofa."
    assert message.buttons == ["Right", "Wrong", "Fix labels", "Use pascal"]

    await chat.tap(message, "Use pascal")

    assert chat.messages[-1].text.startswith("From now on pascal answers here.")


async def test_none_in_an_album_says_what_another_model_names(chat: Dialogue) -> None:
    """In the photo's own line."""
    message = await chat.photo(GRIZZLY, NONE, elsewhere={"pascal": ("cat",)})

    assert message.text.splitlines() == [
        "1. Grizzly — sure, 97%",
        "2. None of my classes. Closest: teddy (41%, my line is 50%). "
        "My pascal model would say: cat.",
    ]


async def test_people_s_words_come_before_another_model(chat: Dialogue) -> None:
    """When Ann said that it is a teddy, then nobody asks pascal any more."""
    await chat.photo(NONE, same="one", elsewhere={"pascal": ("cat",)})
    await chat.say("a teddy")

    again = await chat.photo(NONE, same="one", elsewhere={"pascal": ("cat",)})

    assert again.text == "You told me: teddy."
    assert again.buttons == ["Right", "Wrong", "Fix labels"]
