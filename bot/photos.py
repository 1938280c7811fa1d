"""Photo files below the home: those received and not yet answered, and those kept.

`received/` holds bytes as they came, named by their SHA-256, until a while after they are answered.
`photos/` holds what is kept: without metadata, named by the SHA-256 of the bytes received, and
what was drawn on it. Files are written under another name first, so that under its own name a file
is always whole.
"""

import asyncio
import errno
import hashlib
import io
import os
import re
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Literal

from bot.errors import TooMuch
from bot.metadata import stripped
from model.errors import BadPhoto
from model.image import upright

QUALITY = 92
"""JPEG quality of what was none before: no difference to be seen."""
RECEIVED_S = 300.0
"""How long a received file stays at least: it is there before the inbox names it, and while a
browser still shows it as it came."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


Done = Literal["written", "there", "no room"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo that is kept: its path relative to the home; None when there is no room for it."""

    path: str | None
    new: bool


class PhotoFiles:
    """The files below `home`, which together take at most `max_disk_bytes`."""

    def __init__(self, home: Path, max_disk_bytes: int) -> None:
        self._home = home
        self._received = home / "received"
        self._received.mkdir(parents=True, exist_ok=True)
        self._max_disk_bytes = max_disk_bytes
        self._used_bytes = _size(self._received) + _size(home / "photos")
        self._lock = threading.Lock()
        """Held while a name appears or disappears, and the bytes are counted."""
        self._decoding = asyncio.Lock()
        """Held while a photo is decoded: one of 50 MP takes 200 MB."""

    async def receive(self, data: bytes) -> str:
        """Keep bytes until their photo is answered; their SHA-256 (hex).

        Raises `TooMuch` when the disk quota is used up.
        """
        sha256 = await asyncio.to_thread(_sha256, data)
        # Whoever sent it is now told that it arrived, and forgets it. So it has to outlive a power
        # cut too, as what the inbox names: hence fsync, once for a photo.
        done = await asyncio.to_thread(self._put, self._received / sha256, data, fsync=True)
        if done == "no room":
            raise TooMuch(
                f"My disk is full: I may keep {self._max_disk_bytes / 1e9:.1f} GB of photos. "
                "Please tell the person who runs me, and send it again later."
            )
        return sha256

    async def read_received(self, sha256: str) -> bytes:
        """The bytes that `receive` was given. Raises `BadPhoto` if they are gone."""
        if _SHA256.fullmatch(sha256):
            try:
                return await asyncio.to_thread((self._received / sha256).read_bytes)
            except FileNotFoundError:
                pass  # said below
        raise BadPhoto("I don't have this photo any more. Please send it again.")

    async def keep(self, data: bytes) -> Kept:
        """Keep a photo for good, as a JPEG without metadata that may say which side is up.

        A JPEG keeps its pixels bit for bit, and is kept even if nobody can decode them: see
        `discard`. Anything else is decoded, which takes up to a second. Raises `BadPhoto` if that
        is not possible.
        """
        sha256, form = await asyncio.to_thread(_as_it_is, data)
        if form is None:
            async with self._decoding:
                form = await asyncio.to_thread(_as_jpeg, data)
        path = _path(sha256)
        # Not fsync'ed: a killed process loses nothing that was written, and after a power cut
        # training finds one photo less. That is not worth 5 ms a photo.
        done = await asyncio.to_thread(self._put, self._home / path, form, fsync=False)
        return Kept(None if done == "no room" else path, new=done == "written")

    async def keep_drawn(self, sha256: str, jpeg: bytes) -> str | None:
        """Keep what was drawn on a photo; its path below the home, None if there is no room.

        It stands beside the photo and its name begins with the photo's, so that it goes with it.
        """
        drawn = await asyncio.to_thread(_sha256, jpeg)
        path = f"photos/{sha256[:2]}/{sha256}-{drawn[:16]}.jpg"
        done = await asyncio.to_thread(self._put, self._home / path, jpeg, fsync=False)
        return None if done == "no room" else path

    async def keep_sheet(self, jpeg: bytes) -> str | None:
        """Keep a picture of several photos; its path below the home, None if there is no room.

        Its name says nothing of the photos.
        """
        path = f"photos/sheets/{await asyncio.to_thread(_sha256, jpeg)}.jpg"
        done = await asyncio.to_thread(self._put, self._home / path, jpeg, fsync=False)
        return None if done == "no room" else path

    async def erase_sheet(self, path: str) -> None:
        """Remove what `keep_sheet` kept at this path."""
        await asyncio.to_thread(self._remove, self._home / path)

    async def discard(self, kept: Kept) -> None:
        """Undo `keep`, unless the photo was there before."""
        if kept.path and kept.new:
            await asyncio.to_thread(self._remove, self._home / kept.path)

    async def kept_sha256(self, sha256: str) -> str | None:
        """The SHA-256 of a photo as it is kept, by that of the bytes received; None if it isn't."""
        try:
            return _sha256(await asyncio.to_thread((self._home / _path(sha256)).read_bytes))
        except FileNotFoundError:
            return None

    async def erase(self, sha256: str) -> None:
        """Remove a photo, received and kept, and all that was drawn on it.

        By the SHA-256 of the bytes received.
        """
        await asyncio.to_thread(self._remove, self._received / sha256)
        await asyncio.to_thread(self._remove_kept, sha256)

    async def sweep(self, needed: Collection[str]) -> None:
        """Remove received files older than `RECEIVED_S` whose name is not in `needed`.

        Never before the channels have started: they may still hand over what a crash left.
        """
        await asyncio.to_thread(self._sweep, needed)

    def _put(self, path: Path, data: bytes, *, fsync: bool) -> Done:
        """Write a file whose name tells its content."""
        if self._touch(path):
            return "there"
        with self._lock:
            if self._used_bytes + len(data) > self._max_disk_bytes:
                return "no room"
            self._used_bytes += len(data)
        try:
            self._write(path, data, fsync)
        except OSError as error:
            with self._lock:
                self._used_bytes -= len(data)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                return "no room"
            raise
        return "written"

    def _touch(self, path: Path) -> bool:
        """Make a file new, so that it is not swept; False if there is none."""
        with self._lock, suppress(FileNotFoundError):
            os.utime(path)
            return True
        return False

    def _write(self, path: Path, data: bytes, fsync: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._received / f"{path.stem}-{token_hex(4)}"  # swept if we die here
        try:
            with unfinished.open("wb") as file:
                file.write(data)
                if fsync:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        with self._lock:
            if path.exists():  # somebody else was faster
                self._used_bytes -= len(data)
            unfinished.replace(path)

    def _sweep(self, needed: Collection[str]) -> None:
        for file in self._received.iterdir():
            with self._lock, suppress(FileNotFoundError):  # unfinished, and finished meanwhile
                status = file.stat()
                if file.name not in needed and status.st_mtime < time.time() - RECEIVED_S:
                    file.unlink()
                    self._used_bytes -= status.st_size

    def _remove_kept(self, sha256: str) -> None:
        kept = self._home / _path(sha256)
        for path in (kept, *kept.parent.glob(f"{sha256}-*.jpg")):
            self._remove(path)

    def _remove(self, path: Path) -> None:
        with self._lock, suppress(FileNotFoundError):
            size_bytes = path.stat().st_size
            path.unlink()
            self._used_bytes -= size_bytes


def _path(sha256: str) -> str:
    """Where a photo is kept, relative to the home."""
    return f"photos/{sha256[:2]}/{sha256}.jpg"


def _as_it_is(data: bytes) -> tuple[str, bytes | None]:
    """The SHA-256, and the form to keep if that needs no decoding."""
    return _sha256(data), stripped(data)


def _as_jpeg(data: bytes) -> bytes:
    jpeg = io.BytesIO()
    upright(data).save(jpeg, "JPEG", quality=QUALITY, comment=b"")  # else Pillow copies a GIF's
    return jpeg.getvalue()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _size(folder: Path) -> int:
    """Bytes of all files below a folder, which may be missing."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
