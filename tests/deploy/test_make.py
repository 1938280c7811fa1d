"""The two commands of the README, on a fresh clone: real packages, the real bot."""

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.deploy.checkout import PROJECT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # packages are fetched

MAKE = shutil.which("make") or "make"
IGNORED = shutil.ignore_patterns(".git", ".venv*", "var", "__pycache__", ".*_cache", ".env")


class Clone:
    """A fresh clone, and somebody who visits its chat with one browser."""

    def __init__(self, root: Path) -> None:
        shutil.copytree(PROJECT, root, ignore=IGNORED)
        self.root = root
        self.output = root / "output.txt"
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def make_run(self) -> subprocess.Popen[bytes]:
        """Type `make run TRAIN=no`; returns when the chat is served."""
        mine = {k: v for k, v in os.environ.items() if not k.startswith(("NONESUCH_", "MAKE"))}
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [MAKE, "run", "TRAIN=no"],
                cwd=self.root,
                env=mine | {"NONESUCH_PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: "The chat:" in self.said() or process.poll() is not None, limit_s=500)
        assert process.poll() is None, self.said()
        return process

    def said(self) -> str:
        """All that the terminal shows."""
        return self.output.read_text()

    def open_chat(self) -> list[dict[str, Any]]:
        """The bubbles that the visitor sees."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/open", b"")
        with self.browser.open(request) as answer:
            return list(json.load(answer)["messages"])


@dataclass
class FirstStart:
    """What a first `make run` did, until Ctrl-C ended it."""

    clone: Clone
    said: str
    greeting: list[dict[str, Any]]


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    """Run it once for all tests here: it takes half a minute."""
    clone = Clone(tmp_path_factory.mktemp("fresh") / "nonesuch")
    process = clone.make_run()
    try:
        wait_until(clone.open_chat)
        greeting = clone.open_chat()
        os.killpg(process.pid, signal.SIGINT)  # as the terminal does it
        process.wait(60)
        yield FirstStart(clone, clone.said(), greeting)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_make_run_sets_up_and_serves(first_start: FirstStart) -> None:
    """One command on a fresh clone: the set-up, then a chat that greets."""
    assert ".venv is ready." in first_start.said
    assert f"The chat: http://127.0.0.1:{first_start.clone.port}" in first_start.said
    assert first_start.greeting


def test_ctrl_c_looks_clean(first_start: FirstStart) -> None:
    """No traceback and no error of make's after Ctrl-C."""
    assert "***" not in first_start.said
    assert "Traceback" not in first_start.said


def test_the_bots_environment_is_without_torch(first_start: FirstStart) -> None:
    """`make run` gives people no torch, and no training tools, with TRAIN=no."""
    installed = [path.name for path in first_start.clone.root.glob(".venv/lib/*/site-packages/*")]

    assert "onnxruntime" in installed
    assert {"torch", "timm", "onnx", "pytest"}.isdisjoint(installed)
    assert not (first_start.clone.root / ".venv-train").exists()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_second_start_keeps_everything(first_start: FirstStart, end: signal.Signals) -> None:
    """It sets up nothing, shows the visitor the same chat, and the bot exits with 0."""
    process = first_start.clone.make_run()

    assert first_start.clone.open_chat()[: len(first_start.greeting)] == first_start.greeting
    (bot,) = psutil.Process(process.pid).children()
    bot.send_signal(end)
    assert process.wait(60) == 0
    assert "installing" not in first_start.clone.said()
