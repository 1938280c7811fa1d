"""One update through its three stages: looked at, decided on, sent. And what becomes of failures.

Whatever goes wrong, an update ends as answered or waits in the inbox for another attempt.
"""

import asyncio
import time
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.messages import Incoming
from bot.deciding import Deciding
from bot.errors import TryAgain
from bot.looking import Look, Looking
from bot.outbox import Outbox, Send
from bot.store import inbox
from bot.store.clock import later, seconds_until
from bot.store.engine import Store
from bot.store.inbox import Claim
from model.decision import Answer
from model.errors import NonesuchError
from model.point import Point

log = structlog.get_logger(__name__)

ATTEMPTS = 3
RETRY_S = 1.0
"""How long an update waits after an attempt that failed."""
FETCH_GIVE_UP_S = 900.0
"""How long a platform is asked for a photo that it does not hand over."""
LONGEST_WAIT_S = 60.0
"""Between two times of asking, unless the platform itself says longer."""

APOLOGY = (
    f"Sorry, something went wrong here {ATTEMPTS} times in a row, so I stopped trying. "
    "Please try something else, or tell the person who runs me: it is in my log."
)
NOT_FETCHED = "Sorry, I could not get this photo from where you sent it. Please send it again."


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be sent, and what the log will say of it."""

    claim: Claim
    looks: list[Look | str]
    sends: list[Send]
    ms: float


class Answering:
    """The stages, one after another, for any number of updates at once."""

    def __init__(
        self, store: Store, looking: Looking, deciding: Deciding, outbox: Outbox, model: str
    ) -> None:
        self._store = store
        self._looking = looking
        self._deciding = deciding
        self._outbox = outbox
        self._model = model
        """Answers where the chat has chosen none."""

    async def decide(self, claim: Claim, before: asyncio.Event | None) -> Decided | None:
        """Look, wait for `before`, and store the replies; None if it was put back instead."""
        started = time.perf_counter()
        try:
            asked = await self._deciding.is_asked(claim)
            looks = await self._look(claim) if asked else []
            if before:
                await before.wait()
            sends = await self._decide(claim, looks) if asked else await self._deciding.drop(claim)
        except TryAgain as error:
            wait_s = max(error.after_s, min(_age_s(claim) / 2, LONGEST_WAIT_S))
            await self._put_back(claim, error, wait_s, counts=False)
            return None
        except Exception as error:
            log.exception("attempt failed", inbox=claim.ids, attempt=claim.attempts + 1)
            await self._put_back(claim, error, RETRY_S, counts=True)
            return None
        return Decided(claim, looks, sends, _ms_since(started))

    async def send(self, decided: Decided) -> None:
        """Send what was decided; then the update is done. Logs a line a photo."""
        started = time.perf_counter()
        if decided.sends:
            claim = decided.claim
            await self._outbox.deliver(claim.first.chat_key, decided.sends, claim.ids)
        _tell(decided, _ms_since(started))

    async def _look(self, claim: Claim) -> list[Look | str]:
        """What was seen in each photo, or why nothing was; nothing where no photo is looked at."""
        if claim.first.kind != "photo" or claim.attempts >= ATTEMPTS:
            return []
        looks = [self._look_at(claim, incoming) for incoming in claim.incomings]
        outcomes = await asyncio.gather(*looks, return_exceptions=True)
        return [_or_raise(outcome) for outcome in outcomes]

    async def _look_at(self, claim: Claim, incoming: Incoming) -> Look | str:
        try:
            return await self._looking.look(incoming, claim.model or self._model)
        except TryAgain:
            if _age_s(claim) < FETCH_GIVE_UP_S:
                raise
            return NOT_FETCHED
        except NonesuchError as error:
            return str(error)
        except Exception:
            if claim.attempts + 1 < ATTEMPTS:
                raise
            log.exception("photo given up", inbox=claim.ids)
            return APOLOGY  # for this photo alone: the others of its album are answered

    async def _decide(self, claim: Claim, looks: list[Look | str]) -> list[Send]:
        if claim.attempts < ATTEMPTS:
            return await self._deciding.decide(claim, looks)
        log.error("update given up", inbox=claim.ids)
        return await self._deciding.say(claim, APOLOGY)

    async def _put_back(
        self, claim: Claim, error: Exception, wait_s: float, *, counts: bool
    ) -> None:
        """Let it wait in the inbox, as soon as the database takes it."""
        why = f"{type(error).__name__}: {error}"
        while True:
            try:
                async with self._store.writing() as session:
                    await inbox.release(session, claim.ids, later(wait_s), why, counts=counts)
                return
            except SQLAlchemyError:
                log.exception("cannot put back", inbox=claim.ids)
                await asyncio.sleep(RETRY_S)


def _or_raise(outcome: Look | str | BaseException) -> Look | str:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _age_s(claim: Claim) -> float:
    return -seconds_until(claim.received_at)


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1e3


def _tell(decided: Decided, send_ms: float) -> None:
    claim = decided.claim
    about = {
        "chat": claim.first.chat_key,
        "decided_ms": round(decided.ms, 1),
        "send_ms": round(send_ms, 1),
    }
    if not decided.looks:
        log.info(claim.first.kind, inbox=claim.ids[0], **about)
        return
    for inbox_id, look in zip(claim.ids, decided.looks, strict=True):
        log.info("photo", inbox=inbox_id, **_figures(look), **about)


def _figures(look: Look | str) -> dict[str, object]:
    if isinstance(look, str):
        return {"decision": "no photo", "why": look}
    seen = look.seen
    return {
        "photo": seen.sha256,
        "model": seen.model,
        "version": seen.version,
        **_said(seen.answer),
        "fetch_ms": round(look.fetch_ms, 1),
        "see_ms": round(look.see_ms, 1),
    }


def _said(answer: Answer | Point) -> dict[str, object]:
    if isinstance(answer, Point):
        return {"decision": "point", "point": [answer.x_px, answer.y_px]}
    top = max(answer.scores, key=answer.scores.__getitem__, default=None)
    return {
        "decision": answer.reason,
        "labels": answer.labels,
        "top": top,
        "top_score": answer.scores.get(top) if top else None,
    }
