from datetime import datetime, timedelta

import pytest

from bot.store.clock import later, now, seconds_until


def test_times_sort_as_text() -> None:
    """The order of the texts is the order of time, also across whole seconds."""
    times = [later(seconds) for seconds in (-3600, -1, -0.5, 0, 1e-5, 0.9, 86400)]

    assert times == sorted(times)
    assert {len(time) for time in times} == {32}


def test_times_are_utc_with_microseconds() -> None:
    """Whoever reads a time knows its zone."""
    assert datetime.fromisoformat(now()).utcoffset() == timedelta(0)


def test_seconds_until_is_the_inverse_of_later() -> None:
    """A time that was made to be in an hour is an hour away."""
    assert seconds_until(later(3600)) == pytest.approx(3600, abs=60)
    assert seconds_until(later(-3600)) == pytest.approx(-3600, abs=60)
