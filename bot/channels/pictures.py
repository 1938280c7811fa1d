"""The file of a reply's picture. It may be gone by the time at which the reply is sent or shown."""

import asyncio
from pathlib import Path

from bot.conversation.messages import Picture


async def read(home: Path, picture: Picture | None) -> bytes | None:
    """The bytes; None where there is no picture, or no longer."""
    if picture is None:
        return None
    try:
        return await asyncio.to_thread((home / picture.path).read_bytes)
    except FileNotFoundError:
        return None


async def is_there(home: Path, picture: Picture) -> bool:
    """Whether the file is there now."""
    return await asyncio.to_thread((home / picture.path).is_file)
