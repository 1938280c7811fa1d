"""The admin page over HTTP, on real models and a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape

import pytest
from sqlalchemy import select

from bot.channels.webchat import WebChat
from bot.conversation.messages import Reply
from bot.intake import Intake
from bot.models import Models
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import outbox, people, training_runs
from bot.store.engine import Store
from bot.store.tables import Person, TrainingRun
from bot.web.overview import OverviewApi
from model.backbone import Backbones
from model.registry import Registry
from tests.bot.channels.webchat.page import Answered, Page
from tests.bot.channels.webchat.site import OpenPage, Site
from tests.bot.channels.webchat.test_pictures import make_admin
from tests.bot.conversation.dialogue import GRIZZLY
from tests.bot.store.test_figures import answered, told
from tests.bot.versions import add_version, damage

ORDERS = ("retrain", "cancel", "promote", "rollback", "block", "unblock")
HTML = '<script>alert("&")</script>'
MADE_UP = ("", "../..", "\x00", "9" * 30, "x" * 5000, HTML)


@dataclass(slots=True)
class Bot:
    """A web chat with the admin page, its models, and a page whose person is an admin."""

    site: Site
    models: Models
    registry: Registry
    page: Page

    async def shows(self) -> str:
        """The admin page's HTML as it is served."""
        status, body, _ = await self.page.get("/admin")
        assert status == 200
        return body.decode()

    async def orders(self, order: str, **fields: str) -> str:
        """Send a form; what the page says came of it."""
        sent = await self.page.post(f"/admin/{order}", data=fields)
        assert (sent.status, sent.headers["Location"]) == (303, "/admin")
        return unescape(await self.shows())

    async def runs(self) -> list[TrainingRun]:
        async with self.site.store.reading() as session:
            return list(await session.scalars(select(TrainingRun)))

    async def person(self, key: str) -> Person:
        async with self.site.store.reading() as session:
            return await session.get_one(Person, key)


@pytest.fixture(scope="module")
def backbones() -> Backbones:
    return Backbones(threads=1)


@pytest.fixture
async def served(
    settings: Settings, store: Store, backbones: Backbones
) -> AsyncIterator[tuple[Site, Models, Registry]]:
    registry = Registry(settings.registry)
    models = Models(registry, backbones)
    await models.start()
    photos = PhotoFiles(settings.home, 10**9)
    chat = WebChat(store, settings, photos)
    OverviewApi(store, settings, models, chat.sessions).add_to(chat.app.router)
    site = Site(chat, store, settings, photos, Intake(store, settings))
    await chat.start(site.intake.save)
    yield site, models, registry
    await chat.close()
    await models.stop()


@pytest.fixture
async def bot(served: tuple[Site, Models, Registry], open_page: OpenPage) -> Bot:
    site, models, registry = served
    page = await open_page(site)
    await make_admin(site, page)
    return Bot(site, models, registry, page)


async def get_all(page: Page) -> list[tuple[int, bytes, dict[str, str]]]:
    paths = ("/admin", "/admin/now", "/admin/reports/bears/shipped-1")
    return [await page.get(path) for path in paths]


async def test_nobody_else_sees_it_or_orders_anything(bot: Bot, open_page: OpenPage) -> None:
    """Who is no admin, and who has no chat yet, is told how to become one, and nothing happens."""
    add_version(bot.registry)
    fields = {"model": "bears", "version": "1", "person": f"webchat:{HTML}"}
    for page in (await open_page(bot.site), Page(bot.site.web)):
        seen = await get_all(page)
        sent = [await page.post(f"/admin/{order}", data=fields) for order in ORDERS]
        await page.close()

        assert {status for status, _, _ in seen} == {403}
        assert all(b"python -m bot admin-link" in body for _, body, _ in seen)
        assert {each.status for each in sent} == {403}
    assert bot.models.version("bears") == "shipped-1"
    assert await bot.runs() == []


