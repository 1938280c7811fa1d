"""Ways to do the same work, one after another in turns: what else the machine does slows all."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median

Way = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Pace:
    """What a photo takes: `ms` of the clock, `cpu_ms` of all threads together."""

    ms: float
    cpu_ms: float

    @property
    def per_second(self) -> float:
        """Photos a second."""
        return 1e3 / self.ms


async def paces(ways: Mapping[str, Way], photos: int, turns: int) -> dict[str, Pace]:
    """The median pace of each way. `photos` is how many of them a way takes."""
    taken: dict[str, list[Pace]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            started, cpu_started = time.perf_counter(), time.process_time()
            work = way()
            if work is not None:
                await work
            ms = (time.perf_counter() - started) * 1e3
            cpu_ms = (time.process_time() - cpu_started) * 1e3
            taken[name].append(Pace(ms / photos, cpu_ms / photos))
    return {name: _median(all_turns) for name, all_turns in taken.items()}


def _median(taken: list[Pace]) -> Pace:
    return Pace(median(pace.ms for pace in taken), median(pace.cpu_ms for pace in taken))
