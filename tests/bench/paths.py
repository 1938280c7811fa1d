"""Ways from a photo to its answer, beside the bare loop that only decodes it and runs the model."""

import os
import tempfile
from functools import partial
from pathlib import Path

from model import bulk, lines
from model.backbone import SHIPPED, Backbone, Backbones
from model.classifier import Classifier
from model.version import load
from tests.bench import bare
from tests.bench.figures import Figure
from tests.bench.service import People, running
from tests.bench.turns import Pace, paces

MODEL, VERSION = "bears", "shipped-1"
CORES = os.cpu_count() or 1
FEW, FEW_TURNS = 8, 25
"""Photos a turn, and turns, where they come one at a time: short, so all meet the same noise."""
MANY, MANY_TURNS = 64, 7
IN_FLIGHT = 32


async def figures(photos: list[bytes]) -> list[Figure]:
    """The three ratios."""
    async with running(photos) as people:
        return [await one_at_a_time(photos[:FEW], people), *await many(photos[:MANY], people)]


async def one_at_a_time(photos: list[bytes], people: People) -> Figure:
    """The service's time for a lone photo, as a multiple of the bare loop's."""
    ways = {
        "bare loop": partial(bare.in_batches, Backbone(), photos, 1),
        "service": partial(people.send, len(photos), 1),
    }
    pace = await paces(ways, len(photos), FEW_TURNS)
    return Figure(
        name="one photo at a time through the service, times the bare loop",
        value=pace["service"].ms / pace["bare loop"].ms,
        bound="at most",
        limit=1.3,
        how=", ".join(f"{name} {_lone(each)}" for name, each in pace.items()),
    )


async def many(photos: list[bytes], people: People) -> list[Figure]:
    """Throughput with many photos in flight, and of the command, in per cent of the bare loop's.

    The bare loop may take batches, or a thread a core: the fastest counts.
    """
    all_cores, one_core = Backbone(), Backbone(threads=1)
    loops = {
        "batch 1": partial(bare.in_batches, all_cores, photos, 1),
        "batch 8": partial(bare.in_batches, all_cores, photos, 8),
        f"{CORES} threads": partial(bare.in_threads, all_cores, photos, CORES),
        f"{CORES} threads, session of one": partial(bare.in_threads, one_core, photos, CORES),
    }
    classifier = load(SHIPPED / MODEL / VERSION, Backbones(threads=1)).classifier
    with tempfile.TemporaryDirectory() as folder:
        names = _files(photos, Path(folder))
        ways = {
            "service": partial(people.send, len(photos), IN_FLIGHT),
            "command": partial(_classify, names, one_core, classifier),
        }
        pace = await paces({**loops, **ways}, len(photos), MANY_TURNS)
    best = max(pace[name].per_second for name in loops)
    told = "bare loop " + ", ".join(f"{name} {pace[name].per_second:.1f}" for name in loops)
    return [
        _part(f"{IN_FLIGHT} in flight through the service", 75, pace["service"], best, told),
        _part("python -m model classify, a folder", 90, pace["command"], best, told),
    ]


def _part(name: str, limit: float, pace: Pace, best: float, told: str) -> Figure:
    return Figure(
        name=f"{name}, of the bare loop's best",
        value=pace.per_second / best * 100,
        bound="at least",
        limit=limit,
        unit=" %",
        how=f"{pace.per_second:.1f} photos a second; {told}",
    )


def _lone(pace: Pace) -> str:
    return f"{pace.ms:.1f} ms (CPU {pace.cpu_ms:.1f} ms)"


def _files(photos: list[bytes], folder: Path) -> list[str]:
    paths = [folder / f"{number:03}.jpg" for number in range(len(photos))]
    for path, photo in zip(paths, photos, strict=True):
        path.write_bytes(photo)
    return [str(path) for path in paths]


def _classify(names: list[str], backbone: Backbone, classifier: Classifier) -> None:
    """What the command does between its start and its end, without printing the lines."""
    for outcome in bulk.classify(names, backbone, classifier.answers):
        lines.as_json(outcome, MODEL, VERSION)
