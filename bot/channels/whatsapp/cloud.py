"""The calls of the Cloud API that this bot makes, with its token. Knows no chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import structlog

from bot.channels.whatsapp.errors import TOKEN_REFUSED_S, UNREACHABLE_S, as_ours
from bot.errors import TryAgain
from bot.settings import Settings

log = structlog.get_logger(__name__)

Json = dict[str, Any]

ANSWER_TIMEOUT_S = 20.0
"""Long, because a message whose answer we gave up on is sent a second time."""
REFUSED = (
    "WhatsApp refuses the token, or it may not send from this number. Make a permanent one for a "
    "system user, set NONESUCH_WHATSAPP_TOKEN and start again; the rest goes on meanwhile."
)


class CloudApi:
    """Calls for one business number. Errors are `TryAgain`, `NotYet` or `Undeliverable`."""

    def __init__(self, settings: Settings) -> None:
        self._api = settings.whatsapp_api
        self._number = settings.whatsapp_phone_id
        token = settings.whatsapp_token.get_secret_value()
        self._http = httpx.AsyncClient(
            timeout=ANSWER_TIMEOUT_S, headers={"Authorization": f"Bearer {token}"}
        )

    async def close(self) -> None:
        """Release connections."""
        await self._http.aclose()

    async def send(self, message: Json) -> str:
        """Send a message; its id, `wamid.…`."""
        answer = await self._call("POST", f"{self._number}/messages", json=message)
        sent = answer.get("messages") or [{}]
        return str(sent[0].get("id", ""))

    async def upload(self, data: bytes, name: str, mime_type: str) -> str:
        """Hand over a file that is to be sent, a JPEG or PNG of 5 MB at most; its id."""
        answer = await self._call(
            "POST",
            f"{self._number}/media",
            data={"messaging_product": "whatsapp", "type": mime_type},
            files={"file": (name, data, mime_type)},
        )
        return str(answer.get("id", ""))

    async def media(self, media_id: str) -> Json:
        """What there is to know of a file: its `url`, good for minutes, and its `file_size`."""
        return await self._call("GET", media_id, params={"phone_number_id": self._number})

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[httpx.Response]:
        """The response to a media URL, whose body is still to be read."""
        try:
            async with self._http.stream("GET", url) as response:
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(error) from None

    async def _call(self, method: str, path: str, **options: Any) -> Json:
        try:
            response = await self._http.request(method, f"{self._api}/{path}", **options)
        except httpx.HTTPError as error:
            raise _unreachable(error) from None
        if not response.is_success:
            problem = as_ours(response.status_code, response.content, response.headers)
            if isinstance(problem, TryAgain) and problem.after_s == TOKEN_REFUSED_S:
                log.error(REFUSED)
            raise problem
        try:
            answer = response.json()
        except ValueError:
            raise TryAgain("WhatsApp answers in no JSON.", UNREACHABLE_S) from None
        return answer if isinstance(answer, dict) else {}


def addressed_to(chat: str) -> Json:
    """A message's outside: a phone number has digits alone, a business-scoped id has not."""
    person = {"to": chat} if chat.isdecimal() else {"recipient": chat}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **person}


def _unreachable(error: Exception) -> TryAgain:
    return TryAgain(f"WhatsApp did not answer: {type(error).__name__}.", UNREACHABLE_S)
