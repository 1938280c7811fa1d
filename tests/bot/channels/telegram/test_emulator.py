"""The whole bot against an independent Telegram emulator, in an environment of its own.

It checks each request against the Bot API's contract and keeps a journal with its verdict.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.settings import Settings
from tests import peers

TOKEN = "4242:AAF-a_synthetic_token"
ANN = {"id": 7001, "is_bot": False, "first_name": "Ann"}
CHAT = {"id": 7001, "type": "private", "first_name": "Ann"}
WAIT_S = 30.0


@dataclass(slots=True)
class Emulator:
    """The running emulator; `program` also judges its journal."""

    program: str
    url: str
    journal: Path

    async def send(self, **update: Any) -> None:
        """Somebody does something."""
        async with aiohttp.ClientSession() as http:
            body = {"token": TOKEN, "update": update}
            async with http.post(f"{self.url}/__fixture/updates", json=body) as response:
                assert response.status == 200, await response.text()

    async def until(self, method: str, count: int) -> None:
        """Wait until the bot has called the method so often."""
        async with asyncio.timeout(WAIT_S):
            while self.journal.read_text().count(f'"{method}"') < count:
                await asyncio.sleep(0.05)

    async def verdict(self, *required: str) -> tuple[int, str]:
        """Its exit status, 0 when nothing was refused and all that is required was done."""
        process = await asyncio.create_subprocess_exec(
            *(self.program, "verdict", str(self.journal), "--require-response"),
            *(word for method in required for word in ("--require-method", method)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    program = str(peers.environment("telegram") / "lo-bot-api-emulator")
    journal = tmp_path / "journal.jsonl"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(program, "--port", str(port), "--enable-control", "--journal", str(journal))
    )
    try:
        await _listens(port)
        yield Emulator(program, f"http://127.0.0.1:{port}", journal)
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return


@pytest.fixture
async def app(emulator: Emulator, own_home: Path) -> AsyncIterator[App]:
    settings = {"telegram_token": TOKEN, "telegram_api": emulator.url, "port": 0}
    app = App(Settings.model_validate(settings))
    await app.start()
    yield app
    await app.stop()


@pytest.mark.usefixtures("app")
async def test_it_refuses_nothing_that_we_send(emulator: Emulator) -> None:
    """Commands are answered, and a tapped button too; every request keeps the contract."""
    for number, text in enumerate(("/start", "/model", "a grizzly"), 1):
        message = {"message_id": number, "date": int(time.time()), "chat": CHAT, "from": ANN}
        await emulator.send(message={**message, "text": text})
        await emulator.until("sendMessage", number)
    tapped = {"message_id": 1, "date": int(time.time()), "chat": CHAT, "text": "?"}
    query = {"id": "1", "from": ANN, "message": tapped, "chat_instance": "1"}
    await emulator.send(callback_query={**query, "data": "model:pascal"})
    await emulator.until("answerCallbackQuery", 1)
    await emulator.until("sendMessage", 4)

    status, said = await emulator.verdict("sendMessage", "answerCallbackQuery", "setMyCommands")
    assert status == 0, said
