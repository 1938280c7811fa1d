"""The ground that the other tests stand on."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.settings import Settings


def test_every_test_has_a_home_of_its_own(own_home: Path, tmp_path: Path) -> None:
    """Settings read in a test point into that test's temporary folder."""
    assert Settings().home == own_home
    assert tmp_path in own_home.parents


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "nonesuch.example"])
def test_no_test_reaches_another_machine(host: str) -> None:
    """Connecting to another machine, or looking up its name, fails the test that does it."""
    with pytest.raises(pytest.fail.Exception, match="only this machine"):
        socket.create_connection((host, 80), timeout=1)


async def test_the_event_loop_is_guarded_too() -> None:
    """asyncio's own connections are refused alike."""
    with pytest.raises(pytest.fail.Exception, match="only this machine"):
        await asyncio.open_connection("192.0.2.1", 80)


async def test_this_machine_can_be_reached() -> None:
    """A server on loopback answers a test."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_the_browser_starts(browser: Browser) -> None:
    """Page tests get a real browser."""
    page = await browser.new_page()
    await page.set_content("<button>Right</button>")
    assert await page.get_by_role("button", name="Right").is_visible()


def test_settings_of_the_person_who_tests_are_out_of_sight() -> None:
    """Of all NONESUCH_ variables only the home is set."""
    assert [name for name in os.environ if name.startswith("NONESUCH_")] == ["NONESUCH_HOME"]
