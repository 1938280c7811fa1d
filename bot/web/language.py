"""Which languages a browser says that its person reads."""

from aiohttp import web

MAX_CHARS = 100
"""Of a list that a browser may make as long as it likes: the first few languages."""


def language_hint(request: web.Request) -> str:
    """As in `Incoming.language`: "fr-CH, fr;q=0.9, en;q=0.8", or nothing."""
    return request.headers.get("Accept-Language", "")[:MAX_CHARS]
