"""What every request and every response of the web server goes through.

Requests: the host must be ours (a page elsewhere could point its own name at this machine), and
a POST must come from our own page. Responses: strict headers, and errors as a sentence.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import ValidationError

from bot.conversation.catalogue import speaking, translated, understood
from bot.errors import NotAllowed, TooMuch, TryAgain
from bot.settings import Settings
from bot.web.language import language_hint
from model.errors import NonesuchError

log = structlog.get_logger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


async def strict_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Set the headers that a handler did not set otherwise."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "nonesuch"  # aiohttp has set its own name and version by now


def error_response(status: int, sentence: str) -> web.Response:
    """An error as the page shows it."""
    return web.json_response({"error": translated(sentence)}, status=status)


@web.middleware
async def in_their_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What is said in answer to a request is said in the browser's language."""
    with speaking(understood(language_hint(request))):
        return await handler(request)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into a status and a sentence."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/api/"):
            raise
        return error_response(error.status, error.text or error.reason)
    except TooMuch as error:
        return error_response(429, str(error))
    except NotAllowed as error:
        return error_response(403, str(error))
    except TryAgain as error:
        response = error_response(503, str(error))
        response.headers["Retry-After"] = str(max(1, round(error.after_s)))
        return response
    except NonesuchError as error:
        return error_response(400, str(error))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        return error_response(400, f"That can't be read: {where}: {first['msg']}.")
    except (ConnectionError, web.RequestPayloadError):
        return error_response(400, "The connection broke off.")
    except Exception:  # the last resort: a person gets a sentence, the log gets the trace
        log.exception("request failed", path=request.rel_url.path.split("/")[1])
        return error_response(500, "Something went wrong here. Please try again.")


def _host(netloc: str) -> str:
    """The host name of `name:port`; empty if there is none."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".")
    except ValueError:  # "[::"
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def only_own_host(settings: Settings) -> Middleware:
    """Refuse other host names while bound to loopback (DNS rebinding)."""
    guarded = _is_loopback(settings.host)
    own = {*LOOPBACK_NAMES, settings.host, _host(urlsplit(settings.public_url).netloc)} - {""}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if guarded and _host(request.host) not in own:
            raise web.HTTPMisdirectedRequest(text="Nothing is served under this name.")
        return await handler(request)

    return check


def only_own_pages(settings: Settings) -> Middleware:
    """Refuse a POST that another site's page made.

    A browser says where a POST comes from; what says nothing is no browser, and carries nobody's
    cookie without their knowledge.
    """
    public = urlsplit(settings.public_url).netloc

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            site = request.headers.get("Sec-Fetch-Site")
            origin = request.headers.get("Origin", "").rpartition("//")[2]
            own = site == "same-origin" if site else origin in {"", request.host, public}
            if not own:
                raise web.HTTPForbidden(text="Only the chat's own page may do that.")
        return await handler(request)

    return check
