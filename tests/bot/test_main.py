"""The command line as a person at a terminal meets it: what it prints, and the exit status."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.service import Service


@pytest.fixture
async def service(own_home: Path) -> AsyncIterator[Service]:
    """A bot in a process of its own."""
    service = Service(own_home, {})
    await service.start()
    yield service
    await service.kill()
    print(service.log.read_text())  # shown when the test fails  # noqa: T201


async def bot(
    service: Service, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """`python -m bot …` beside the service, to its end."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", *arguments],
        cwd=service.log.parent,
        env=service.environment | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def test_a_second_bot_is_refused(service: Service, tmp_path: Path) -> None:
    """On the same home, or on the same port: one sentence each, and the first one goes on."""
    address = await service.address()
    port = address.rpartition(":")[2]
    same_home, same_port = await asyncio.gather(
        bot(service, "run"),
        bot(service, "run", NONESUCH_HOME=str(tmp_path / "other"), NONESUCH_PORT=port),
    )

    assert (same_home.returncode, same_port.returncode) == (2, 2)
    assert same_home.stderr.startswith("Another bot is running on ")
    assert same_home.stderr.count("\n") == 1
    sentence = same_port.stderr.splitlines()[-1]
    assert f"port {port}" in sentence
    assert "in use" in sentence
    assert "Traceback" not in same_port.stderr
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as response:
        assert response.status == 200


async def test_an_older_program_on_a_newer_database(service: Service) -> None:
    """After a downgrade: one sentence, exit status 2, and not a byte of the database changed."""
    await service.address()
    await service.stop()
    with closing(sqlite3.connect(service.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = service.database.read_bytes()

    done = await bot(service, "run")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("The database was made by a newer version")
    assert "Traceback" not in done.stderr
    assert service.database.read_bytes() == before


async def test_the_other_commands_work_beside_a_running_bot(
    service: Service, tmp_path: Path
) -> None:
    """An admin link that makes an admin, once; nothing wrong; a backup, and back elsewhere."""
    address = await service.address()
    link = await bot(service, "admin-link")
    assert link.returncode == 0
    async with aiohttp.ClientSession() as session:
        used = []
        for _ in range(2):
            path = address + link.stdout.strip()
            async with session.post(path, allow_redirects=False) as response:
                used.append(response.status)
    assert used == [303, 410]

    doctor = await bot(service, "doctor")
    assert (doctor.returncode, "WRONG" in doctor.stdout) == (0, False)

    tar, elsewhere = tmp_path / "nonesuch.tar", tmp_path / "elsewhere"
    backup = await bot(service, "backup", str(tar))
    restore = await bot(service, "restore", str(tar), NONESUCH_HOME=str(elsewhere))
    assert backup.stdout.endswith(f"To put it back: python -m bot restore {tar}\n")
    assert restore.stdout == f"Restored to {elsewhere}.\n"
    assert (elsewhere / "nonesuch.db").exists()


async def test_the_admin_link_is_for_a_terminal_only(service: Service) -> None:
    """A log or a journal gets the chat's address; only who sits at a terminal gets the link."""
    await service.address()
    await service.stop()
    assert "/admin/" not in service.log.read_text()

    terminal, program = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=service.log.parent,
        env=service.environment,
        stdout=program,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(program)
    shown = ""
    while "Become admin" not in shown or not shown.endswith("\n"):
        shown += (await asyncio.to_thread(os.read, terminal, 1024)).decode()
    process.terminate()
    await process.wait()
    os.close(terminal)

    (address,) = re.findall(r"The chat: (\S+)", shown)
    assert re.search(
        rf"Become admin \(once, within 15 minutes\): {address}/admin/[\w-]{{40,}}", shown
    )


async def test_the_admin_links_address(service: Service) -> None:
    """What a browser can open from where the person is; where nobody can know it, that is said."""
    await service.address()
    local = {"NONESUCH_PORT": "8080", "NONESUCH_HOST": "0.0.0.0"}  # noqa: S104 - not bound
    public = {"NONESUCH_PUBLIC_URL": "https://bot.example.org/"}
    here, outside, unknown = await asyncio.gather(
        bot(service, "admin-link", **local),
        bot(service, "admin-link", **public),
        bot(service, "admin-link"),
    )

    assert here.stdout.startswith("http://127.0.0.1:8080/admin/")
    assert outside.stdout.startswith("https://bot.example.org/admin/")
    assert unknown.stdout.startswith("/admin/")
    assert "the address" in unknown.stderr


def test_an_admin_link_without_a_bot(own_home: Path) -> None:
    """Most likely the wrong home: a link for a bot that is not there would never work."""
    done = CliRunner().invoke(app, ["admin-link"])

    assert done.exit_code == 2
    assert done.output.startswith(f"There is no bot in {own_home} yet")
    assert not own_home.exists()


def test_an_admin_link_on_a_damaged_database(own_home: Path) -> None:
    """A sentence."""
    own_home.mkdir()
    (own_home / "nonesuch.db").write_bytes(b"no database at all" * 1000)
    done = CliRunner().invoke(app, ["admin-link"])

    assert done.exit_code == 2
    assert "can't be used" in done.output


@pytest.mark.parametrize(
    "command",
    [
        *("run", "admin-link", "doctor", "backup x", "restore x"),
        *("people", "forget --yes x", "export x"),
    ],
)
def test_wrong_settings_stop_every_command(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line that names the variable, and exit status 2."""
    monkeypatch.setenv("NONESUCH_PORT", "abc")
    done = CliRunner().invoke(app, command.split())

    assert done.exit_code == 2
    assert done.output.startswith("NONESUCH_PORT: ")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_can_not_be_backed_up_or_restored(
    command: str, own_home: Path, tmp_path: Path
) -> None:
    """One sentence, exit status 2, no traceback."""
    done = CliRunner().invoke(app, [command, str(tmp_path / "nonesuch.tar")])

    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 1
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("command", ["people", "forget --yes memory:ann", "export out"])
def test_there_is_nobody_to_forget_where_no_bot_is(command: str, own_home: Path) -> None:
    """Most likely the wrong home: one sentence, and it is not made."""
    done = CliRunner().invoke(app, command.split())

    assert done.exit_code == 2
    assert done.output.startswith(f"There is no bot in {own_home}")
    assert not (own_home / "nonesuch.db").exists()


async def test_a_person_is_forgotten_beside_a_running_bot(service: Service) -> None:
    """The bot does it, and the command line says how it goes; without --yes it asks first."""
    address = await service.address()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await (await browser.post(f"{address}/api/open", headers={"Origin": address})).read()
    async with asyncio.timeout(30):
        while not (listed := (await bot(service, "people")).stdout):
            await asyncio.sleep(0.2)
    person = listed.split()[0]

    asked = await bot(service, "forget", person)
    assert (asked.returncode, "Delete all that is kept of" in asked.stdout) == (1, True)
    told = await bot(service, "forget", "--yes", person)

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("The bot that runs does it.\nNothing of yours is left here")
    assert (await bot(service, "people")).stdout == ""
