"""The home as one bot's own: two on one database would answer everything twice.

Other commands read and write beside the bot; only what must never run twice takes the lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from model.errors import BadData

LOCK = ".running"


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Make the home where it is missing, and keep other bots out of it. Raises `BadData`.

    The system lets go of the lock when the process ends, however it ends.
    """
    lock = FileLock(home / LOCK, timeout=0, fallback_to_soft=False)  # soft ones outlive a kill -9
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BadData(
            f"Another bot is running on {home}. Stop it first, or give this one a folder of its "
            "own with NONESUCH_HOME."
        ) from None
    except OSError as error:
        raise BadData(
            f"{home} can't be written: {error.strerror}. Choose another folder with NONESUCH_HOME."
        ) from error
    try:
        yield
    finally:
        lock.release()
