"""A photo's bytes from Telegram, counted while they come. No file of this machine is ever read."""

import asyncio

import httpx
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.errors import UNREACHABLE_S, as_ours
from bot.conversation.messages import Photo
from bot.errors import Moved, TryAgain, Undeliverable
from model.errors import BadPhoto

MIB = 1024 * 1024
TELEGRAM_MAX_BYTES = 20 * MIB
"""What api.telegram.org lets bots download."""
DOWNLOAD_S = 120.0
GONE = "Telegram no longer has this photo. Please send it again."


async def fetch(bot: Bot, http: httpx.AsyncClient, photo: Photo, max_bytes: int) -> bytes:
    """The photo's bytes. Raises `BadPhoto` (too large, gone) or `TryAgain`."""
    if photo.size_bytes is not None and photo.size_bytes > max_bytes:
        raise _too_large(max_bytes)
    url = await _url(bot, photo, max_bytes)
    # `from None`: httpx's errors know the address, and the address holds the token.
    try:
        async with asyncio.timeout(DOWNLOAD_S):
            return await _download(http, url, max_bytes)
    except (httpx.HTTPError, TimeoutError) as error:
        what = type(error).__name__
        raise TryAgain(f"Telegram did not hand over a photo: {what}.", UNREACHABLE_S) from None


async def _url(bot: Bot, photo: Photo, max_bytes: int) -> str:
    try:
        file = await bot.get_file(photo.ref)
    except BadRequest as error:
        if "too big" in error.message.lower():
            raise _too_large(min(max_bytes, TELEGRAM_MAX_BYTES)) from None
        raise BadPhoto(GONE) from None
    except TelegramError as error:
        problem = as_ours(error)
        raise BadPhoto(GONE) if isinstance(problem, Undeliverable | Moved) else problem from None
    path = file.file_path or ""
    # The client leaves out the address when a file of that name lies in our working directory.
    return path if path.startswith(bot.base_file_url) else f"{bot.base_file_url}/{path}"


async def _download(http: httpx.AsyncClient, url: str, max_bytes: int) -> bytes:
    data = bytearray()
    async with http.stream("GET", url) as response:
        if response.status_code == httpx.codes.NOT_FOUND:
            raise BadPhoto(GONE)
        if not response.is_success:
            raise TryAgain(f"Telegram's files answer {response.status_code}.", UNREACHABLE_S)
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > max_bytes:
                raise _too_large(max_bytes)
    return bytes(data)


def _too_large(max_bytes: int) -> BadPhoto:
    limit = f"{max_bytes / MIB:.3g} MB"
    return BadPhoto(f"This file is larger than {limit}. Please send a smaller photo.")
