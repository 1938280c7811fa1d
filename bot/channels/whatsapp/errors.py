"""Graph's errors as the bot's own. What Graph says of a token is left out: it may quote it."""

import json
from collections.abc import Mapping

from bot.errors import NotYet, TryAgain, Undeliverable

UNREACHABLE_S = 5.0
BUSY_S = 6.0
"""One message in six seconds is what one person may get for long."""
TOKEN_REFUSED_S = 60.0

WINDOW_CLOSED = 131047
BUSY = frozenset({4, 80007, 130429, 131048, 131056, 133016})
OUT_OF_ORDER = frozenset({1, 2, 131000, 131016, 131057, 133004})
NO_ACCESS = frozenset({0, 3, 10, 190, 131005, *range(200, 300)})
"""Mended by whoever runs the bot, so that waiting helps."""


def as_ours(
    status: int, body: bytes, headers: Mapping[str, str]
) -> TryAgain | NotYet | Undeliverable:
    """Whether trying again can help, and when."""
    code, words = _read(body)
    if code == WINDOW_CLOSED:
        return NotYet("WhatsApp's 24 hours are over.")
    if code in BUSY or status == 429:
        return TryAgain("WhatsApp asks us to wait.", _wait_s(headers))
    if code in NO_ACCESS or status == 401:
        return TryAgain("WhatsApp refuses the token.", TOKEN_REFUSED_S)
    if code in OUT_OF_ORDER or status >= 500:
        return TryAgain(f"WhatsApp is out of order: {status}.", UNREACHABLE_S)
    return Undeliverable(f"WhatsApp will not take it: {words or status}")


def _read(body: bytes) -> tuple[int | None, str]:
    """The error's code and what it says, as far as it is one."""
    try:
        error = json.loads(body)["error"]
        details = (error.get("error_data") or {}).get("details", "")
        return int(error["code"]), f"{error.get('message', '')} {details}".strip()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, ""


def _wait_s(headers: Mapping[str, str]) -> float:
    given = headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else BUSY_S
