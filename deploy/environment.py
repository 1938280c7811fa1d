"""Makes one of the two Python environments: `.venv` (the bot) or `.venv-train` (everything).

    python3 deploy/environment.py bot|train [--until-eof]

What is ready is left alone, what was interrupted is resumed. `.progress` in the environment says
in one line what is going on, while the lock on its list of packages is held; `.ready` is written
last. Knows nothing of the bot or of make.

Only the standard library, and only syntax that old Pythons can read: they get a sentence.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator  # noqa: UP035 - Python 3.7 can't subscript collections.abc's

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"bot": ROOT / ".venv", "train": ROOT / ".venv-train"}
LOCKS = {
    "bot": [ROOT / "requirements-bot.txt"],
    "train": [ROOT / "requirements-train.txt", ROOT / "requirements-bot.txt"],
}
ITSELF = ["--no-deps", "--no-build-isolation", "--editable", "."]
STEPS = {
    "bot": [("the bot's packages", ["-r", "requirements-bot.txt"]), ("nonesuch", ITSELF)],
    "train": [
        ("the bot's packages", ["-r", "requirements-bot.txt"]),
        ("torch", ["-c", "requirements-train.txt", "torch", "torchvision"]),
        ("training and test tools", ["-r", "requirements-train.txt"]),
        ("nonesuch", ITSELF),
    ],
}
GB = 10**9
# On x86_64 torch comes with CUDA: 5.5 GB in place, and its packed form meanwhile.
TRAIN_GB = 8 if platform.machine() == "x86_64" else 3


def make(name: str) -> None:
    """Make the environment `name` unless it is ready; exit with a sentence if that fails."""
    require_python()
    if is_ready(name):
        return
    try:
        with only_one(LOCKS[name][0]):
            if not is_ready(name):
                build(name)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up failed; the lines above say why. The command: {shlex.join(error.cmd)}")
    except KeyboardInterrupt:
        print("\nStopped. The next set-up goes on from here.", file=sys.stderr)
        sys.exit(130)


def require_python() -> None:
    """Exit with a sentence where this Python can't make the environments."""
    # An older Python is exactly what is asked about, whatever pyproject.toml promises.
    if sys.version_info < (3, 11):  # noqa: UP036
        found = "{}.{}".format(*sys.version_info)
        sys.exit(
            f"nonesuch needs Python 3.11 or newer, this is {found}. If you have a newer one, "
            "name it: make run PYTHON=python3.12"
        )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(
            "This Python comes without venv and pip. On Debian and Ubuntu: apt install python3-venv"
        )


def is_ready(name: str) -> bool:
    """Whether the environment was made from these lock files, here, with this Python."""
    folder = FOLDERS[name]
    stamp = folder / ".ready"
    made = (folder / "bin/python").exists() and stamp.exists()
    return made and stamp.read_text().strip() == fingerprint(name)


def fingerprint(name: str) -> str:
    """The hash of all that the environment depends on."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for path in [*LOCKS[name], ROOT / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def shortage(name: str) -> str | None:
    """One sentence where the disk is too full for the environment, else None."""
    if name == "bot" or any(whole_packages(FOLDERS[name], "torch")):
        return None
    free = shutil.disk_usage(ROOT).free
    if free >= TRAIN_GB * GB:
        return None
    return (
        f"Training is not set up: it needs about {TRAIN_GB} GB and {ROOT} has "
        f"{free / GB:.1f} GB free. The bot answers without it."
    )


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Wait until no other set-up is in here. The system lets go when the last of it has died."""
    with lock.open() as file:
        os.set_inheritable(file.fileno(), True)  # pip may outlive a killed set-up
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running; waiting for it.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(name: str) -> None:
    """Make the environment step by step; `.ready` is written last."""
    folder, steps = FOLDERS[name], STEPS[name]
    (folder / ".ready").unlink(missing_ok=True)
    full = shortage(name)
    if full:
        sys.exit(full)
    try:
        make_venv(folder)
        forget_half_installed(folder)
        for number, (what, arguments) in enumerate(steps, start=1):
            say(folder, f"installing {what} ({number} of {len(steps)})")
            install(folder, arguments, quiet=name == "bot")
        (folder / ".ready").write_text(fingerprint(name) + "\n")
    finally:
        (folder / ".progress").unlink(missing_ok=True)
    print(f"{folder.name} is ready.", flush=True)


def say(folder: Path, line: str) -> None:
    """Tell whoever watches the terminal, and whoever reads `.progress`, what is going on."""
    (folder / ".progress").write_text(line + "\n")
    print(f"{folder.name}: {line}", flush=True)


def make_venv(folder: Path) -> None:
    """An empty environment of this Python with a whole pip, unless it is there."""
    if (folder / "bin/python").exists() and any(whole_packages(folder, "pip")):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    say(folder, "making the environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)


def install(folder: Path, arguments: list[str], quiet: bool) -> None:
    """Run pip in the environment, with what PIP_ARGS asks for."""
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--disable-pip-version-check"]
    if quiet:
        pip.append("--quiet")
    wanted = shlex.split(os.environ.get("PIP_ARGS", ""))
    command = [*pip, *wanted, *arguments]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, close_fds=False, check=True)


def packages(folder: Path, name: str = "*") -> Iterator[Path]:
    """The `.dist-info` folders of this Python's packages in the environment."""
    major, minor = sys.version_info[:2]
    return (folder / f"lib/python{major}.{minor}/site-packages").glob(f"{name}-*.dist-info")


def whole_packages(folder: Path, name: str) -> Iterator[Path]:
    """Those that pip has finished with: it writes RECORD last."""
    return (package for package in packages(folder, name) if (package / "RECORD").exists())


def forget_half_installed(folder: Path) -> None:
    """Drop what an interrupted pip left behind, or the next one would take it for installed."""
    for package in packages(folder):
        if not (package / "RECORD").exists():
            shutil.rmtree(package)


def stop_at_eof() -> None:
    """End this process group as soon as nobody holds the other end of standard input."""
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGTERM)


def obey_ctrl_c() -> None:
    """Let SIGINT end this process, and those it starts, also where a shell had it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main() -> None:
    """Read the command line and make the environment."""
    name, *options = sys.argv[1:]
    # As an exception it ends the step and cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    obey_ctrl_c()
    if "--until-eof" in options:
        threading.Thread(target=stop_at_eof, daemon=True).start()
    make(name)


if __name__ == "__main__":
    main()
