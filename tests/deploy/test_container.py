"""What is known of the container and the systemd unit without an engine to run them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.checkout import PROJECT

DEPLOY = PROJECT / "deploy"
SYSTEMD = shutil.which("systemd-analyze") or ""


@pytest.mark.slow
@pytest.mark.timeout(600)  # packages are fetched
def test_the_dockerfiles_steps_make_a_bot_that_serves(tmp_path: Path) -> None:
    """Its steps work in an empty folder; the bot there is healthy, stops, writes to its volume."""
    done = subprocess.run(
        [sys.executable, DEPLOY / "check_dockerfile.py", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("writes only to its volume.\n")
    assert (tmp_path / "root/data/nonesuch.db").exists()


def test_compose_takes_every_right_away() -> None:
    """The container can't gain rights, change its files, or be reached from other machines."""
    bot = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["bot"]

    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["read_only"] is True
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])


def test_compose_builds_what_is_here() -> None:
    """Its paths lead to the Dockerfile and the top folder."""
    build = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["bot"]["build"]
    context = (DEPLOY / build["context"]).resolve()

    assert context == PROJECT
    assert (context / build["dockerfile"]).is_file()


@pytest.mark.skipif(not SYSTEMD, reason="no systemd-analyze")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """systemd's own check has nothing to say about it, and calls its exposure low."""
    unit = tmp_path / "nonesuch.service"
    text = (DEPLOY / "nonesuch.service").read_text()
    unit.write_text(text.replace("/opt/nonesuch/.venv/bin/python", sys.executable))

    verified = subprocess.run([SYSTEMD, "verify", unit], capture_output=True, text=True)
    rated = subprocess.run(
        [SYSTEMD, "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert rated.returncode == 0, rated.stdout.splitlines()[-1]
