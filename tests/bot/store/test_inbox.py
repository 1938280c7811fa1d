from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.messages import Incoming, Photo, Reply
from bot.store import inbox, outbox, people
from bot.store.clock import later
from bot.store.engine import Store
from bot.store.tables import Inbox

TEXT = Incoming("memory", "0", "text", chat="1", sender="1", message="0", text="hello")


def update(number: int, chat: str = "1", **changes: object) -> Incoming:
    return replace(TEXT, external_id=f"{number}", message=f"{number}", chat=chat, **changes)


def photo(number: int, album: str | None = None, chat: str = "1") -> Incoming:
    return update(number, chat, kind="photo", photo=Photo(f"ref{number}"), group=album)


async def add(session: AsyncSession, *incomings: Incoming, wait_s: float = -1.0) -> None:
    for incoming in incomings:
        assert await inbox.add(session, incoming, later(wait_s))


async def claim_due(session: AsyncSession, limit: int = 100) -> list[list[str]]:
    """Claim what is due; the external ids of each claim."""
    claims = await inbox.due(session, ["memory"], limit)
    await inbox.claim(session, [row for claim in claims for row in claim.ids])
    return [[one.external_id for one in claim.incomings] for claim in claims]


async def test_the_same_update_is_saved_once(store: Store) -> None:
    """A platform that repeats itself is told so, by channel and external id."""
    async with store.writing() as session:
        assert await inbox.add(session, update(1), later(0)) is not None
        assert await inbox.add(session, update(1, text="other"), later(0)) is None
        assert await inbox.add(session, update(1, channel="telegram"), later(0)) is not None


async def test_an_update_can_be_saved_as_claimed(store: Store) -> None:
    """Its attempt is counted; nobody else claims it, and after a crash it waits again."""
    async with store.writing() as session:
        await people.set_model(session, "memory:1", "pascal")
        added = await inbox.add(session, photo(1), later(0), claimed=True)

        assert added is not None
        claim = added.claim
        assert claim.incomings == (photo(1),)
        assert (claim.attempts, claim.model) == (0, "pascal")
        assert await claim_due(session) == []
        await inbox.take_up(session)
        [again] = await inbox.due(session, ["memory"], 10)
        assert (again.ids, again.attempts) == (claim.ids, 1)


async def test_an_update_comes_back_as_it_was_saved(store: Store) -> None:
    """Everything that a person did is in the claim, with the model of the chat."""
    tap = update(1, kind="tap", action="right:7", sender_name="Ann", reply_to="m", tap_id="t")
    async with store.writing() as session:
        await people.set_model(session, "memory:1", "pascal")
        await add(session, tap, photo(2, chat="2"))
        first, second = await inbox.due(session, ["memory"], 10)

    assert first.incomings == (tap,)
    assert (first.model, second.model) == ("pascal", None)
    assert second.first.photo == Photo("ref2")


async def test_what_is_claimed_is_not_claimed_again(store: Store) -> None:
    """Updates are claimed in the order of arrival, as many as are asked for."""
    async with store.writing() as session:
        await add(session, update(1), update(2, "2"), update(3))

        assert await claim_due(session, limit=2) == [["1"], ["2"]]
        assert await claim_due(session, limit=2) == [["3"]]
        assert await claim_due(session, limit=2) == []


async def test_an_update_waits_for_its_time(store: Store) -> None:
    """What is not due yet is left."""
    async with store.writing() as session:
        await add(session, update(1), wait_s=3600)
        await add(session, update(2), wait_s=60)

        assert await claim_due(session) == []


async def test_an_album_is_claimed_whole(store: Store) -> None:
    """Whatever the limit, and in spite of what came in between; one claim has all photos."""
    async with store.writing() as session:
        await add(session, photo(1, "album"), update(2), photo(3, "album"), photo(4, "album"))

        assert await claim_due(session, limit=1) == [["1", "3", "4"]]
        assert await claim_due(session, limit=1) == [["2"]]


async def test_an_album_waits_for_its_newest_photo(store: Store) -> None:
    """As long as one photo has to wait, all do, but nothing else does."""
    async with store.writing() as session:
        await add(session, photo(1, "album"), update(2))
        await add(session, photo(3, "album"), wait_s=60)

        assert await claim_due(session) == [["2"]]


