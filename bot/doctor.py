"""What is wrong with this installation: one line a finding, each with what to do."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.backup import DATABASE
from bot.channels.whatsapp import WEBHOOK_PATH
from bot.settings import Settings
from bot.store.migrations import NEWER, known
from bot.training_process import DEFAULT_PYTHON, can_train, setting_up
from model.backbone import Backbones
from model.errors import BadVersion
from model.registry import Registry
from model.version import load

LOW_DISK_BYTES = 500_000_000
RESTORE = "Restore a backup: python -m bot restore FILE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and in words how it is."""

    ok: bool
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the service leans on, without starting it or changing anything."""
    yield _home(settings.home)
    yield _database(settings.home / DATABASE)
    yield from _models(settings)
    yield _training(settings.train_python)
    yield _telegram(settings)
    yield _whatsapp(settings)


def _home(home: Path) -> Finding:
    if not home.exists():
        return Finding(True, f"Home: {home} (made at the first start)")
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return Finding(False, f"Home: {home} is no folder that I can write. Set NONESUCH_HOME.")
    free = shutil.disk_usage(home).free
    low = free < LOW_DISK_BYTES
    advice = ": make room, or photos are refused" if low else ""
    return Finding(not low, f"Home: {home}, {free / 1e9:.1f} GB free{advice}")


def _database(file: Path) -> Finding:
    if not file.exists():
        return Finding(True, "Database: none yet (made at the first start)")
    # Of a database that is in use the journal is read too; else no file shall come to be.
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)) as database:
            (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (waiting,) = database.execute(
                "SELECT count(*) FROM inbox WHERE done_at IS NULL"
            ).fetchone()
            (schema,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return Finding(False, f"Database: {file} can't be read ({error}). {RESTORE}")
    if state != "ok":
        return Finding(False, f"Database: {file} is damaged ({state}). {RESTORE}")
    if schema not in known():
        return Finding(False, f"Database: {file}: {NEWER.format(theirs=schema, ours=known()[-1])}")
    return Finding(True, f"Database: whole; {waiting} updates not answered yet")


def _models(settings: Settings) -> Iterator[Finding]:
    backbones = Backbones(threads=settings.threads)
    registry = Registry(settings.registry)
    try:
        models = registry.models()
    except OSError as error:
        yield Finding(False, f"Models: {registry.root} can't be read: {error.strerror}.")
        return
    for model in models:
        yield _model(model, registry, backbones)
    if settings.model not in models:
        yield Finding(False, f"NONESUCH_MODEL is {settings.model!r}; there are {', '.join(models)}")


def _model(model: str, registry: Registry, backbones: Backbones) -> Finding:
    try:
        version = registry.current(model)
    except BadVersion:  # trained here and not promoted yet
        words = f"none of its versions answers yet: python -m model promote {model} VERSION"
        return Finding(True, f"Model {model}: {words}")
    except OSError as error:
        return Finding(False, f"Model {model}: its `current` can't be read ({error})")
    try:
        loaded = load(registry.path(model, version), backbones)
    except BadVersion as error:
        return Finding(False, f"Model {model}: {error}")
    what = "finds a point" if loaded.finds_point else f"{len(loaded.card.classes)} classes"
    return Finding(True, f"Model {model}: {version} answers, {what}")


def _training(python: Path) -> Finding:
    doing = setting_up(python)
    if doing is not None:
        return Finding(True, f"Training: being set up, {doing}")
    if can_train(python):
        return Finding(True, f"Training: {python}")
    if python != DEFAULT_PYTHON:
        return Finding(False, f"Training: NONESUCH_TRAIN_PYTHON: {python} can't be run")
    return Finding(True, "Training: not set up. `make setup-train` does it; answering needs none.")


def _telegram(settings: Settings) -> Finding:
    if not settings.telegram_token.get_secret_value():
        return Finding(True, "Telegram: off (no token)")
    if settings.telegram_webhook_secret.get_secret_value() and not settings.public_url:
        return Finding(
            False,
            "Telegram: NONESUCH_TELEGRAM_WEBHOOK_SECRET does nothing without "
            "NONESUCH_PUBLIC_URL: messages are polled",
        )
    return Finding(True, "Telegram: token set")


def _whatsapp(settings: Settings) -> Finding:
    if lacks := settings.whatsapp_lacks:
        return Finding(False, f"WhatsApp: off, because {' and '.join(lacks)} must be set, too")
    if not settings.has_whatsapp:
        return Finding(True, "WhatsApp: off (no token)")
    if not settings.public_url.startswith("https://"):
        return Finding(
            False,
            "WhatsApp: set NONESUCH_PUBLIC_URL to the bot's https:// address: WhatsApp reaches "
            "the bot by it alone",
        )
    return Finding(True, f"WhatsApp: set up; its webhook is {settings.public_url}{WEBHOOK_PATH}")
