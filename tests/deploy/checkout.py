"""A checkout in a temporary folder whose environments have a pip that installs nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
NEEDED = ["deploy", "requirements-bot.txt", "requirements-train.txt", "pyproject.toml"]

# Stands for an environment's Python. As pip it writes down what it was asked and what `.progress`
# said, waits as long as the file `hold` is there, and fails if `fail` is there. As the bot it
# says so and waits for a signal.
PYTHON = """#!/bin/sh
if [ "$2" = pip ]; then
    shift 2
    echo "$(cat {env}/.progress) | ready: $(test -e {env}/.ready && echo yes || echo no) | $*" \
        >> pip.log
    while [ -e hold ]; do sleep 0.05; done
    test ! -e fail
else
    trap 'exit 0' INT TERM
    echo "the bot: $*"
    while :; do sleep 0.05; done
fi
"""


class Checkout:
    """A copy of what the set-up needs, with a stand-in for both environments' Python."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.started: list[subprocess.Popen[str]] = []
        for name in NEEDED:
            copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
            copy(PROJECT / name, root / name)
        for name in (".venv", ".venv-train"):
            self.fake_environment(root / name)

    def fake_environment(self, env: Path) -> None:
        (env / "bin").mkdir(parents=True)
        python = env / "bin/python"
        python.write_text(PYTHON.format(env=env))
        python.chmod(0o755)
        package(env, "pip", whole=True)

    def start(self, *command: str, **env: str) -> subprocess.Popen[str]:
        """Start one of deploy's scripts, with a pipe for its input."""
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=self.root,
            env=os.environ | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def close(self) -> None:
        """End what a failed test left running."""
        (self.root / "hold").unlink(missing_ok=True)
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def set_up(self, name: str, **env: str) -> tuple[int, str]:
        """Make an environment; the exit status and what was said."""
        process = self.start("deploy/environment.py", name, **env)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    @property
    def pip_log(self) -> list[str]:
        """What pip was asked, and what could be seen from outside meanwhile."""
        log = self.root / "pip.log"
        return log.read_text().splitlines() if log.exists() else []


def package(env: Path, name: str, *, whole: bool) -> Path:
    """A package in an environment, as pip leaves it when done, or when interrupted."""
    version = "{}.{}".format(*sys.version_info)
    info = env / f"lib/python{version}/site-packages/{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\n")
    if whole:
        (info / "RECORD").write_text("")
    return info


def wait_until(true: Callable[[], object], limit_s: float = 60) -> None:
    """Return as soon as it is true; the limit is too long for anything that works."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, f"it did not happen within {limit_s} s"
        time.sleep(0.02)
