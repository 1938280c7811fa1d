"""A photo's bytes from WhatsApp: its address is asked for and used at once, before it expires."""

import asyncio

import httpx

from bot.channels.whatsapp.cloud import CloudApi
from bot.channels.whatsapp.errors import UNREACHABLE_S
from bot.conversation.messages import Photo
from bot.errors import TryAgain, Undeliverable
from model.errors import BadPhoto

MIB = 1024 * 1024
DOWNLOAD_S = 50.0
GONE = "WhatsApp no longer has this photo. Please send it again."


async def fetch(api: CloudApi, photo: Photo, max_bytes: int) -> bytes:
    """The photo's bytes. Raises `BadPhoto` (too large, gone) or `TryAgain`."""
    try:
        media = await api.media(photo.ref)
    except Undeliverable:
        raise BadPhoto(GONE) from None
    if int(media.get("file_size") or 0) > max_bytes:
        raise _too_large(max_bytes)
    try:
        async with asyncio.timeout(DOWNLOAD_S):
            return await _download(api, str(media.get("url", "")), max_bytes)
    except TimeoutError:
        raise TryAgain("WhatsApp did not hand over a photo in time.", UNREACHABLE_S) from None


async def _download(api: CloudApi, url: str, max_bytes: int) -> bytes:
    data = bytearray()
    async with api.download(url) as response:
        if not response.is_success:  # expired, for instance: the next try asks for a new address
            raise TryAgain(_answered(response), UNREACHABLE_S)
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > max_bytes:
                raise _too_large(max_bytes)
    return bytes(data)


def _answered(response: httpx.Response) -> str:
    return f"WhatsApp's files answer {response.status_code}."


def _too_large(max_bytes: int) -> BadPhoto:
    limit = f"{max_bytes / MIB:.3g} MB"
    return BadPhoto(f"This file is larger than {limit}. Please send a smaller photo.")
