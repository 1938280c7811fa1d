"""How often something may happen."""

import time

MAX_KEYS = 10_000


class Seldom:
    """Allows something at most once in `every_s` seconds for each key (a chat, a person)."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._until: dict[str, float] = {}

    def allows(self, key: str) -> bool:
        """Whether it may happen now; if so, it counts as having happened."""
        if self._until.get(key, 0.0) > time.monotonic():
            return False
        self.hold(key, self._every_s)
        return True

    def hold(self, key: str, for_s: float) -> None:
        """Allow nothing for this key in the next `for_s` seconds."""
        now = time.monotonic()
        if len(self._until) >= MAX_KEYS:
            self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[key] = max(self._until.get(key, 0.0), now + for_s)
