"""`/review` in chat: what waits, in which order, and what an admin's word does."""

import pytest
from sqlalchemy import text, update

from bot.settings import Settings
from bot.store import trust
from bot.store.engine import Store
from bot.store.forgetting import erase, request
from bot.store.tables import Person, Statement
from bot.store.training_runs import new_corrections
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue, Message, answer

CLOSE = answer(grizzly=0.55)


@pytest.fixture
def chat(store: Store) -> Dialogue:
    """Ann's chat; photos are kept."""
    return Dialogue(store, Settings(admins="memory:admin,memory:boss"), photo_path="photos/a.jpg")


async def review(chat: Dialogue, who: str = "admin", words: str = "") -> Message:
    """What an admin is shown first, in a chat of their own."""
    desk = chat.elsewhere(who)
    [shown] = await desk.say(f"/review {words}".strip(), who=who)
    return shown


async def differ(chat: Dialogue, *, same: str = "one") -> None:
    """Ann says that it is a grizzly, Bob says of the same photo that it is not."""
    for who, words in {"ann": "yes", "bob": "not a grizzly"}.items():
        await speak(chat, who, words, same)


async def speak(chat: Dialogue, who: str, words: str, same: str = "one") -> None:
    """Somebody sends the photo of a grizzly to their own chat, and says something of it."""
    theirs = chat.elsewhere(f"{who} {same}")
    await theirs.photo(GRIZZLY, same=same, who=who)
    await theirs.say(words, who=who)


async def test_a_contradiction_is_shown_with_its_photo_and_why(chat: Dialogue) -> None:
    """The photo, what the model said, why it waits, and everything that can be said of it."""
    await differ(chat)

    shown = await review(chat)

    assert shown.text.splitlines() == [
        "Grizzly — sure, 97%",
        "It waits because people differ on grizzly.",
        "It is the last one.",
    ]
    assert shown.buttons == ["Grizzly", "Right", "Fix labels", "None", "Skip"]
    assert shown.reply.picture is not None
    assert shown.reply.picture.path == "photos/a.jpg"


async def test_the_order_is_what_teaches_most(chat: Dialogue, store: Store) -> None:
    """Contradictions, words that a version disbelieves, a sure twin, a close call."""
    await chat.photo(GRIZZLY, same="clear")
    await chat.photo(CLOSE, same="close")
    await chat.photo(ASKED, same="asked")
    await chat.photo(NONE, same="twin", twin="black")
    await differ(chat, same="differ")
    await chat.photo(GRIZZLY, same="doubted")
    await chat.say("not a grizzly")
    await _say_long_ago(store)
    async with store.writing() as session:
        twins = text("""UPDATE answer SET twin = '{"label": "black", "scores": {"black": 0.96}}'
            WHERE photo_sha256 = 'twin'""")
        await session.execute(twins)
    chat.models.replayed = {"shipped-1": GRIZZLY}
    desk, reasons = chat.elsewhere("desk"), []

    [shown] = await desk.say("/review", who="admin")
    while "It waits" in shown.text:
        reasons += [line for line in shown.text.splitlines() if line.startswith("It waits")]
        await desk.tap(shown, "Skip", who="admin")
        shown = desk.messages[-1]

    assert reasons == [
        "It waits because people differ on grizzly.",
        "It waits because somebody's word on grizzly may be wrong: I had it to learn from, and am "
        "still 97% sure of the opposite.",
        "It waits because my twin, which must choose, is 96% sure of black.",
        "It waits because it was a close call: a grizzly, or not.",
        "It waits because it was a close call: a grizzly, or not.",
    ]
    assert shown.text == "Nothing waits for review. Thank you!"


async def _say_long_ago(store: Store) -> None:
    """So that a version made since could learn from it."""
    async with store.writing() as session:
        await session.execute(update(Statement).values(said_at="2026-01-01T00:00:00.000000+00:00"))


async def test_a_new_word_against_the_model_is_no_doubt(chat: Dialogue) -> None:
    """A correction that no version could learn from yet waits for training, not for review."""
    await chat.photo(GRIZZLY)
    await chat.say("not a grizzly")
    chat.models.replayed = {"shipped-1": GRIZZLY}
    chat.models.made_at = "2026-01-01T00:00:00+00:00"

    assert (await review(chat)).text == "Nothing waits for review. Thank you!"


