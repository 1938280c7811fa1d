"""`/why`: what spoke for a class, and what the photo is like."""

import pytest

from model.decision import Answer
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, Message, answer


@pytest.fixture
def kept(chat: Dialogue) -> Dialogue:
    """A chat whose photos are kept."""
    chat.photo_path = "photos/sh/sha.jpg"
    return chat


def pictures(messages: list[Message]) -> list[str | None]:
    return [each.reply.picture.path if each.reply.picture else None for each in messages]


async def test_it_says_and_shows_what_spoke_for_the_class(kept: Dialogue) -> None:
    """In words with the parts that add up, and drawn on the photo."""
    message = await kept.photo(GRIZZLY)

    [told] = await kept.say("/why", message)

    assert told.text == (
        "Grizzly: 99%. Orange speaks for it, blue against it. What speaks for it most is in the "
        "upper left. The photo adds 6.0 to a start of -1.0. The sum, 5.0, is the score: the "
        "parts drawn add up to it exactly."
    )
    assert pictures([told]) == ["photos/sh/sha-why.jpg"]
    assert told.reply.answers == message.reply.answers


@pytest.mark.parametrize(
    ("seen", "words", "asked"),
    [
        (answer(teddy=0.91, black=0.72), "/why", "teddy"),
        (ASKED, "/why", "grizzly"),
        (NONE, "/why", "teddy"),
        (GRIZZLY, "/why black", "black"),
    ],
    ids=["the first one named", "the one asked about", "the closest one", "the one in the words"],
)
async def test_which_class_is_meant(kept: Dialogue, seen: Answer, words: str, asked: str) -> None:
    """Without a class, the one that the answer is about."""
    await kept.photo(seen)
    await kept.say(words)

    assert kept.explaining.asked == [(asked, "photos/sh/sha.jpg")]


async def test_a_class_that_is_none(kept: Dialogue) -> None:
    """The classes are listed."""
    await kept.photo(GRIZZLY)

    [told] = await kept.say("/why polar bear")

    assert told.text == "I don't know polar bear. My classes are grizzly, black and teddy."


async def test_another_version_than_the_one_that_answered_says_so(kept: Dialogue) -> None:
    """The version that answers now looks at the photo."""
    await kept.photo(GRIZZLY)
    kept.models.answering["bears"] = "7"

    [told] = await kept.say("/why")

    assert told.text.endswith("Version 7, which answers now, sees it so.")


async def test_without_room_for_the_drawing_the_words_come_alone(kept: Dialogue) -> None:
    """A full disk costs the picture only."""
    kept.explaining.room = False
    await kept.photo(GRIZZLY)

    [told] = await kept.say("/why")

    assert told.text.startswith("Grizzly")
    assert pictures([told]) == [None]


async def test_a_photo_that_is_not_kept(chat: Dialogue) -> None:
    """Then nothing can be looked at again, and a sentence says so."""
    await chat.photo(GRIZZLY)

    [told] = await chat.say("/why")

    assert told.text == "The photo is gone."


async def test_of_an_album_one_photo_is_meant(kept: Dialogue) -> None:
    """Which one is asked back; before any photo there is nothing to ask."""
    [before] = await kept.say("/why")
    album = await kept.photo(GRIZZLY, NONE)

    [told] = await kept.say("/why", album)

    assert before.text == "Send me a photo first, then tell me about my answer."
    assert told.text == "Which photo do you mean? Reply to one of the photos with /why."


async def test_the_owner_gets_the_most_alike_of_their_own(kept: Dialogue) -> None:
    """With likeness and what people said of them; no photo of anybody else's."""
    await kept.elsewhere("2").photo(NONE, who="bob", looks=(1.0, 0.1))
    await kept.photo(GRIZZLY, looks=(0.0, 1.0))
    await kept.say("it's a teddy")
    message = await kept.photo(GRIZZLY, looks=(1.0, 1.0))

    [_, alike] = await kept.say("/why", message)

    assert alike.text == (
        "One of the most alike photos that I keep (likeness 0.71). People said: teddy, no grizzly."
    )
    assert pictures([alike]) == ["photos/sh/sha.jpg"]


async def test_an_admin_gets_the_most_alike_of_all_photos(kept: Dialogue) -> None:
    """Three of them at most, the most alike first."""
    for number in range(4):
        theirs = kept.elsewhere(str(number))
        await theirs.photo(NONE, who="bob", looks=(1.0, number / 10))
    await kept.photo(GRIZZLY, who="admin", looks=(1.0,))

    [_, *alike] = await kept.say("/why", who="admin")

    assert [each.text[-7:-2] for each in alike] == [" 1.00", " 1.00", " 0.98"]


async def test_others_in_a_group_get_no_photos(group: Dialogue) -> None:
    """Bob may ask why, and sees the photo that he saw already, but none of Ann's others."""
    group.photo_path = "photos/sh/sha.jpg"
    await group.photo(NONE, looks=(1.0,))
    message = await group.photo(GRIZZLY, looks=(1.0,))

    assert len(await group.say("/why", message, who="bob")) == 1
    assert len(await group.say("/why", message, who="ann")) == 2


async def test_a_renamed_class_is_explained_by_the_version_s_own(kept: Dialogue) -> None:
    """By either name, and called as it is now."""
    await kept.photo(GRIZZLY)
    await kept.say("/rename grizzly brown bear", who="admin")

    for words in ("/why", "/why brown bear", "/why grizzly"):
        assert (await kept.say(words))[0].text.startswith("Brown bear: ")

    assert {name for name, _ in kept.explaining.asked} == {"grizzly"}
