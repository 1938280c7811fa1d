"""The review page, for admins: several photos that wait for a word, judged at once.

Every action is a form, so that it works without the page's script, which only adds the keyboard.
What is said here is said in the admin's own chat: /undo there takes it back, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import drafts
from bot.conversation.meaning import Meaning, chosen, nothing
from bot.conversation.statement import settle
from bot.conversation.targets import COMING
from bot.conversation.told import SENDER
from bot.conversation.view import shown_by
from bot.conversation.waiting import Waiting, waiting
from bot.models import Models
from bot.store import dialogue, people, reviewing, statements
from bot.store.clock import now
from bot.store.engine import Store
from bot.store.tables import Answer
from bot.store.web import CHANNEL
from bot.web.admin import FROM_HERE
from bot.web.review_page import Judged, Page, html
from bot.web.sessions import Sessions

PATH = "/admin/review"
AT_ONCE = 12
"""Photos on a page: what a glance takes in, and fits a form."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form says: what to do, with which answers, and the classes ticked for each."""

    verb: str
    ids: frozenset[str]
    ticked: dict[str, tuple[str, ...]]


class ReviewApi:
    """GET and POST /admin/review. `first` is the model whose queue is shown unless asked."""

    def __init__(self, store: Store, sessions: Sessions, models: Models, first: str) -> None:
        self._store = store
        self._sessions = sessions
        self._models = models
        self._first = first

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get(PATH, self.show)
        router.add_post(PATH, self.act)

    async def show(self, request: web.Request) -> web.Response:
        """What waits, or as much of it as a page holds."""
        admin, model = await self._admin(request), self._model(request)
        async with self._store.reading() as session:
            queue = await waiting(session, self._models, model)
            page = Page(
                model=model,
                models=self._names(),
                classes=await self._classes(session, model),
                shown=queue[:AT_ONCE],
                count=len(queue),
                at=_number(request.query.get("at", "")),
                judged=await _judged(session, admin),
            )
        return web.Response(text=html(page), content_type="text/html", headers=FROM_HERE)

    async def act(self, request: web.Request) -> web.Response:
        """Store what was said of one photo or several, or take the last of it back."""
        admin, model = await self._admin(request), self._model(request)
        sent = await _read(request)
        async with self._store.writing() as session:
            queue = await waiting(session, self._models, model)
            meant = [each for each in queue if str(each.row.id) in sent.ids]  # still waiting
            await people.ensure_person(session, admin, "")
            await people.ensure_chat(session, admin)
            if sent.verb == "undo":
                for statement in await reviewing.judged_last(session, admin, admin):
                    await statements.withdraw(session, statement.id)
            else:
                known = set(await self._classes(session, model))
                await _judge(session, admin, meant, sent, known)
        at = queue.index(meant[0]) if meant else 0
        raise web.HTTPSeeOther(f"{PATH}?{urlencode({'model': model, 'at': at})}")

    async def _admin(self, request: web.Request) -> str:
        """The admin's key, which is their chat's, too. Raises 403 for everybody else."""
        visitor = await self._sessions.admin(request)
        return f"{CHANNEL}:{visitor.person}"

    def _names(self) -> list[str]:
        return [name for name in self._models.names() if not self._models.finds_point(name)]

    def _model(self, request: web.Request) -> str:
        """The model asked for, if there is such a one."""
        names = self._names()
        asked = request.query.get("model", self._first)
        return asked if asked in names else names[0]

    async def _classes(self, session: AsyncSession, model: str) -> tuple[str, ...]:
        """The model's classes, and those that people added since."""
        known = self._models.classes(model)
        return known + await dialogue.coming_classes(session, model, known, SENDER, COMING)


async def _read(request: web.Request) -> _Sent:
    form = await request.post()
    verb, _, one = str(form.get("do", "")).partition(":")
    ids = frozenset([one] if one else map(str, form.getall("chosen", ())))
    ticked = {each: tuple(map(str, form.getall(f"in-{each}", ()))) for each in ids}
    return _Sent(verb, ids, ticked)


async def _judge(
    session: AsyncSession, admin: str, meant: Sequence[Waiting], sent: _Sent, known: set[str]
) -> None:
    """Say it of each answer; all at the same time, so that it is taken back together."""
    at = now()
    for each in meant:
        names = tuple(name for name in sent.ticked[str(each.row.id)] if name in known)
        meaning = _meaning(sent.verb, each.row, names)
        if meaning:
            draft = {drafts.REVIEW: {**each.why.to_json(), "more": 0, "open": False}}
            row = await reviewing.show_again(session, each.row, admin, draft)
            (await settle(session, row, admin, meaning, "tap")).said_at = at


def _meaning(verb: str, row: Answer, names: tuple[str, ...]) -> Meaning | None:
    """What a button says of an answer; None for what is no button."""
    match verb:
        case "save":
            return chosen(shown_by(row), names)
        case "none":
            return nothing(shown_by(row))
        case "skip":
            return Meaning("skip")
        case _:
            return None


async def _judged(session: AsyncSession, admin: str) -> Judged | None:
    """What was said last, and of how many photos; None if nothing was."""
    said = await reviewing.judged_last(session, admin, admin)
    if not said:
        return None
    present: dict[str, None] = {}
    for statement in said:
        labels = await statements.labels_of(session, statement.id)
        present |= {name: None for name, state in labels.items() if state == "present"}
    return Judged(len(said), tuple(present), skipped=said[0].kind == "skip")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