@pytest.mark.parametrize("voices", [0, 6])
async def test_an_admin_s_word_settles_a_contradiction(
    chat: Dialogue, store: Store, voices: int
) -> None:
    """However many differ: training reads the admin's word, and the next photo follows."""
    await chat.photo(CLOSE, same="another")
    await differ(chat)
    for number in range(voices):
        await speak(chat, f"more{number}", "yes" if number % 2 else "not a grizzly")
    desk = chat.elsewhere("desk")
    [shown] = await desk.say("/review", who="admin")

    await desk.tap(shown, "None", who="admin")

    assert "✓ You said: none of my classes." in shown.text
    assert shown.buttons == ["Undo", "Fix labels"]
    assert "close call" in desk.messages[-1].text
    async with store.reading() as session:
        assert await trust.contradictions(session, "bears") == []
        decided = await trust.decided(session, "bears", 10)
    assert decided["one"] == {"grizzly": "absent", "black": "absent", "teddy": "absent"}


@pytest.mark.parametrize(
    ("label", "state"), [("Right", "absent"), ("None", "absent"), ("Fix labels", "present")]
)
async def test_a_class_to_be_learned_is_settled_too(
    chat: Dialogue, store: Store, label: str, state: str
) -> None:
    """People differ on a kite, which the model does not know yet: judging the photo decides it."""
    answered = await chat.photo(GRIZZLY, same="one")
    await chat.tap(answered, "Fix labels")
    await chat.tap(answered, "New class…")
    [listed] = await chat.say("kite", answered)
    await chat.tap(listed, "Done")
    await speak(chat, "bob", "not a kite")
    desk = chat.elsewhere("desk")
    [shown] = await desk.say("/review", who="admin")
    assert "people differ on kite" in shown.text

    await desk.tap(shown, label, who="admin")
    if label == "Fix labels":
        await desk.tap(shown, "kite", who="admin")
        await desk.tap(shown, "Done", who="admin")

    async with store.reading() as session:
        assert await trust.contradictions(session, "bears") == []
        assert (await trust.decided(session, "bears", 1))["one"]["kite"] == state


async def test_undo_brings_it_back(chat: Dialogue, store: Store) -> None:
    """The buttons are there again, and so is the contradiction; no second photo follows."""
    await differ(chat)
    desk = chat.elsewhere("desk")
    [shown] = await desk.say("/review", who="admin")
    await desk.tap(shown, "Right", who="admin")
    count = len(desk.messages)

    await desk.tap(shown, "Undo", who="admin")

    assert "Skip" in shown.buttons
    assert len(desk.messages) == count
    async with store.reading() as session:
        assert await trust.contradictions(session, "bears") == [("one", "grizzly")]


async def test_words_and_slash_undo_work_as_anywhere(chat: Dialogue) -> None:
    """A reply in words judges, the next photo follows, and /undo takes it back."""
    await chat.photo(CLOSE, same="one")
    await chat.photo(CLOSE, same="two")
    desk = chat.elsewhere("desk")
    await desk.say("/review", who="admin")

    noted, following = await desk.say("it's a teddy", who="admin")
    assert noted.text.startswith("Noted: teddy yes")
    assert "It is the last one." in following.text
    [undone] = await desk.say("/undo", noted, who="admin")

    assert undone.text.startswith("Undone")
    assert (await review(chat, "boss")).text.endswith("After it: 1 photo.")


async def test_skipped_waits_no_more_until_undone(chat: Dialogue, store: Store) -> None:
    """A skip says nothing of the photo, is no correction, and can be taken back."""
    await differ(chat)
    desk = chat.elsewhere("desk")
    [shown] = await desk.say("/review", who="admin")

    await desk.tap(shown, "Skip", who="admin")
    assert desk.messages[-1].text == "Nothing waits for review. Thank you!"
    async with store.reading() as session:
        assert await trust.contradictions(session, "bears") == [("one", "grizzly")]
        assert await new_corrections(session, "bears", 1.0) == 1  # Bob's
    await desk.tap(shown, "Undo", who="admin")

    assert "people differ" in (await review(chat)).text