async def test_a_late_photo_waits_until_the_rest_of_its_album_is_done(store: Store) -> None:
    """Then there is a message that it can be added to."""
    async with store.writing() as session:
        await add(session, photo(1, "album"))
        [first] = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, first.ids)
        await add(session, photo(2, "album"))

        assert await claim_due(session) == []
        await inbox.finish(session, first.ids)
        assert await claim_due(session) == [["2"]]


async def test_albums_are_told_apart_by_their_chats(store: Store) -> None:
    """Two chats may happen to have albums of the same id."""
    async with store.writing() as session:
        await add(session, photo(1, "album"), photo(2, "album", chat="2"))

        assert await claim_due(session) == [["1"], ["2"]]


async def test_words_within_an_album_are_answered_by_themselves(store: Store) -> None:
    """Only photos are put together."""
    async with store.writing() as session:
        await add(session, photo(1, "album"), update(2, group="album"))

        assert await claim_due(session) == [["1"], ["2"]]


async def test_updates_of_a_channel_that_is_not_there_wait(store: Store) -> None:
    """Started once without its token, the bot loses nothing of that platform."""
    async with store.writing() as session:
        await add(session, update(1, channel="telegram"), update(2))

        assert await claim_due(session) == [["2"]]


@pytest.mark.parametrize(("counts", "attempts"), [(True, 1), (False, 0)])
async def test_what_is_put_back_waits_and_may_count(
    store: Store, counts: bool, attempts: int
) -> None:
    """An attempt counts when it is claimed, unless nothing came of it that was our fault."""
    async with store.writing() as session:
        await add(session, update(1))
        [claim] = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, claim.ids)
        await inbox.release(session, claim.ids, later(-1), "broke", counts=counts)

        [again] = await inbox.due(session, ["memory"], 10)

    assert (claim.attempts, again.attempts) == (0, attempts)


async def test_after_a_crash_what_was_not_answered_waits_again(store: Store) -> None:
    """What is claimed and has no stored reply; not what is done, or only has to be sent."""
    async with store.writing() as session:
        await add(session, *(update(number) for number in range(1, 4)))
        await add(session, photo(4, "album"), photo(5, "album"))
        one, two, three, album = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, [*one.ids, *two.ids, *three.ids, *album.ids])
        await outbox.add(session, "memory:1", Reply("…"), two.ids[0])
        await inbox.finish(session, three.ids)
        await outbox.add(session, "memory:1", Reply("…"), album.ids[0])

        await inbox.take_up(session)

        assert await claim_due(session) == [["1"]]
        assert await inbox.claimed_with(session, album.ids[0]) == list(album.ids)
        assert await inbox.claimed_with(session, two.ids[0]) == list(two.ids)


async def test_after_a_crash_a_late_photo_is_not_taken_for_answered(store: Store) -> None:
    """The album's first answer is stored; the photo that was claimed later has none."""
    async with store.writing() as session:
        await add(session, photo(1, "album"))
        [first] = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, first.ids)
        await outbox.add(session, "memory:1", Reply("…"), first.ids[0])
        await inbox.finish(session, first.ids)
        await add(session, photo(2, "album"))
        [late] = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, late.ids)

        await inbox.take_up(session)

        assert await claim_due(session) == [["2"]]


async def test_photos_are_needed_until_they_are_done(store: Store) -> None:
    """Also while they are at work; words name no photo."""
    async with store.writing() as session:
        await add(session, photo(1), photo(2), update(3))
        first, *_ = await inbox.due(session, ["memory"], 10)
        await inbox.claim(session, first.ids)
        assert await inbox.photos_needed(session) == {"ref1", "ref2"}

        await inbox.finish(session, first.ids)
        assert await inbox.photos_needed(session) == {"ref2"}


async def test_a_finished_update_is_kept(store: Store) -> None:
    """So that its repetition is known, and what went wrong before can be read."""
    async with store.writing() as session:
        await add(session, update(1))
        [claim] = await inbox.due(session, ["memory"], 10)
        await inbox.release(session, claim.ids, later(-1), "broke", counts=True)
        await inbox.claim(session, claim.ids)
        await inbox.finish(session, claim.ids)

        row = await session.get_one(Inbox, claim.ids[0])
        assert row.done_at is not None
        assert row.error == "broke"
        assert await inbox.add(session, update(1), later(0)) is None
