"""What every test stands on: a home of its own, no settings from outside, no network, a browser."""

import ipaddress
import os
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.async_api import Browser, async_playwright
from playwright.sync_api import sync_playwright

from bot.settings import Settings

CHROMIUM_ARGS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def unavailable(reason: str) -> NoReturn:
    """Something outside of the project is missing: skip, but under CI fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"under CI nothing may be missing: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session", name="unavailable")
def unavailable_fixture() -> Callable[[str], NoReturn]:
    """For tests that need something outside of the project: `unavailable("no compiler")`."""
    return unavailable


def pytest_configure(config: pytest.Config) -> None:
    """The one marker: make test ARGS="-m 'not slow'" leaves these out."""
    config.addinivalue_line("markers", "slow: sets up real environments; half a minute")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what did not run: a skipped test proves nothing."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[-1]) for report in skipped)
    for reason, count in reasons.items():
        terminalreporter.write_line(f"NOT RUN: {count} x {reason}", red=True, bold=True)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh NONESUCH_HOME, and no other setting from the environment or from `.env`."""
    for name in [name for name in os.environ if name.startswith("NONESUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    home = tmp_path / "home"
    monkeypatch.setenv("NONESUCH_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever connects to another machine, or asks for its address, fails the test."""
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_outside(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_outside((host,))
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def refuse_outside(address: Any) -> None:
    """Fail unless the address is this machine's: a Unix socket, localhost, a loopback address."""
    if not isinstance(address, tuple) or not is_outside(address[0]):
        return
    # Not an Exception: the code under test can't take it for a network that is down.
    pytest.fail(f"a test tried to reach {address[0]!r}; only this machine may be reached")


def is_outside(host: str | bytes | None) -> bool:
    """Whether a name or address is another machine's."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return False
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that starts: the system's, else Playwright's own."""
    for path in candidates():
        try:
            subprocess.run([path, "--version"], check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError):
            continue
        return path
    unavailable("no browser for the page tests; make browser installs one")


def candidates() -> Iterator[str]:
    """Where a Chromium may be."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            yield path
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser of this test's own, driven by Playwright."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        await browser.close()
