import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import training_runs
from bot.store.engine import Store
from bot.store.tables import TrainingRun


async def request(session: AsyncSession, model: str = "bears") -> TrainingRun:
    return await training_runs.request(session, model, "memory:1", "memory:1")


async def test_a_run_waits_until_it_is_started(store: Store) -> None:
    """The oldest request is the next; nothing waits when all have started."""
    async with store.writing() as session:
        assert await training_runs.waiting(session) is None
        first, second = await request(session), await request(session)

        assert await training_runs.waiting(session) is first
        await training_runs.update(session, first.id, status="running")
        assert await training_runs.waiting(session) is second
        await training_runs.update(session, second.id, status="running")
        assert await training_runs.waiting(session) is None


@pytest.mark.parametrize(
    ("status", "is_active"),
    [
        ("waiting", True),
        ("running", True),
        ("cancelling", True),
        ("promoted", False),
        ("refused", False),
        ("failed", False),
        ("cancelled", False),
        ("interrupted", False),
    ],
)
async def test_a_run_is_active_until_it_ended(store: Store, status: str, is_active: bool) -> None:
    """A run that ended has a time of ending and gives way to the next."""
    async with store.writing() as session:
        run = await request(session)
        await training_runs.update(session, run.id, status=status, why="because")
    async with store.reading() as session:
        active = await training_runs.active(session)
        stored = await session.get_one(TrainingRun, run.id)

    assert (active is not None) == is_active
    assert (stored.ended_at is None) == is_active
    assert stored.why == "because"


@pytest.mark.parametrize("status", ["waiting", "running"])
async def test_a_run_can_be_cancelled_until_it_ended(store: Store, status: str) -> None:
    """Cancelling asks once; the run is active until whoever follows it says that it stopped."""
    async with store.writing() as session:
        run = await request(session)
        await training_runs.update(session, run.id, status=status)

        assert await training_runs.cancel(session, run.id) is True
        assert await training_runs.cancel(session, run.id) is False
    async with store.reading() as session:
        active = await training_runs.active(session)

    assert active is not None
    assert active.status == "cancelling"


async def test_what_ended_is_not_cancelled(store: Store) -> None:
    """A late tap on Cancel changes nothing."""
    async with store.writing() as session:
        run = await request(session)
        await training_runs.update(session, run.id, status="promoted", version="1")

        assert await training_runs.cancel(session, run.id) is False
        assert await training_runs.cancel(session, run.id + 1) is False


async def test_the_latest_run_is_that_of_the_model(store: Store) -> None:
    """Other models' runs don't count."""
    async with store.writing() as session:
        await request(session)
        mine = await request(session)
        await request(session, "pascal")

        assert await training_runs.latest(session, "bears") is mine
        assert await training_runs.latest(session, "cats") is None
