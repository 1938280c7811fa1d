"""What the training commands share: how sources are named, and bars on stderr while they work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from train.events import Bars, Events

Sources = Annotated[
    list[str],
    typer.Option(
        "--data", help="csv:FILE, folders:, voc:, coco:, biwi:DIR, feedback:URL; or more."
    ),
]
Separator = Annotated[str, typer.Option("--sep", help="Between the labels of a CSV's cell.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@contextmanager
def bars() -> Iterator[Events]:
    """Progress bars, full if the work ends well."""
    events = Bars()
    try:
        yield events
        events.say("done")
    finally:
        events.close()
