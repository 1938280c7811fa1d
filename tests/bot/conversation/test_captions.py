"""Words below a photo: questions, labels by its sender, and everything else."""

import pytest

from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, answer


@pytest.mark.parametrize(
    ("seen", "caption", "first"),
    [
        (GRIZZLY, "is this a grizzly?", "Yes, a grizzly."),
        (GRIZZLY, "a grizzly or a teddy?", "Yes, a grizzly."),
        (GRIZZLY, "is it a teddy bear?", "No, I don't see a teddy."),
        (NONE, "is it a black bear or a teddy?", "No, I don't see a black or a teddy."),
        (GRIZZLY, "what is this?", "Grizzly — sure, 97%"),
        (GRIZZLY, "is this a zebra?", "Grizzly — sure, 97%"),
        (ASKED, "is this a grizzly?", "It might be a grizzly, but I'm not sure. Is it a grizzly?"),
    ],
)
async def test_a_question_is_answered_first(
    chat: Dialogue, seen: object, caption: str, first: str
) -> None:
    """Yes or no, then the answer as ever; where the bot is not sure itself, the answer asks."""
    said = await chat.photo(seen, caption=caption)
    assert said.text.splitlines()[0] == first
    assert await chat.labels() == {}


async def test_captions_are_read_in_the_persons_language(chat: Dialogue) -> None:
    """A German question is answered before the answer as ever; /label takes German words."""
    chat.language = "de"
    plain = await chat.photo(GRIZZLY)
    asked = await chat.photo(GRIZZLY, caption="ist das ein Grizzly?")
    first, *rest = asked.text.splitlines()
    assert "Grizzly" in first
    assert rest == plain.text.splitlines()

    await chat.photo(GRIZZLY, caption="/label kein Grizzly, sondern ein Teddy")
    assert await chat.labels() == {"grizzly": "absent", "teddy": "present"}


@pytest.mark.parametrize("caption", ["my grizzly", "not a grizzly", "grizzly", "yes", "/help"])
async def test_any_other_caption_is_no_vote(chat: Dialogue, caption: str) -> None:
    """People write captions for people."""
    said = await chat.photo(GRIZZLY, caption=caption)
    assert said.text == "Grizzly — sure, 97%"
    assert await chat.labels() == {}


async def test_a_label_below_a_photo(chat: Dialogue) -> None:
    """Counts as the sender's word, is said back in the answer, and can be undone there."""
    said = await chat.photo(GRIZZLY, caption="/label black bear and teddy")
    assert "You said: black and teddy" in said.text
    assert said.buttons == ["Undo", "Fix labels"]
    assert await chat.labels() == {"black": "present", "teddy": "present", "grizzly": "absent"}
    await chat.tap(said, "Undo")
    assert await chat.labels() == {}


async def test_a_label_below_an_album(chat: Dialogue) -> None:
    """Holds for each of its photos, whichever has the caption."""
    said = await chat.photo(GRIZZLY, "This file is empty.", NONE, caption="/label teddy")
    assert said.text.count("You said: teddy") == 2
    assert [row[:2] for row in await chat.training_labels()].count(("teddy", "present")) == 2


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("polar bear", "I don't know polar bear yet. Add it as a new class?"),
        ("grizly?", "I'm not sure what you mean. Is it a grizzly?"),
        ("", "Tell me what is in the photo"),
        ("the quick brown fox jumps over it all", "Tell me what is in the photo"),
    ],
)
async def test_a_label_that_is_not_understood_is_asked_back(
    chat: Dialogue, words: str, asked: str
) -> None:
    """After the answer; nothing is written down until it is clear."""
    said = await chat.photo(GRIZZLY, caption=f"/label {words}")
    assert said.text.startswith(asked)
    assert chat.messages[-2].text == "Grizzly — sure, 97%"
    assert await chat.labels() == {}


async def test_a_label_as_a_reply(chat: Dialogue) -> None:
    """`/label` also works later, in reply to the answer; then it is noted as words are."""
    said = await chat.photo(GRIZZLY)
    [noted] = await chat.say("/label teddy", to=said)
    assert noted.text.startswith("Noted: teddy yes")
    assert await chat.labels() == {"teddy": "present", "grizzly": "absent"}


async def test_a_label_without_a_photo(chat: Dialogue) -> None:
    """A sentence says what to do first; of an album's photos, to name one."""
    [said] = await chat.say("/label teddy")
    assert said.text == "Send me a photo first, then tell me about my answer."
    album = await chat.photo(GRIZZLY, NONE)
    [said] = await chat.say("/label teddy", to=album)
    assert said.text.startswith("Which photo do you mean?")


async def test_a_late_photo_without_a_caption_changes_no_label(chat: Dialogue) -> None:
    """The former photos keep theirs, the late one has none."""
    first = await chat.photo(GRIZZLY, NONE, caption="/label teddy")
    await chat.photo(NONE, late_to=first)
    assert first.text.count("You said: teddy") == 2
    assert "3. None of my classes." in first.text


async def test_the_first_frame_is_said(chat: Dialogue) -> None:
    """Of what moves, and again whenever the answer is shown anew."""
    said = await chat.photo(GRIZZLY, moves=True)
    assert said.text == "Grizzly — sure, 97%\nIt moves: I looked at the first frame."
    await chat.tap(said, "Right")
    assert "It moves: I looked at the first frame." in said.text


HARD_NAMES = (
    "black_bear",
    "a*b",
    "<b>&",
    "دب_رمادي",
    "🐻‍❄️",
    "бурый_медведь_" * 2 + "ключи",
    "[link](x)",
)


@pytest.mark.parametrize("name", HARD_NAMES)
async def test_any_class_name_can_be_named_and_tapped(chat: Dialogue, name: str) -> None:
    """In words as it is, with spaces; in buttons by a number, never by its name."""
    classes = (name, "other")
    said = await chat.photo(answer(classes, **{name: 0.97}))
    shown = name.replace("_", " ")
    assert said.text.casefold().startswith(shown.casefold())
    await chat.tap(said, "Fix labels")
    actions = [button.action for row in said.reply.buttons for button in row]
    assert all(len(action.encode()) <= 64 and name not in action for action in actions)
    await chat.tap(said, "other")
    await chat.tap(said, "Done")
    assert await chat.labels() == {name: "present", "other": "present"}


async def test_an_old_button_after_a_class_was_removed(chat: Dialogue) -> None:
    """It means the class that stood on it: an answer keeps its version's classes."""
    said = await chat.photo(GRIZZLY)
    await chat.tap(said, "Fix labels")
    chat.models.known["bears"] = ("black", "teddy")
    await chat.tap(said, "teddy")
    await chat.tap(said, "Done")
    assert await chat.labels() == {"grizzly": "present", "teddy": "present", "black": "absent"}


async def test_a_caption_is_read_in_the_persons_language(chat: Dialogue) -> None:
    """Questions and labels, as all other words."""
    chat.language = "de"
    asked = await chat.photo(GRIZZLY, caption="Ist das ein Schwarzbär?")
    assert asked.text.startswith("Nein, das sehe ich nicht: ein Schwarzbär.")
    labelled = await chat.photo(NONE, caption="/label Schwarzbär und Teddybär")
    assert "Du hast gesagt: Schwarzbär und Teddy." in labelled.text