async def test_another_site_orders_nothing(bot: Bot) -> None:
    """An admin who looks at a page elsewhere promotes nothing by it."""
    add_version(bot.registry)
    sent: Answered = await bot.page.post(
        "/admin/promote",
        data={"model": "bears", "version": "1"},
        headers={"Origin": "https://evil.example"},
    )

    assert sent.status == 403
    assert bot.models.version("bears") == "shipped-1"


async def test_a_version_is_promoted(bot: Bot) -> None:
    """It answers at once, by this admin's word; the page says so once."""
    add_version(bot.registry)
    who = await bot.person(f"webchat:{await bot.site.person(bot.page)}")

    said = await bot.orders("promote", model="bears", version="1")

    assert "From now on version 1 of bears answers." in said
    assert bot.models.version("bears") == "1"
    history = (bot.registry.root / "bears/history.jsonl").read_text()
    assert who.pseudonym in history
    assert "From now on" not in await bot.shows()


async def test_a_damaged_version_is_refused(bot: Bot) -> None:
    """The page says what is wrong with it, and the former one goes on answering."""
    add_version(bot.registry)
    damage(bot.registry, "1")

    said = await bot.orders("promote", model="bears", version="1")

    assert "checksum differs" in said
    assert bot.models.version("bears") == "shipped-1"


async def test_a_rollback_sent_twice_goes_back_once(bot: Bot) -> None:
    """The form names the version that it takes back."""
    for version in ("1", "2"):
        add_version(bot.registry)
        await bot.models.promote("bears", version, who="x")
    assert "Yes, let 1 answer" in await bot.shows()

    first = await bot.orders("rollback", model="bears", version="2")
    second = await bot.orders("rollback", model="bears", version="2")

    assert "From now on version 1 of bears answers." in first
    assert "Another version answers by now." in second
    assert bot.models.version("bears") == "1"


async def test_where_nothing_answered_before_no_rollback_is_offered(bot: Bot) -> None:
    """The first version has none before it."""
    assert "Roll " not in await bot.shows()


async def test_a_training_is_asked_for_and_stopped(bot: Bot) -> None:
    """As by /retrain in the admin's own chat, which then tells how it goes."""
    me = f"webchat:{await bot.site.person(bot.page)}"

    assert "The training starts." in await bot.orders("retrain", model="bears")
    assert "A training of bears is under way." in await bot.orders("retrain", model="pascal")
    [run] = await bot.runs()
    assert (run.model, run.status, run.chat_id, run.person_id) == ("bears", "waiting", me, me)

    assert "The training stops." in await bot.orders("cancel", run=str(run.id))
    assert "has ended already" in await bot.orders("cancel", run=str(run.id))
    [run] = await bot.runs()
    assert run.status == "cancelling"


async def test_what_can_not_be_trained_from_chat_is_not_offered(bot: Bot) -> None:
    """Nor done, if somebody asks for it all the same."""
    assert 'aria-label="Retrain heads"' not in await bot.shows()
    assert "finds a point" in await bot.orders("retrain", model="heads")
    assert await bot.runs() == []


async def test_how_a_training_goes(bot: Bot) -> None:
    """What its message says, with its progress; later what came of it."""
    async with bot.site.store.writing() as session:
        run = await training_runs.request(session, "bears", "memory:1", "memory:ann")
        told_ = Reply("Training: looking at photos, 3 of 4 …", progress=0.75)
        message = await outbox.add(session, "memory:1", told_)
        await training_runs.update(session, run.id, status="running", outbox_id=message)
    _, at_work, _ = await bot.page.get("/admin/now")
    async with bot.site.store.writing() as session:
        why = f"no better {HTML}"
        await training_runs.update(session, run.id, status="refused", version="1", why=why)
    _, ended, _ = await bot.page.get("/admin/now")

    assert "looking at photos, 3 of 4" in at_work.decode()
    assert 'value="0.750"' in at_work.decode()
    assert "No training is under way." in ended.decode()
    assert f"no better {HTML}" in unescape(ended.decode())
    assert "<script>" not in ended.decode()


