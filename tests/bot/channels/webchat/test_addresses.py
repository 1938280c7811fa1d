"""How much is taken from one network address, whoever sends it."""

import re

import pytest

from bot.web import addresses
from tests.bot.channels.webchat.page import Answered, Page
from tests.bot.channels.webchat.site import OpenPage, Serve, Site
from tests.photos import jpeg

FEW = {"messages_per_minute": 2, "photos_per_hour": 1, "people_per_address": 2}
"""So four messages and two photos from one address."""


async def opened_by(site: Site, forwarded: str) -> int:
    """The status that a new browser gets whose request went over these addresses."""
    page = Page(site.web)
    answered = await page.post("/api/open", headers={"X-Forwarded-For": forwarded})
    await page.close()
    return answered.status


async def test_new_sessions_are_no_way_around_the_limits(serve: Serve, open_page: OpenPage) -> None:
    """Who opens one chat after another is asked to wait, in a sentence; a page that is open too."""
    site = await serve(**FEW)
    pages = [await open_page(site) for _ in range(3)]
    assert (await pages[0].say("the fourth")).status == 200
    said = await pages[1].say("the fifth")

    assert said.status == 429
    assert "one network address" in said.body["error"]
    assert re.search(r"try again in [56]\d seconds", said.body["error"])
    assert [one.text for one in await site.received("text")] == ["the fourth"]


async def test_photos_have_a_limit_of_their_own(serve: Serve, open_page: OpenPage) -> None:
    """For an hour, over all sessions; words are still taken."""
    site = await serve(**FEW | {"messages_per_minute": 50})
    answers: list[Answered] = []
    for _ in range(3):
        page = await open_page(site)
        answers.append(await page.photo(jpeg()))

    assert [answered.status for answered in answers] == [200, 200, 429]
    assert re.search(r"try again in [56]\d minutes", answers[-1].body["error"])
    assert (await page.say("hello")).status == 200
    assert len(await site.received("photo")) == 2


async def test_after_a_while_there_is_room_again(
    serve: Serve, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was refused can be sent then."""
    monkeypatch.setattr(addresses, "MINUTE_S", 0.0)
    site = await serve(**FEW)
    for _ in range(6):
        assert (await (await open_page(site)).say("hello")).status == 200


async def test_behind_a_trusted_proxy_the_senders_count(serve: Serve) -> None:
    """Each has room of their own; what a sender claims before the proxy's word counts nothing."""
    site = await serve(**FEW, trusted_proxies="127.0.0.1,10.0.0.0/8")
    one = [await opened_by(site, f"1.1.1.{number}, 203.0.113.7") for number in range(5)]
    other = await opened_by(site, "198.51.100.1, 10.1.2.3")  # over a second proxy

    assert one == [200] * 4 + [429]
    assert other == 200


async def test_nobody_else_is_believed(serve: Serve) -> None:
    """Without a proxy to trust the header is what anybody may write."""
    site = await serve(**FEW)
    assert [await opened_by(site, f"1.1.1.{n}") for n in range(5)] == [200] * 4 + [429]


async def test_behind_a_proxy_that_is_not_known_nobody_is_limited(serve: Serve) -> None:
    """All come from its address: one who sends much would keep everybody out."""
    site = await serve(**FEW, public_url="https://bot.example.org")
    assert [await opened_by(site, "1.1.1.1") for _ in range(6)] == [200] * 6


async def test_a_network_of_ipv6_is_one_address(serve: Serve) -> None:
    """Any household has 2^64 of them."""
    site = await serve(**FEW, trusted_proxies="127.0.0.1")
    same = [await opened_by(site, f"2001:db8:1:2::{number}") for number in range(5)]
    assert same == [200] * 4 + [429]
    assert await opened_by(site, "2001:db8:1:3::1") == 200


@pytest.mark.parametrize("header", ["unknown", "", ",", "1.2.3.4:80", "999.1.1.1"])
async def test_an_odd_header_of_the_proxy_breaks_nothing(serve: Serve, header: str) -> None:
    """Who sends is not known then: it counts for the proxy."""
    site = await serve(**FEW, trusted_proxies="127.0.0.1")
    assert [await opened_by(site, header) for _ in range(5)] == [200] * 4 + [429]
