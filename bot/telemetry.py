"""Logs: structured lines on stderr, for a terminal or as JSON. Tokens never reach them."""

import logging
import sys
from collections.abc import Sequence

import structlog

from bot.settings import Settings

QUIET = (
    *("httpx", "httpcore", "telegram", "aiohttp.access", "aiosqlite", "sqlalchemy", "alembic"),
    *("asyncio", "PIL"),
)
"""Libraries whose INFO is noise. Some show more than a log may hold: httpx the bot's token within
addresses, aiosqlite every word that people write."""

HIDDEN = "***"


def set_up_logs(settings: Settings) -> None:
    """Send the log of this program and its libraries to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    lines = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _renderer(settings.log_json),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(lines, settings.secrets))
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Discreet(logging.Formatter):
    """Takes the secrets out of every finished line, wherever a library has put them."""

    def __init__(self, lines: logging.Formatter, secrets: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines
        # Of Telegram's `number:secret`, because in an address the colon may be written otherwise.
        self._secrets = [secret.rpartition(":")[2] or secret for secret in secrets]

    def format(self, record: logging.LogRecord) -> str:
        """The line without the secrets."""
        line = self._lines.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def _renderer(as_json: bool) -> structlog.typing.Processor:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # The default would show the variables of every function in a traceback: photos, words, tokens.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
