"""What the log shows, and what it never shows."""

import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot.settings import Settings
from bot.telemetry import set_up_logs

pytestmark = pytest.mark.filterwarnings("default")  # here some are given on purpose

TOKEN = "123456:AAE_secret-of-the-bot"
SECRET = "secret-of-the-webhook"
ADDRESS = f"https://api.telegram.org/bot{TOKEN}/getMe"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The log is the process's: leave it as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def begin(**settings: object) -> None:
    """Log as a bot with these settings does."""
    secrets = {"telegram_token": TOKEN, "telegram_webhook_secret": SECRET}
    set_up_logs(Settings.model_validate(secrets | settings))


def fail_with(error: Exception) -> None:
    people_said = "my cat's name"  # noqa: F841 - a traceback with variables would show it
    raise error


@pytest.mark.parametrize("log_json", [False, True])
def test_no_secret_reaches_the_log(log_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in an event, a field, a library's line, a warning or a traceback, at any level."""
    begin(log_level="DEBUG", log_json=log_json)
    log = structlog.get_logger("bot.test")
    log.debug(f"asking {ADDRESS}", address=ADDRESS, fields={"secret": SECRET})
    logging.getLogger("httpx").error("HTTP Request: GET %s", ADDRESS)
    logging.getLogger("another").debug(ADDRESS.replace(":", "%3A"))
    warnings.warn(ADDRESS, UserWarning, stacklevel=1)
    try:
        fail_with(ValueError(ADDRESS))
    except ValueError:
        log.exception("failed")
        logging.getLogger("another").exception("failed")

    written = capsys.readouterr().err
    assert written.count("***") >= 8
    assert "AAE_secret-of-the-bot" not in written
    assert SECRET not in written


def test_a_traceback_shows_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    """They hold photos and what people write."""
    begin()
    try:
        fail_with(ValueError("no"))
    except ValueError:
        structlog.get_logger("bot.test").exception("failed")

    written = capsys.readouterr().err
    assert "ValueError: no" in written
    assert "my cat's name" not in written.replace('people_said = "my cat\'s name"', "")


def test_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is an object with time, level and event, whoever wrote it."""
    begin(log_json=True)
    structlog.get_logger("bot.test").info("photo", chat="telegram:1", labels=("grizzly",))
    logging.getLogger("another").warning("disk is %s", "full")
    warnings.warn("that is old", UserWarning, stacklevel=1)
    try:
        fail_with(ValueError("no"))
    except ValueError:
        structlog.get_logger("bot.test").exception("failed")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 4
    assert all(line["timestamp"] and line["level"] and line["event"] for line in lines)
    photo, disk, old, failed = lines
    assert (photo["chat"], photo["labels"]) == ("telegram:1", ["grizzly"])
    assert disk["event"] == "disk is full"
    assert "that is old" in old["event"]
    assert "ValueError: no" in failed["exception"]


def test_the_level_is_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """DEBUG lines come with DEBUG only; libraries that show too much stay quiet even then."""
    begin(log_level="INFO")
    structlog.get_logger("bot.test").debug("one")
    begin(log_level="DEBUG")
    structlog.get_logger("bot.test").debug("two")
    logging.getLogger("aiosqlite").debug("INSERT INTO statement")
    logging.getLogger("httpcore.http11").debug("send_request_headers")

    written = capsys.readouterr().err
    assert "two" in written
    assert all(words not in written for words in ("one", "INSERT", "send_request"))
