"""The client's errors as the bot's own. Telegram's texts never hold the token."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.errors import Moved, TryAgain, Undeliverable

UNREACHABLE_S = 5.0
TOKEN_REFUSED_S = 60.0


def as_ours(error: TelegramError) -> TryAgain | Undeliverable | Moved:
    """Whether trying again can help, and when."""
    if isinstance(error, RetryAfter):
        return TryAgain("Telegram asks us to wait.", wait_s(error))
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, BadRequest | Forbidden):
        return Undeliverable(f"Telegram will not take it: {error}.")
    if isinstance(error, InvalidToken):
        return TryAgain("Telegram refuses the token.", TOKEN_REFUSED_S)
    return TryAgain(f"Telegram did not answer: {error}.", UNREACHABLE_S)


def refuses_picture(error: BadRequest) -> bool:
    """Whether it is the picture that Telegram, or the group's rules, will not take."""
    why = error.message.lower()
    return "photo" in why or "image" in why


def wait_s(error: RetryAfter) -> float:
    """How long Telegram asks us to wait, in seconds."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
