"""The admin page: how the bot does, and the hand on its models and people.

All of it is written here, by the server; the page's script only asks again for what happens now.
An order answers with a redirect back, so that a reload orders nothing.
"""

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.catalogue import speaking
from bot.conversation.lexicon import ENGLISH
from bot.conversation.told import SENDER
from bot.models import Models
from bot.settings import Settings
from bot.store import figures, training_runs, trust
from bot.store.clock import later, now
from bot.store.engine import Store
from bot.store.web import CHANNEL
from bot.web import pieces, sections
from bot.web.admin import FROM_HERE
from bot.web.orders import Orders
from bot.web.sections import ModelState
from bot.web.sessions import Sessions
from model.errors import BadVersion, NonesuchError

DAY_S = 24 * 3600
DAYS = 30
"""Days that are looked back, today's included."""
RUNS, CONFUSIONS, PEOPLE = 5, 10, 50
"""The most rows of each table."""
REPORT = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "sandbox",
        )
    )
}
"""A report stands alone: its styles and pictures are within it, and it has no script."""


class OverviewApi:
    """GET /admin, /admin/now, /admin/reports/{model}/{version}; POST /admin/{order}."""

    def __init__(
        self, store: Store, settings: Settings, models: Models, sessions: Sessions
    ) -> None:
        self._store = store
        self._admins = settings.admin_ids
        self._models = models
        self._sessions = sessions
        self._orders = Orders(store, settings, models)
        self._notices: dict[str, str] = {}
        """What came of an admin's last order, until their page shows it."""

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        router.add_get("/admin", self.page)
        router.add_get("/admin/now", self.now)
        router.add_get("/admin/reports/{model}/{version}", self.report)
        for order in self._orders.known:
            router.add_post(f"/admin/{order}", self.order)

    async def page(self, request: web.Request) -> web.Response:
        """The whole page."""
        visitor = await self._sessions.admin(request)
        models = [await self._state(name) for name in self._models.names()]
        async with self._store.reading() as session:
            parts = [
                sections.live(await _now(session)),
                sections.models(models),
                await _by_day(session),
                sections.confusions(await figures.confusions(session, _since(), CONFUSIONS)),
                sections.people(
                    await figures.people(session, PEOPLE),
                    await figures.count_people(session),
                    self._admins,
                ),
            ]
        text = pieces.page(self._notices.pop(visitor.person, ""), parts, DAYS)
        return web.Response(text=text, content_type="text/html", headers=FROM_HERE)

    async def now(self, request: web.Request) -> web.Response:
        """What changes from second to second, as a piece of the page."""
        await self._sessions.admin(request)
        async with self._store.reading() as session:
            return web.Response(text=await _now(session), content_type="text/html")

    async def report(self, request: web.Request) -> web.FileResponse:
        """A version's report as training wrote it."""
        await self._sessions.admin(request)
        model, version = request.match_info["model"], request.match_info["version"]
        try:
            return web.FileResponse(await self._models.report(model, version), headers=REPORT)
        except BadVersion as error:
            raise web.HTTPNotFound(text=str(error)) from None

    async def order(self, request: web.Request) -> web.Response:
        """Do it, and go back to the page, which says what came of it."""
        visitor = await self._sessions.admin(request)
        form = await request.post()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        order = self._orders.known[request.path.rpartition("/")[2]]
        try:
            with speaking(ENGLISH):  # as the page does
                said = await order(f"{CHANNEL}:{visitor.person}", fields)
        except NonesuchError as error:
            said = str(error)
        self._notices[visitor.person] = said
        raise web.HTTPSeeOther("/admin")

    async def _state(self, model: str) -> ModelState:
        versions, former = await self._models.versions(model), await self._former(model)
        async with self._store.reading() as session:
            corrections = await training_runs.new_corrections(session, model, SENDER)
            contradictions = await trust.contradictions(session, model)
        return ModelState(
            name=model,
            finds_point=self._models.finds_point(model),
            versions=versions,
            former=former,
            corrections=corrections,
            contradictions=len({photo for photo, _ in contradictions}),
        )

    async def _former(self, model: str) -> str | None:
        """What a rollback goes back to; None if there is nothing."""
        try:
            former = await self._models.former(model)
        except BadVersion:
            return None
        return former if former != self._models.version(model) else None


async def _now(session: AsyncSession) -> Markup:
    return sections.now(await figures.queue(session), await figures.runs(session, RUNS))


async def _by_day(session: AsyncSession) -> Markup:
    answers = await figures.answers_by_day(session, _since())
    feedback = await figures.feedback_by_day(session, _since())
    return sections.by_day(answers, feedback, now()[:10], DAYS)


def _since() -> str:
    """The first moment that is looked back to, as `now` would say it."""
    return f"{later(-(DAYS - 1) * DAY_S)[:10]}T"