async def test_the_later_of_two_admins_settles(chat: Dialogue, store: Store) -> None:
    """What one admin settled, another can settle otherwise: their word is the later one."""
    await differ(chat)
    desk, other = chat.elsewhere("desk"), chat.elsewhere("other")
    [first] = await desk.say("/review", who="admin")
    [second] = await other.say("/review", who="boss")
    await desk.tap(first, "None", who="admin")
    await other.tap(second, "Right", who="boss")

    async with store.reading() as session:
        decided = await trust.decided(session, "bears", 10)
    assert decided["one"]["grizzly"] == "present"


async def test_who_settles_is_the_measure(chat: Dialogue, store: Store) -> None:
    """A word in review costs the admin no trust, however many people it contradicts."""
    desk = chat.elsewhere("desk")
    for number in range(12):
        await differ(chat, same=f"p{number}")
        await speak(chat, "cem", "yes", f"p{number}")
        await speak(chat, "dan", "not a grizzly", f"p{number}")
    [shown] = await desk.say("/review", who="admin")
    for _ in range(12):
        await desk.tap(shown, "None", who="admin")
        shown = desk.messages[-1]

    async with store.writing() as session:
        await trust.measure(session)
        people = ("admin", "bob", "ann")
        admin, bob, ann = [await session.get_one(Person, f"memory:{each}") for each in people]
    assert admin.trust == bob.trust == 1.0
    assert ann.trust < 1.0


async def test_nothing_moves_in_the_sender_s_chat(chat: Dialogue) -> None:
    """Ann's message and her own word stay as they are; review is the admin's business."""
    answered = await chat.photo(CLOSE, same="one")
    before = answered.text
    shown = await review(chat)
    desk = chat.elsewhere("admin")
    desk.messages = [shown]

    await desk.tap(shown, "None", who="admin")

    assert answered.text == before
    [undone] = await chat.say("/undo")
    assert undone.text == "There is nothing to undo."


async def test_other_people_s_photos_are_not_shown_in_a_group(chat: Dialogue) -> None:
    """An admin who asks in a group is asked into a private chat; who is no admin is refused."""
    await differ(chat)
    group = chat.elsewhere("group", private=False)

    [told] = await group.say("/review", who="admin")
    [refused] = await chat.say("/review", who="ann")

    assert told.text.startswith("Please ask me that in a chat of our own")
    assert refused.text.startswith("Only an admin can do that.")


async def test_somebody_else_s_tap_on_skip_is_refused(chat: Dialogue) -> None:
    """Nobody but an admin takes a photo out of the queue, whatever their machine sends."""
    own = await chat.photo(CLOSE, same="one")

    await chat.act(own, f"skip:{own.reply.answers[0]}")

    assert own.notice.startswith("Only an admin can do that.")
    assert "close call" in (await review(chat)).text


async def test_only_models_with_classes_have_a_queue(chat: Dialogue) -> None:
    """A model that finds a point, or one that is not there, is answered in words."""
    chat.models.known["heads"] = ()

    assert "review is about classes" in (await review(chat, words="heads")).text
    assert (await review(chat, words="cats")).text.startswith("I have no model cats.")


async def test_photos_that_are_not_kept_do_not_wait(chat: Dialogue) -> None:
    """There would be nothing to look at."""
    chat.photo_path = None
    await chat.photo(CLOSE, same="one")

    assert (await review(chat)).text == "Nothing waits for review. Thank you!"


async def test_what_was_shown_is_forgotten_with_its_sender(chat: Dialogue, store: Store) -> None:
    """When Ann is forgotten, the answer that the admin was shown, and the word on it, go too."""
    await chat.photo(CLOSE, same="one")
    shown = await review(chat)
    desk = chat.elsewhere("admin")
    desk.messages = [shown]
    await desk.tap(shown, "None", who="admin")

    async with store.writing() as session:
        ann = await session.get_one(Person, "memory:ann")
        await erase(session, await request(session, ann, None))

    for table in ("answer", "photo", "statement"):
        async with store.reading() as session:
            assert (await session.scalar(text(f"SELECT count(*) FROM {table}"))) == 0  # noqa: S608


async def test_figures_count_no_answer_twice(chat: Dialogue) -> None:
    """An answer shown for review was given once."""
    await chat.photo(CLOSE, same="one")
    await review(chat)

    [told] = await chat.elsewhere("admin").say("/stats", who="admin")

    assert "· answers: 1 (0% none of my classes), photos: 1" in told.text
