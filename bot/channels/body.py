"""A webhook's body, read as it is and never longer than it may be."""

from aiohttp import web


async def read_body(request: web.Request, max_bytes: int) -> bytes:
    """The raw bytes. Raises `HTTPRequestEntityTooLarge` as soon as they are too many."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise web.HTTPRequestEntityTooLarge(max_size=max_bytes, actual_size=len(body))
    return bytes(body)
