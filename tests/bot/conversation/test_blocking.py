"""Keeping the trolls out: `/block`, `/unblock`, so many words an hour, and trust."""

import pytest
from sqlalchemy import update

from bot.store.engine import Store
from bot.store.tables import Person
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue


async def test_a_blocked_person_s_words_count_no_more(chat: Dialogue, store: Store) -> None:
    """What Ann said before trains nothing and is told to nobody; Unblock brings it back."""
    await chat.photo(GRIZZLY, same="one")
    await chat.say("not a grizzly")
    admin = chat.elsewhere("2")

    [told] = await admin.say("/block memory:ann", who="admin")
    assert told.text == (
        "Ann is blocked: I take nothing more from them, and what they said of 1 photo counts no "
        "more. /unblock memory:ann undoes it."
    )
    assert await chat.labels() == {}
    assert (await chat.photo(GRIZZLY, same="one")).text == "Grizzly — sure, 97%"

    [told] = await admin.say("/unblock Ann", who="admin")
    assert told.text == "Ann is not blocked any more, and what they said counts again."
    assert await chat.labels() == {"grizzly": "absent"}


@pytest.mark.parametrize("theirs", ["words", "photo", "answer"])
async def test_a_reply_says_who_is_meant(group: Dialogue, theirs: str) -> None:
    """In reply to Bob's words, to his photo, or to the answer to it: Bob is blocked."""
    answered = await group.photo(GRIZZLY, who="bob")
    photo_id = answered.reply.reply_to or ""
    await group.say("hello there", who="bob")
    ids = {"words": f"p{group.heard}", "photo": photo_id, "answer": answered.id}

    [told] = await group.say("/block", to=group.message(ids[theirs]), who="admin")

    assert told.text.startswith("Bob is blocked")


async def test_alone_it_lists_who_spoke(chat: Dialogue, store: Store) -> None:
    """With key, photos, weight and whether they are blocked; the last one to speak comes first."""
    await chat.photo(GRIZZLY)
    await chat.say("not a grizzly")
    await chat.photo(NONE, who="bob")
    await chat.say("a teddy", who="bob")
    async with store.writing() as session:
        await session.execute(update(Person).where(Person.id == "memory:bob").values(trust=0.5))
    await chat.say("/block memory:ann", who="admin")

    [told] = await chat.say("/block", who="admin")

    assert told.text.splitlines()[1:] == [
        "· Bob (memory:bob), spoke of 1 photo, weighs 50%",
        "· Ann (memory:ann), spoke of 1 photo, blocked",
    ]


async def test_nobody_blocks_an_admin_nor_somebody_unknown(chat: Dialogue) -> None:
    """Both are said, and nothing is done."""
    [admin] = await chat.say("/block memory:admin", who="admin")
    [nobody] = await chat.say("/block Zoe", who="admin")
    [refused] = await chat.say("/block memory:ann", who="bob")

    assert admin.text == "Nobody blocks an admin."
    assert nobody.text.startswith("I don't know who Zoe is.")
    assert refused.text.startswith("Only an admin can do that.")


async def test_a_name_that_two_people_have_means_neither(chat: Dialogue) -> None:
    """Their keys tell them apart."""
    chat.names = {"ann": "Kim", "bob": "Kim"}
    await chat.say("hello")
    await chat.say("hello", who="bob")

    [told] = await chat.say("/block Kim", who="admin")

    assert told.text.startswith("I don't know who Kim is.")


async def test_so_many_corrections_an_hour(chat: Dialogue) -> None:
    """The third correction of an hour is not taken, in friendly words; an admin has no limit."""
    chat.settings = chat.settings.model_copy(update={"corrections_per_hour": 2})
    message = await chat.photo(GRIZZLY)
    await chat.say("not a grizzly")
    await chat.say("a teddy")

    [told] = await chat.say("it's black")
    [admin] = await chat.say("it's black", message, who="admin")

    assert told.text == (
        "Thank you, that was a lot: 2 corrections in an hour is the most I take from one person. "
        "Tell me the rest later, please."
    )
    assert admin.text.startswith("Noted")
    assert ("black", "present", 1.0) not in await chat.training_labels()


async def test_the_mistrusted_convince_no_other_chat_and_are_told_nothing(
    chat: Dialogue, store: Store
) -> None:
    """When Bob's words have been wrong often, then he sees no difference, and others are spared."""
    for number, who in enumerate(["ann", "bob"]):
        theirs = chat.elsewhere(str(number))
        await theirs.photo(NONE, same="one", who=who)
        await theirs.say("a grizzly", who=who)
    async with store.writing() as session:
        await session.execute(update(Person).where(Person.id == "memory:bob").values(trust=0.5))

    assert (await theirs.photo(NONE, same="one", who="bob")).text == "You told me: grizzly."
    other = await chat.elsewhere("9").photo(NONE, same="one", who="cem")
    assert other.text.startswith("None of my classes.")
