"""The time as it is stored: text whose order is the order of time."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The time now, ISO 8601 UTC with microseconds: always 32 characters."""
    return later(0.0)


def later(seconds: float) -> str:
    """The time `seconds` from now (before now if negative), in the form of `now`."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def seconds_until(time: str) -> float:
    """Seconds from now to `time`, negative if it has passed."""
    return (datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds()
