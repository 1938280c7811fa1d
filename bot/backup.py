"""A consistent copy of everything below the home in one tar file, while the bot runs, and back.

The database is copied by SQLite's own backup, which waits for no writer; photos and versions never
change once they have their name. What comes after the database's copy is left out by it.
"""

import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from bot.settings import Settings
from model.errors import BadData

DATABASE = "nonesuch.db"
FOLDERS = ("photos", "received", "registry")


def back_up(settings: Settings, file: Path) -> int:
    """Write the copy to `file`, whole or not at all; returns its size in bytes. Raises `BadData`."""
    database = settings.home / DATABASE
    if not database.exists():
        raise BadData(
            f"There is nothing to back up: no {database}. Is NONESUCH_HOME right?"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copy, whole = Path(folder) / DATABASE, Path(folder) / file.name
            _copy_database(database, copy)
            with tarfile.open(whole, "w") as tar:
                tar.add(copy, DATABASE)
                for name in FOLDERS:
                    if (settings.home / name).is_dir():
                        tar.add(settings.home / name, name)
            whole.replace(file)
    except OSError as error:
        raise BadData(f"The backup {file} can't be written: {error}.") from error
    return file.stat().st_size


def restore(settings: Settings, file: Path) -> None:
    """Put a copy back into an empty home. Raises `BadData`; nothing is overwritten."""
    if (settings.home / DATABASE).exists():
        raise BadData(
            f"{settings.home} already holds a database. Stop the bot, move that folder away, "
            "and restore again."
        )
    try:
        with tarfile.open(file) as tar:
            if DATABASE not in tar.getnames():
                raise BadData(f"{file} is no backup of nonesuch: there is no {DATABASE} in it.")
            settings.home.mkdir(parents=True, exist_ok=True)
            tar.extractall(settings.home, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise BadData(f"The backup {file} can't be read: {error}.") from error


def _copy_database(source: Path, target: Path) -> None:
    """A copy that is whole although others write: on a connection of its own."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
