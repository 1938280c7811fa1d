"""Brings a database to the newest schema. Alembic is imported here and nowhere else in the bot.

A new migration: copy the newest file in `versions/`, give it the next number and change it by hand;
`tests/bot/store/test_migrations.py` says whether it makes what `tables.py` says.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from model.errors import BadData

NEWER = (
    "The database was made by a newer version of this program (schema {theirs}, and this one "
    "knows {ours}). Upgrade the program, or restore a backup from before."
)


def config(connection: Connection) -> Config:
    """What Alembic's commands take: these migrations, on this connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def known() -> list[str]:
    """The schemas that this program knows, oldest first."""
    scripts = ScriptDirectory(str(Path(__file__).parent))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction that the connection is in.

    Raises `BadData`, before anything is touched, if a newer program made the database.
    """
    for schema in MigrationContext.configure(connection).get_current_heads():
        if schema not in known():
            raise BadData(NEWER.format(theirs=schema, ours=known()[-1]))
    command.upgrade(config(connection), "head")
