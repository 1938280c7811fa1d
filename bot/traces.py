"""What is left of forgotten people outside of the database: versions, caches, backups."""

import mmap
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from model.errors import BadVersion
from model.head import Memory
from model.registry import SHIPPED_PREFIX, Registry

SECONDS = len("2026-11-25T10:00:00")
"""A card's time has no more digits."""


def versions_with(
    registry: Registry, photos: Mapping[str, bool], erased_at: str
) -> dict[str, list[str]]:
    """The local versions that hold forgotten photos, by model.

    `photos`, by SHA-256, says whether a photo is still kept because somebody else sent it: then a
    version made after `erased_at` learned it from others. A version whose memory can't be read
    can't answer, and may hold anything.
    """
    gone = {photo for photo, is_kept in photos.items() if not is_kept}
    found: dict[str, list[str]] = {}
    for model in registry.models() if photos else ():
        for version in registry.versions(model):
            if version.startswith(SHIPPED_PREFIX):
                continue
            try:
                card = registry.card(model, version)
                learned = Memory.photos(registry.path(model, version) / "memory.safetensors")
                before = card.created_at[:SECONDS] <= erased_at[:SECONDS]
                forgotten = photos.keys() if before else gone
                holds = not learned.isdisjoint(forgotten)
            except BadVersion:
                holds = True
            if holds:
                found.setdefault(model, []).append(version)
    return found


def drop_cached(folder: Path, photos: Iterable[str]) -> None:
    """Delete training's caches of embeddings that hold one of these photos.

    Whatever else they held is computed anew when it is needed.
    """
    wanted = [bytes.fromhex(photo) for photo in photos]
    for file in folder.glob("*.embeddings"):
        if _holds(file, wanted):
            file.unlink(missing_ok=True)


def backups_with(files: Iterable[Path], pseudonym: str) -> list[Path]:
    """Those backups that lie where they were written and hold a person, by the random name.

    A backup is a plain tar: it is in there as it is in the database.
    """
    return [file for file in files if _holds(file, [pseudonym.encode()])]


def _holds(file: Path, wanted: Collection[bytes]) -> bool:
    """Whether one of these is somewhere in the file; no file holds nothing."""
    if not file.is_file() or file.stat().st_size == 0:  # nothing can be mapped of an empty one
        return False
    with (
        file.open("rb") as content,
        mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as all_,
    ):
        return any(all_.find(each) >= 0 for each in wanted)
