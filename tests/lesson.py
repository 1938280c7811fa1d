"""Runs docs/lesson.md as a reader would: `.venv-train/bin/python -m tests.lesson` writes it anew.

Its `python` blocks share one namespace, its `console` blocks are command lines, and a `text` block
shows what the block before it printed. `tests/test_lesson.py` holds the page to that.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/lesson.md"
PICTURES = ROOT / "docs/pictures"
BLOCK = re.compile(r"^```(python|console|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHOWN = re.compile(r"\]\(pictures/(lesson-[a-z-]+\.png)\)")
"""A picture that a block of the page makes."""


def run(page: str, folder: Path) -> str:
    """The page with its `text` blocks as they come out when it is followed in `folder`."""
    (folder / "docs").symlink_to(ROOT / "docs")
    namespace: dict[str, Any] = {}
    printed = ""

    def follow(block: re.Match[str]) -> str:
        nonlocal printed
        kind, code = block.groups()
        if kind == "text":
            return f"```text\n{printed}```"
        printed = _python(code, namespace) if kind == "python" else _console(code)
        return block[0]

    with contextlib.chdir(folder):
        return BLOCK.sub(follow, page)


def _python(code: str, namespace: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, PAGE.name, "exec"), namespace)  # noqa: S102 - the page is the project's
    return out.getvalue()


def _console(code: str) -> str:
    """What the command lines print; people's words on stderr are not shown on the page."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    printed = ""
    for line in code.replace("\\\n", " ").splitlines():
        arguments = shlex.split(line.removeprefix("$ python "))
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise AssertionError(f"{line} ended with {done.returncode}:\n{done.stderr}")
        printed += "\n".join(text.rstrip() for text in done.stdout.splitlines()) + "\n"
    return printed


def main() -> None:
    """Follow the page in a folder of its own; keep its outputs and its pictures."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["NONESUCH_HOME"] = str(Path(name) / "home")
        written = run(PAGE.read_text(encoding="utf-8"), Path(name))
        PAGE.write_text(written, encoding="utf-8")
        for picture in SHOWN.findall(written):
            shutil.copyfile(Path(name) / picture, PICTURES / picture)


if __name__ == "__main__":
    main()
