"""How much the web chat takes from one network address.

Limits by person stop nobody who opens one session after another. So what comes from one address is
counted too, in memory, and is as much as `NONESUCH_PEOPLE_PER_ADDRESS` people may send. Behind a
proxy all come from the proxy's address: who they are is believed of `NONESUCH_TRUSTED_PROXIES`
only, and without any nobody is limited.
"""

import time
from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import TooMuch
from bot.intake import HOUR_S, MINUTE_S, in_words
from bot.settings import Network, Settings

Address = IPv4Address | IPv6Address

PHOTOS = "/api/photos"


class Window:
    """So much from one address in so many seconds. All begin anew at the same time."""

    def __init__(self, limit: int, length_s: float) -> None:
        self._limit = limit
        self._length_s = length_s
        self._counts: Counter[str] = Counter()
        self._ends_at = 0.0

    def count(self, sender: str) -> None:
        """One more. Raises `TooMuch` if it is one too many."""
        now = time.monotonic()
        if now >= self._ends_at:
            self._counts.clear()
            self._ends_at = now + self._length_s
        self._counts[sender] += 1
        if self._counts[sender] > self._limit:
            raise TooMuch(
                "That's more than I take from one network address, for all the people behind it. "
                f"Please try again in {in_words(self._ends_at - now)}."
            )


def only_so_much(settings: Settings) -> Middleware:
    """Refuse what an address sends over its limits: new sessions, words, taps and photos."""
    proxies, people = settings.proxies, settings.people_per_address
    known = bool(proxies) or not settings.public_url
    messages = Window(people * settings.messages_per_minute, MINUTE_S)
    photos = Window(people * settings.photos_per_hour, HOUR_S)

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        sender = _sender(request, proxies) if known else None
        if sender and request.method == "POST" and request.path.startswith("/api/"):
            messages.count(sender)
            if request.path == PHOTOS:
                photos.count(sender)
        return await handler(request)

    return check


def _sender(request: web.Request, proxies: tuple[Network, ...]) -> str | None:
    """The address that a request came from, over proxies that are believed; None: unknown."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    sender = _address(request.remote or "")
    while sender and forwarded and any(sender in proxy for proxy in proxies):
        before = _address(forwarded.pop())
        if before is None:
            break
        sender = before
    if isinstance(sender, IPv6Address):  # one household has a whole network of these
        return str(ip_network((sender, 64), strict=False))
    return str(sender) if sender else None


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
