"""Start-up: seconds until a new process has done its first work."""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from train.bench.photos import CHAT, photo
from train.bench.speed import OURS, Speed, side_by_side
from train.bench.turns import medians
from train.events import Report

TURNS = 3
TORCH = "import torch and timm alone"


def speeds(report: Report) -> list[Speed]:
    """Of `python -m model classify` with one photo, and of the bot's imports."""
    report(0, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "photo.jpg")
        path.write_bytes(photo(CHAT))
        ways = {
            "classify": partial(_run, "-m", "model", "classify", "--json", str(path)),
            "bot": partial(_run, "-c", "import bot.app"),
            TORCH: partial(_run, "-c", "import torch, timm"),
        }
        seconds = medians(ways, TURNS)
    return [
        side_by_side(name, "s", {OURS: seconds[way], TORCH: seconds[TORCH]})
        for name, way in {
            "`python -m model classify PHOTO`, start to end": "classify",
            "Python's start and `import bot.app`": "bot",
        }.items()
    ]


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
