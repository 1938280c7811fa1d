"""What is wrong with this installation: one line a finding, each with what to do."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from bot.settings import Settings
from bot.training_process import can_train, setting_up
from model.backbone import Backbone
from model.classifier import Classifier
from model.errors import BadVersion, NonesuchError
from model.registry import Registry

LOW_DISK_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and in words how it is."""

    ok: bool
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the service leans on, without starting it or changing anything."""
    yield from _home(settings)
    yield from _database(settings)
    yield from _models(settings)
    yield _training(settings)
    token = settings.telegram_token.get_secret_value()
    yield Finding(True, "Telegram: token set" if token else "Telegram: off (no token)")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    if not home.exists():
        yield Finding(True, f"Home: {home} (made at the first start)")
        return
    free = shutil.disk_usage(home).free
    low = "" if free > LOW_DISK_BYTES else ": make room, or photos are refused"
    yield Finding(not low, f"Home: {home}, {free / 1e9:.1f} GB free{low}")


def _database(settings: Settings) -> Iterator[Finding]:
    file = settings.home / "nonesuch.db"
    if not file.exists():
        yield Finding(True, "Database: none yet")
        return
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (waiting,) = database.execute(
                "SELECT count(*) FROM inbox WHERE done_at IS NULL"
            ).fetchone()
    except sqlite3.Error as error:
        yield Finding(False, f"Database: {error}. Restore a backup: python -m bot restore FILE")
        return
    whole = state == "ok"
    words = "whole" if whole else f"damaged ({state}). Restore a backup: python -m bot restore FILE"
    yield Finding(whole, f"Database: {words}; {waiting} updates not answered yet")


def _models(settings: Settings) -> Iterator[Finding]:
    try:
        backbone = Backbone()
    except BadVersion as error:
        yield Finding(False, f"Backbone: {error} Install the project again.")
        return
    registry = Registry(settings.registry)
    for model in registry.models():
        try:
            version = registry.current(model)
            classes = len(Classifier.load(registry.path(model, version), backbone).classes)
            yield Finding(True, f"Model {model}: {version} answers, {classes} classes")
        except NonesuchError as error:
            yield Finding(False, f"Model {model}: {error}")
    if settings.model not in registry.models():
        known = ", ".join(registry.models())
        yield Finding(False, f"NONESUCH_MODEL is {settings.model!r}; there are {known}.")


def _training(settings: Settings) -> Finding:
    python = settings.train_python
    doing = setting_up(python)
    if doing is not None:
        return Finding(True, f"Training: being set up, {doing}")
    if can_train(python):
        return Finding(True, f"Training: {python}")
    return Finding(
        True, f"Training: not set up ({python}). `make setup-train` does it; answering needs none."
    )
