"""The former names of classes, by model: kept here, understood in `bot/renames.py`."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.renames import Former, Renames
from bot.store.tables import Base, ClassAlias

_ALIAS = Base.metadata.tables["class_alias"]
_OF_MODEL = select(_ALIAS.c.old_name, _ALIAS.c.new_name, _ALIAS.c.line, _ALIAS.c.since)


async def of_model(session: AsyncSession, model: str) -> Renames:
    """What became of the names of this model's classes."""
    rows = await session.execute(_OF_MODEL.where(_ALIAS.c.model == model))
    return Renames({row.old_name: Former(row.new_name, row.line, row.since) for row in rows})


async def keep(session: AsyncSession, model: str, names: Renames) -> None:
    """Store these in place of what was stored for this model."""
    await session.execute(delete(ClassAlias).where(ClassAlias.model == model))
    rows = [
        {"model": model, "old_name": name, "new_name": each.new, "line": each.line}
        | {"since": each.since}
        for name, each in names.formers.items()
    ]
    if rows:
        await session.execute(insert(_ALIAS), rows)
