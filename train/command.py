"""What the training commands share: how sources are named, and bars on stderr while they work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from model.classes import normalize
from train.events import Bars, Events

Sources = Annotated[
    list[str],
    typer.Option(
        "--data", help="csv:FILE, folders:, voc:, coco:, biwi:DIR, feedback:URL; or more."
    ),
]
Separator = Annotated[str, typer.Option("--sep", help="Between the labels of a CSV's cell.")]
Alpha = Annotated[
    float,
    typer.Option(
        min=0.0, max=0.5, help="Share of a class's own photos that its gates may turn away."
    ),
]
Missed = Annotated[
    float,
    typer.Option(min=0.0, max=0.5, help="Share of photos of a class that may be answered none."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def class_names(text: str) -> list[str]:
    """The classes of a list by commas. Raises `BadData` for what can't be a class's name."""
    return [normalize(name) for name in text.split(",") if name.strip()]


@contextmanager
def bars() -> Iterator[Events]:
    """Progress bars, full if the work ends well."""
    events = Bars()
    try:
        yield events
        events.say("done")
    finally:
        events.close()
