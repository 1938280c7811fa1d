"""The whole bench, and the words around its table."""

import os
import platform
from datetime import UTC, datetime

from model.backbone import Backbone
from train.bench import network, photos, retraining, starting
from train.bench.speed import Speed, as_markdown
from train.events import Events

WORDS = """Written by `python -m train bench --write README.md` on {day}; {cores} cores, {machine}.
Medians of one run in which all ways take turns; in brackets, how many times what nonesuch takes.
A batch goes through our session photo by photo ([why](docs/decisions/no-batches.md)).

{table}
"""


def bench(events: Events) -> list[Speed]:
    """Measure everything: some minutes. Raises `BadData` if a retraining fails."""
    backbone = Backbone()
    return [
        *network.speeds(backbone, events.step("backbone")),
        *photos.speeds(backbone, events.step("photos")),
        *starting.speeds(events.step("start")),
        *retraining.speeds(events.step("retrain")),
    ]


def in_words(speeds: list[Speed]) -> str:
    """The table with how, when and where it was measured, as Markdown."""
    return WORDS.format(
        day=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        machine=platform.machine(),
        table=as_markdown(speeds),
    )
