"""Brings a database to the newest schema. Alembic is imported here and nowhere else in the bot.

A new migration: copy the newest file in `versions/`, give it the next number and change it by hand;
`tests/bot/store/test_migrations.py` says whether it makes what `tables.py` says.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from model.errors import BadData


def config(connection: Connection) -> Config:
    """What Alembic's commands take: these migrations, on this connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction that the connection is in. Raises `BadData`."""
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise BadData(
            f"The database was made by a newer version of this program ({error}). Upgrade the "
            "program, or restore a backup from before."
        ) from error
