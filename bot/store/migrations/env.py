"""Run by Alembic for each of its commands, on the connection that `config` was given.

The views stand apart from the migrations: they are dropped before and made again after, always as
`views.py` has them now.
"""

from alembic import context
from sqlalchemy import text

from bot.store import views
from bot.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter most things: Alembic copies the table instead
)
for statement in views.DROP:
    connection.execute(text(statement))
context.run_migrations()
for statement in views.MAKE:
    connection.execute(text(statement))
