"""A model that finds a point, in chat: what it says, and what can't be said of it."""

import pytest

from bot.conversation.messages import Picture
from model.point import Point
from tests.bot.conversation.dialogue import GRIZZLY, Dialogue


@pytest.fixture
async def heads(chat: Dialogue) -> Dialogue:
    """Ann's chat, in which `heads` answers from now on."""
    chat.models.known["heads"] = ()
    chat.models.answering["heads"] = "shipped-1"
    [switched] = await chat.say("/model heads")
    assert switched.text == (
        "From now on heads answers here. It finds one point in a photo and knows no classes."
    )
    return chat


async def test_a_photo_is_answered_with_the_point(heads: Dialogue) -> None:
    """In px from the top left corner, quoting the photo; nothing can be tapped."""
    [said] = await heads.point(Point(120.4, 87.6))
    assert said.text == "Heads: the point is 120 px from the left, 88 px from the top."
    assert said.reply.reply_to == "p2"
    assert said.buttons == []


async def test_the_answer_shows_the_point_drawn_on_the_photo(heads: Dialogue) -> None:
    """With words for whoever can't see it; without room for a picture, the words come alone."""
    [said] = await heads.point(Point(1, 2))
    assert said.reply.picture == Picture(
        "photos/sh/sha-1.jpg", "Your photo, with a ring around the point", 640, 480
    )
    [said] = await heads.point(Point(1, 2), room=False)
    assert said.reply.picture is None


async def test_an_album_is_answered_in_one_message(heads: Dialogue) -> None:
    """A line a photo, numbered; a file that is none says so in its line."""
    said, *_ = await heads.point(Point(1, 2), "This file is empty.", Point(3, 4))
    assert said.text == (
        "1. Heads: the point is 1 px from the left, 2 px from the top.\n"
        "2. This file is empty.\n"
        "3. Heads: the point is 3 px from the left, 4 px from the top."
    )


async def test_the_first_frame_is_said(heads: Dialogue) -> None:
    """A model that finds a point looks at no more of what moves either."""
    [said] = await heads.point(Point(1, 2), moves=True)
    assert said.text.endswith("from the top.\nIt moves: I looked at the first frame.")


async def test_an_albums_pictures_follow_its_answer(heads: Dialogue) -> None:
    """One message each with its photo's number, in reply to its photo; none for what is none."""
    words, *pictures = await heads.point(Point(1, 2), "This file is empty.", Point(3, 4))
    assert (words.reply.reply_to, words.reply.picture) == ("p2", None)
    assert [(said.text, said.reply.reply_to) for said in pictures] == [
        ("Photo 1", "p2"),
        ("Photo 3", "p4"),
    ]
    assert all(said.reply.picture for said in pictures)


@pytest.mark.parametrize("words", ["/classes", "/compare", "no, it's a black bear", "yes"])
async def test_what_is_about_classes_is_explained(heads: Dialogue, words: str) -> None:
    """A sentence, and nothing is written down: not of the point, nor of an earlier answer."""
    heads.models.answering["heads"] = "shipped-1"
    await heads.photo(GRIZZLY)
    await heads.point(Point(1, 2))
    [said] = await heads.say(words)
    assert said.text.startswith("Heads answers here. It finds one point in a photo")
    assert await heads.labels() == {}


async def test_a_reply_to_an_earlier_answer_still_counts(heads: Dialogue) -> None:
    """Whoever replies to an answer with classes means that one, whichever model answers now."""
    answer = await heads.photo(GRIZZLY)
    await heads.point(Point(1, 2))
    await heads.say("not a grizzly", to=answer)
    assert await heads.labels() == {"grizzly": "absent"}


async def test_it_cannot_be_retrained_from_chat(heads: Dialogue) -> None:
    """The admin is told why, and what trains it."""
    [said] = await heads.say("/retrain heads", who="admin")
    assert "can't be retrained from chat yet" in said.text


async def test_start_says_what_it_finds(heads: Dialogue) -> None:
    """Beside the models that know classes."""
    [hello] = await heads.say("/start")
    assert "· heads (answers here): one point in a photo" in hello.text
