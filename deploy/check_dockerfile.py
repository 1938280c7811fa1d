"""Does what the Dockerfile says without a container engine, as far as that goes.

    python3 deploy/check_dockerfile.py EMPTY_FOLDER

A fresh environment of this Python stands for the base image; the container's folders are made
below EMPTY_FOLDER. COPY, RUN, ENV and WORKDIR are carried out, then CMD is started and HEALTHCHECK
asked until it agrees. After a stop (SIGTERM, exit 0) nothing may have been written outside the
volume. Not tried: FROM, USER (it must not be root, though), and that the root is read-only.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
START_S = 60  # far more than the bot takes, for machines that have other things to do


class Container:
    """A folder that stands for a container's root, and what the Dockerfile has set so far."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.cwd = self.root
        self.said: dict[str, str] = {}  # what only counts once the container runs
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        self.env = {"PATH": f"{folder}/python/bin:/usr/bin:/bin", "HOME": str(folder)}
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        self.env.update(pip)  # how this machine reaches the package index

    def inside(self, text: str) -> str:
        """The text with the container's own absolute paths turned into ours."""
        return re.sub(r"(?<![\w./:])/(app|data)\b", rf"{self.root}/\1", text)

    def build(self, instruction: str, rest: str) -> None:
        """Carry out one instruction."""
        match instruction:
            case "WORKDIR":
                self.cwd = Path(self.inside(rest))
                self.cwd.mkdir(parents=True)
            case "COPY":
                self.copy(*rest.split())
            case "RUN":
                command = ["/bin/sh", "-c", self.inside(rest)]
                subprocess.run(command, cwd=self.cwd, env=self.env, check=True)
            case "ENV":
                for pair in self.inside(rest).split():
                    name, _, value = pair.partition("=")
                    self.env[name] = value
            case "FROM" | "EXPOSE" | "VOLUME" | "USER" | "HEALTHCHECK" | "CMD":
                self.said[instruction] = rest
            case _:
                sys.exit(f"check_dockerfile.py does not know {instruction}: teach it")

    def copy(self, source: str, target: str) -> None:
        """Copy a file or folder that .dockerignore lets through."""
        if f"!{source}" not in (PROJECT / ".dockerignore").read_text().splitlines():
            sys.exit(f".dockerignore keeps {source} from the build")
        if (PROJECT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PROJECT / source, self.cwd / target, ignore=ignored)
        else:
            shutil.copy(PROJECT / source, self.cwd / target)

    def is_healthy(self) -> bool:
        """Whether HEALTHCHECK's command succeeds."""
        command = json.loads(self.said["HEALTHCHECK"].partition("CMD ")[2])
        asked = subprocess.run(command, cwd=self.cwd, env=self.env, capture_output=True)
        return asked.returncode == 0

    def files(self) -> set[tuple[str, int]]:
        """Every file outside the volume, with its time of change."""
        volume = self.inside(self.said["VOLUME"])
        return {
            (str(path), path.stat().st_mtime_ns)
            for path in self.root.rglob("*")
            if path.is_file() and not path.is_relative_to(volume)
        }


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions, comments dropped and continued lines joined."""
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, _, rest = line.partition(" ")
            yield instruction, rest.strip()


def serve(container: Container) -> None:
    """Start the command, wait until it is healthy, stop it; exit with a sentence if it isn't so."""
    before = container.files()
    command = json.loads(container.said["CMD"])
    bot = subprocess.Popen(command, cwd=container.cwd, env=container.env)
    try:
        deadline = time.monotonic() + START_S
        while not container.is_healthy():
            if bot.poll() is not None or time.monotonic() > deadline:
                sys.exit("the bot does not become healthy")
            time.sleep(0.5)
        bot.terminate()
        if bot.wait(START_S) != 0:
            sys.exit(f"stopped by SIGTERM the bot exits with {bot.returncode}")
    finally:
        bot.kill()
        bot.wait()
    written = container.files() - before
    if written:
        sys.exit(f"written outside the volume: {sorted(written)}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def main() -> None:
    """Build in the folder named, then serve."""
    container = Container(Path(sys.argv[1]).resolve())
    for instruction, rest in instructions(PROJECT / "deploy/Dockerfile"):
        print(instruction, rest, flush=True)
        container.build(instruction, rest)
    if container.said.get("USER", "root").partition(":")[0] in ("root", "0"):
        sys.exit("the container would run as root")
    container.env |= {"NONESUCH_PORT": str(free_port()), "NONESUCH_HOST": "127.0.0.1"}
    serve(container)
    print("The image builds, serves, is healthy, stops, and writes only to its volume.")


if __name__ == "__main__":
    main()