async def test_people_are_blocked_and_let_back(bot: Bot) -> None:
    """By their key; admins stay, and who is not there is said."""
    async with bot.site.store.writing() as session:
        await people.ensure_person(session, "telegram:7", "Troll")
    me = f"webchat:{await bot.site.person(bot.page)}"

    assert "Troll is blocked" in await bot.orders("block", person="telegram:7")
    assert (await bot.person("telegram:7")).blocked_at
    assert 'aria-label="Unblock Troll"' in await bot.shows()
    assert "is not blocked any more" in await bot.orders("unblock", person="telegram:7")
    assert (await bot.person("telegram:7")).blocked_at is None
    assert "Nobody blocks an admin." in await bot.orders("block", person=me)
    for order in ("block", "unblock"):
        assert "I don't know who nobody is" in await bot.orders(order, person="nobody")


async def test_a_made_up_form_changes_nothing(bot: Bot) -> None:
    """Whatever a form says, the page comes back, with a sentence and without its HTML."""
    for value in MADE_UP:
        fields = dict.fromkeys(("model", "version", "person", "run"), value) if value else {}
        for order in ORDERS:
            await bot.orders(order, **fields)
            assert "<script>" not in await bot.shows()

    assert bot.models.version("bears") == "shipped-1"
    assert await bot.runs() == []


async def test_nothing_that_people_wrote_becomes_html(bot: Bot) -> None:
    """Names of people and of classes are shown as they are."""
    async with bot.site.store.writing() as session:
        await people.ensure_person(session, f"telegram:{HTML}", HTML)
        row = await answered(session, "a", GRIZZLY, day="2999-01-01")
        await told(session, row, "", "grizzly", day="2999-01-01")
        await told(session, row, HTML.replace(" ", "_"), day="2999-01-01")

    shown = await bot.shows()

    assert "<script>alert" not in shown
    assert unescape(shown).count(HTML) >= 3  # the class, the person's name, their key


async def test_versions_are_shown_with_their_figures(bot: Bot) -> None:
    """Two with figures make a line; what is wrong with a damaged one stands in its place."""
    assert "Versions of bears." not in await bot.shows()
    add_version(bot.registry, figures={"exact": 0.905, "none_recall": 0.8})
    add_version(bot.registry)
    damage(bot.registry, "2")

    shown = await bot.shows()

    assert "90.5% exactly right, 80.0% rightly none" in shown
    assert "Versions of bears." in shown
    assert "checksum differs" in shown
    assert "mean error in % of the diagonal" in shown  # of one that finds a point


async def test_a_report_stands_alone(bot: Bot) -> None:
    """As training wrote it; its styles and pictures are allowed, scripts and others' are not."""
    status, body, headers = await bot.page.get("/admin/reports/bears/shipped-1")

    assert status == 200
    assert body == (bot.registry.path("bears", "shipped-1") / "report.html").read_bytes()
    assert headers["Content-Type"].startswith("text/html")
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'unsafe-inline'", "sandbox"} <= set(policy)
    assert not any(rule.startswith(("script-src", "connect-src")) for rule in policy)


async def test_a_report_is_no_way_to_other_files(bot: Bot) -> None:
    """Only a version that is there, and was written with a report, has one."""
    add_version(bot.registry)  # without a report
    paths = [
        *("bears/1", "bears/9", "nobody/1", "bears/shipped-1/card.json"),
        *("bears/..%2f..%2f..%2fnonesuch.db", "..%2fregistry%2fbears/1", "bears/%00"),
    ]

    statuses = [(await bot.page.get(f"/admin/reports/{path}"))[0] for path in paths]

    assert statuses == [404] * len(paths)
