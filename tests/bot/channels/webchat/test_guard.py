"""What every request and response goes through."""

import logging

import pytest

from bot.store.engine import Store
from bot.web import guard
from tests.bot.channels.webchat.page import Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/api/events", "/nowhere", "/healthz"])
async def test_every_response_is_strict(site: Site, page: Page, path: str) -> None:
    """Pages, files, streams and errors alike: no foreign source, no framing, no sniffing."""
    headers = await page.headers(path)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Server"] == "nonesuch"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("LOCALHOST.", 200),
        ("bot.example", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("[::", 421),
        ("", 421),
    ],
)
async def test_on_loopback_only_own_names_are_served(
    serve: Serve, open_page: OpenPage, host: str, status: int
) -> None:
    """A site elsewhere that points its name at this machine gets nothing (DNS rebinding)."""
    page = await open_page(await serve(public_url="https://bot.example"))
    assert (await page.get("/healthz", headers={"Host": host}))[0] == status


async def test_on_every_address_any_name_is_served(serve: Serve, open_page: OpenPage) -> None:
    """Bound to all addresses, the bot can't know its names."""
    page = await open_page(await serve(host="0.0.0.0"))  # noqa: S104 - what is tested
    assert (await page.get("/healthz", headers={"Host": "bears.lan:8080"}))[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://bot.example"}, 200),
        ({"Origin": "http://localhost:1234", "Host": "localhost:1234"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "http://[::"}, 403),
    ],
)
async def test_post_must_come_from_own_page(
    serve: Serve, open_page: OpenPage, headers: dict[str, str], status: int
) -> None:
    """Another site's page can't send anything in a person's name."""
    page = await open_page(await serve(public_url="https://bot.example"))
    assert (await page.post("/api/open", headers=headers)).status == status


async def test_unforeseen_trouble_is_a_sentence_and_a_log_line(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw shows no trace to the person, and one to whoever runs the bot."""

    def broken(_: Store) -> None:
        raise ZeroDivisionError

    logged: list[str] = []
    monkeypatch.setattr(guard.log, "exception", lambda event, **_: logged.append(event))
    monkeypatch.setattr(Store, "reading", broken)
    said = await page.say("hello")
    monkeypatch.undo()
    assert said.status == 500
    assert said.body == {"error": "Something went wrong here. Please try again."}
    assert logged == ["request failed"]


async def test_tokens_do_not_reach_a_log(
    site: Site, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the log level, an admin link that was opened is not in the log."""
    with caplog.at_level(logging.DEBUG):
        await page.get("/admin/very-secret")
        await page.post("/admin/very-secret")
    assert "very-secret" not in caplog.text


async def test_health_is_told(page: Page) -> None:
    """A proxy or supervisor sees that the bot is ready."""
    status, body, _ = await page.get("/healthz")
    assert (status, body) == (200, b'{"status": "ready"}')


@pytest.mark.parametrize(
    "path", ["/static/../guard.py", "/static/%2e%2e/guard.py", "/static/", "/.env"]
)
async def test_only_the_page_s_own_files_are_served(page: Page, path: str) -> None:
    """No path leads out of the static files."""
    assert (await page.get(path))[0] == 404


async def test_files_are_asked_for_again_only_when_they_changed(page: Page) -> None:
    """A second load costs a question per file, and a new version is seen at once."""
    _, _, headers = await page.get("/static/chat.js")
    status, body, _ = await page.get("/static/chat.js", headers={"If-None-Match": headers["Etag"]})
    assert (status, body) == (304, b"")
    assert headers["Cache-Control"] == "no-cache"


async def test_greeting_that_is_refused_does_not_keep_the_page_from_opening(
    serve: Serve, open_page: OpenPage
) -> None:
    """A page is useful without its greeting."""
    site = await serve()
    page = Page(site.web)
    opened = await page.open()
    await page.close()
    assert opened["commands"] == [
        {"name": "start", "about": "what I do, and what I know"},
        {"name": "model", "about": "Choose the model that answers"},
    ]
