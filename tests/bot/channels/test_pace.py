"""How often something may happen."""

import pytest

from bot.channels import pace
from bot.channels.pace import Seldom


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the clock shows: the list's only item."""
    seconds = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: seconds[0])
    return seconds


def test_once_in_a_while_for_each_key(clock: list[float]) -> None:
    """A key has to wait; another one does not."""
    seldom = Seldom(every_s=10)

    assert [seldom.allows("a"), seldom.allows("a"), seldom.allows("b")] == [True, False, True]
    clock[0] += 10
    assert seldom.allows("a")


def test_a_longer_hold_wins(clock: list[float]) -> None:
    """Nothing shortens a wait that was asked for."""
    seldom = Seldom(every_s=1)
    seldom.hold("a", 30)
    seldom.hold("a", 2)

    clock[0] += 29
    assert not seldom.allows("a")
    clock[0] += 1
    assert seldom.allows("a")


def test_what_is_over_is_forgotten(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many chats there are, only those that still have to wait are kept for long."""
    monkeypatch.setattr(pace, "MAX_KEYS", 10)
    seldom = Seldom(every_s=1)
    for number in range(1000):
        seldom.allows(str(number))
        clock[0] += 0.5

    assert len(seldom._until) <= 10
