"""Training runs that were asked for in chat, from the question to the outcome.

waiting -> running -> promoted, refused, failed or interrupted. Before, it may be `asked`: whether
to train. `cancelling` is what a run is between somebody's word to stop and its end as `cancelled`.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.clock import now
from bot.store.tables import Person, Statement, TrainingRun

ACTIVE = ("waiting", "running", "cancelling")


async def request(
    session: AsyncSession, model: str, chat_id: str, person_id: str, status: str = "waiting"
) -> TrainingRun:
    """A new run, waiting to be started, or `asked`: waiting for somebody's word."""
    run = TrainingRun(
        model=model, chat_id=chat_id, person_id=person_id, status=status, created_at=now()
    )
    session.add(run)
    await session.flush()
    return run


async def active(session: AsyncSession) -> TrainingRun | None:
    """The oldest run that has not ended."""
    return await _oldest(session, *ACTIVE)


async def waiting(session: AsyncSession) -> TrainingRun | None:
    """The oldest run that has not started."""
    return await _oldest(session, "waiting")


async def _oldest(session: AsyncSession, *statuses: str) -> TrainingRun | None:
    runs = sa.select(TrainingRun).where(TrainingRun.status.in_(statuses))
    return await session.scalar(runs.order_by(TrainingRun.id).limit(1))


async def by_id(session: AsyncSession, run_id: int) -> TrainingRun | None:
    """The run, if there is one with this id."""
    return await session.get(TrainingRun, run_id)


async def latest(session: AsyncSession, model: str) -> TrainingRun | None:
    """The newest run of a model, whatever became of it."""
    runs = sa.select(TrainingRun).where(TrainingRun.model == model)
    return await session.scalar(runs.order_by(TrainingRun.id.desc()).limit(1))


async def cancel(session: AsyncSession, run_id: int) -> bool:
    """Ask a run that is waiting or running to stop; False if it is neither.

    Who follows the run sees `cancelling`, stops it and sets `cancelled`.
    """
    asked = await session.execute(
        sa.update(TrainingRun)
        .where(TrainingRun.id == run_id, TrainingRun.status.in_(("waiting", "running")))
        .values(status="cancelling")
        .returning(TrainingRun.id)
    )
    return asked.first() is not None


async def update(session: AsyncSession, run_id: int, **columns: Any) -> None:
    """Set columns of a run. A status that is not one of `ACTIVE` ends it: `ended_at` is set too."""
    ended = "status" in columns and columns["status"] not in ACTIVE
    values = {**columns, "ended_at": now()} if ended else columns
    await session.execute(sa.update(TrainingRun).where(TrainingRun.id == run_id).values(**values))


async def accept(session: AsyncSession, run_id: int, person_id: str) -> bool:
    """Yes to the question whether to train: the run waits; False if that is settled already.

    It is settled when somebody said yes, or when a later run of the model came.
    """
    later = aliased(TrainingRun)
    newer = sa.exists().where(later.model == TrainingRun.model, later.id > TrainingRun.id)
    accepted = await session.execute(
        sa.update(TrainingRun)
        .where(TrainingRun.id == run_id, TrainingRun.status == "asked", ~newer)
        .values(status="waiting", person_id=person_id)
        .returning(TrainingRun.id)
    )
    return accepted.first() is not None


async def new_corrections(session: AsyncSession, model: str, weight: float) -> int:
    """Photos corrected since the model's latest run, or question, by words of at least `weight`.

    Words that were taken back don't count, nor those that only say "right".
    """
    last = sa.select(sa.func.max(TrainingRun.created_at)).where(TrainingRun.model == model)
    corrected = (
        sa.select(sa.func.count(Statement.photo_sha256.distinct()))
        .join(Person)
        .where(
            Person.blocked_at.is_(None),
            Statement.model == model,
            Statement.kind.not_in(("right", "skip")),
            Statement.weight >= weight,
            Statement.withdrawn_at.is_(None),
            Statement.said_at > sa.func.coalesce(last.scalar_subquery(), ""),
        )
    )
    return (await session.scalars(corrected)).one()
