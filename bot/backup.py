"""A consistent copy of everything that has to be kept, while the bot runs, and back.

The database is copied by SQLite's own backup, which waits for no writer; photos and versions never
change once they have their name. What comes after the database's copy is left out by it.
"""

import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath

from bot.home import owned
from bot.settings import Settings
from bot.store.clock import now
from model.errors import BadData

DATABASE = "nonesuch.db"
FOLDERS = ("received", "registry", "photos")
FILES = ("received/*", "registry/*/[!.]*", "registry/*/[!.]*/*", "photos/*/*")
"""What lies in the folders, in the order in which it is copied: whatever names something (the
database, a model's `current`) goes before what it names, so that this is there too."""


def back_up(settings: Settings, file: Path) -> int:
    """Write the copy to `file`, whole or not at all; its size in bytes. Raises `BadData`."""
    database = settings.home / DATABASE
    if not database.exists():
        raise BadData(f"There is nothing to back up: no {database}. Is NONESUCH_HOME right?")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copy, whole = Path(folder) / "copy.db", Path(folder) / "whole.tar"
            _copy_database(database, copy)
            with tarfile.open(whole, "w") as tar:
                tar.add(copy, DATABASE)
                _add_files(tar, settings.home)
            whole.chmod(0o600)  # people's photos and words
            _note(database, file)
            whole.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise BadData(f"The backup {file} can't be written: {error}.") from error
    return file.stat().st_size


def restore(settings: Settings, file: Path) -> None:
    """Put a copy back into a home without anything in it, or leave that as it is.

    Raises `BadData`.
    """
    home = settings.home
    with owned(home):
        there = [name for name in (DATABASE, *FOLDERS) if (home / name).exists()]
        if there:
            raise BadData(
                f"{home} is not empty: {', '.join(there)}. Move them away, or set NONESUCH_HOME "
                "to a new folder, and restore again."
            )
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
            unpacked = Path(folder)
            _unpack(file, unpacked)
            _check_database(unpacked / DATABASE, file)
            for name in (*FOLDERS, DATABASE):  # the database last: with it there is a home
                with suppress(FileNotFoundError):
                    (unpacked / name).rename(home / name)


def _copy_database(source: Path, target: Path) -> None:
    """A copy that is whole although others write: on a connection of its own."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)


def _note(database: Path, file: Path) -> None:
    """Write down where the copy lies: whoever is forgotten is told which copies hold them still."""
    with closing(sqlite3.connect(database)) as live, live:
        noted = live.execute("SELECT 1 FROM sqlite_master WHERE name = 'backup'").fetchone()
        if noted:  # else the bot was never started since it knows of this
            row = (str(file.absolute()), now())
            live.execute("INSERT OR REPLACE INTO backup (path, created_at) VALUES (?, ?)", row)


def _add_files(tar: tarfile.TarFile, home: Path) -> None:
    for pattern in FILES:
        for path in home.glob(pattern):
            # What was answered or is written anew meanwhile may vanish under this name.
            with suppress(FileNotFoundError, IsADirectoryError), path.open("rb") as content:
                name = str(path.relative_to(home))
                tar.addfile(tar.gettarinfo(arcname=name, fileobj=content), content)


def _unpack(file: Path, folder: Path) -> None:
    """Files only, and only such as a backup has: a tar can hold anything, and want to go anywhere.

    Raises `BadData`.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                parts = PurePosixPath(member.name).parts
                if member.isdir():
                    continue
                if not member.isreg() or not _is_ours(parts):
                    raise BadData(f"{file} is no backup of nonesuch: {member.name!r} is in it.")
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                content = tar.extractfile(member)
                if content is not None:  # None only for what is no file
                    with content, target.open("xb") as copy:
                        shutil.copyfileobj(content, copy)
        with file.open("rb") as whole:
            whole.seek(-tarfile.BLOCKSIZE * 2, os.SEEK_END)
            if any(whole.read()):  # tarfile takes a tar that was cut between two files for whole
                raise BadData(f"The backup {file} is cut off: copy it again.")
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BadData(f"The backup {file} can't be read: {error}.") from error


def _is_ours(parts: tuple[str, ...]) -> bool:
    return parts == (DATABASE,) or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def _check_database(database: Path, file: Path) -> None:
    """Raises `BadData` unless a whole database was unpacked."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        state = str(error)
    if state != "ok":
        raise BadData(f"{file} is no backup of nonesuch: its {DATABASE}: {state}.")
