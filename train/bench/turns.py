"""Ways to do the same work, in turns: what else the machine does slows all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

PAUSE_S = 0.2
"""Before each way's block of work. torch's threads go on spinning after a call and would take the
cores from the way that comes next."""

Way = Callable[[], object]


def medians(ways: Mapping[str, Way], turns: int) -> dict[str, float]:
    """Median seconds of each way by name, after one turn that isn't counted.

    A way is a block of work long enough (a tenth of a second or more) for its first call after the
    pause not to matter.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(1 + turns):
        for name, way in ways.items():
            time.sleep(PAUSE_S)
            started = time.perf_counter()
            way()
            if turn:
                taken[name].append(time.perf_counter() - started)
    return {name: median(seconds) for name, seconds in taken.items()}
