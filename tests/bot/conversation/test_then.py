"""`/then`: the time machine."""

from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, answer


async def test_each_version_says_what_it_sees(chat: Dialogue) -> None:
    """In reply to an old answer: all versions, oldest first, and which one answers now."""
    chat.models.replayed = {"shipped-1": NONE, "1": answer(grizzly=0.97, teddy=0.6)}
    old = await chat.photo(GRIZZLY)
    await chat.photo(NONE)

    [told] = await chat.say("/then", old)

    assert told.text.splitlines() == [
        "What the versions of bears say of it:",
        "· shipped-1 (answers now): none of my classes",
        "· 1: grizzly (97%) and teddy (60%)",
    ]
    assert told.reply.answers == old.reply.answers


async def test_a_version_on_another_backbone_is_left_out_and_said_so(chat: Dialogue) -> None:
    """It can't judge by figures that it did not make."""
    chat.models.replayed = {"shipped-1": ASKED}
    await chat.photo(GRIZZLY)

    [told] = await chat.say("/then")

    assert told.text.splitlines()[1:] == [
        "· shipped-1 (answers now): perhaps grizzly",
        "· 1: left out, it sees with another backbone than the one that saw this photo",
    ]


async def test_a_deleted_version_does_not_silence_the_others(chat: Dialogue) -> None:
    """One that went between the list and the question, or is damaged: in words, without a path."""
    chat.models.replayed, chat.models.damaged = {"shipped-1": NONE}, {"1"}
    await chat.photo(GRIZZLY)

    [told] = await chat.say("/then")

    assert told.text.splitlines()[1:] == [
        "· shipped-1 (answers now): none of my classes",
        "· 1: left out, it was deleted or is damaged",
    ]


async def test_an_album_is_numbered(chat: Dialogue) -> None:
    """A line a version, with all photos of the album."""
    chat.models.replayed = {"shipped-1": GRIZZLY, "1": NONE}
    album = await chat.photo(GRIZZLY, NONE)

    [told] = await chat.say("/then", album)

    assert told.text.splitlines()[1] == (
        "· shipped-1 (answers now): 1. grizzly (97%); 2. grizzly (97%)"
    )


async def test_without_an_answer_there_is_nothing_to_ask(chat: Dialogue) -> None:
    """A photo comes first."""
    [told] = await chat.say("/then")

    assert told.text == "Send me a photo first, then tell me about my answer."
