"""No torch in the bot: import contracts see our own imports, this sees everybody's."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOT_PYTHON = ROOT / ".venv/bin/python"
HEAVY = {"torch", "torchvision", "timm", "onnx", "pandas", "sklearn", "scipy", "matplotlib"}

IMPORT_ALL = """
import importlib, json, pkgutil, sys
import bot, model

names = [
    module.name
    for package in (bot, model)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not module.name.endswith(".migrations.env")  # only Alembic can import that
]
for name in names:
    importlib.import_module(name)
print(json.dumps([names, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("python", [BOT_PYTHON, Path(sys.executable)], ids=["bot", "train"])
def test_nothing_in_bot_or_model_brings_torch(
    python: Path, unavailable: Callable[[str], None]
) -> None:
    """All of bot and model imports in the bot's environment, and loads nothing of training's."""
    if not python.exists():
        unavailable("no .venv to import the bot in; make setup makes it")

    done = subprocess.run(
        [python, "-W", "error", "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    imported, loaded = json.loads(done.stdout)
    assert {"bot.settings", "model.errors"} <= set(imported)
    assert HEAVY.isdisjoint(loaded)


def test_the_bots_environment_has_no_torch(unavailable: Callable[[str], None]) -> None:
    """In `.venv` torch can't be imported at all: it is not there."""
    if not BOT_PYTHON.exists():
        unavailable("no .venv to look into; make setup makes it")

    done = subprocess.run([BOT_PYTHON, "-c", "import torch"], capture_output=True, text=True)

    assert "ModuleNotFoundError" in done.stderr
