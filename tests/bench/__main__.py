"""How fast the service is: `python -m tests.bench [--json] [--write FILE]`.

Side by side with a bare loop, so that the figures mean the same on any machine. Takes two minutes;
what else the machine does is better left until then. A limit that is not kept is no failure.
"""

import asyncio
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # numpy must not be imported before main
    from tests.bench.figures import Figure

PHOTOS = 64
LIMIT_S = 1800
"""An answer that never comes must not be waited for all night."""
PAGE = """# The service's speed

Written by `python -m tests.bench --write docs/benchmarks.md` on {day}; {cores} cores, {machine}.
The bare loop decodes the same photos (1280 x 960 px, JPEG) and runs the same ONNX session, and
nothing else. `make bench` measures anew, and training too.

{table}
"""


def main(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
    write: Annotated[Path | None, typer.Option(help="A page to write the table to.")] = None,
) -> None:
    """Measure, and say which limits are kept."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as bot and model do, before numpy comes
    from rich.console import Console

    from tests.bench.figures import as_markdown, for_terminal

    figures = asyncio.run(_measured())
    if as_json:
        for figure in figures:
            print(json.dumps(figure.to_json()))
    else:
        Console().print(for_terminal(figures))
    if write:
        page = PAGE.format(
            day=datetime.now(UTC).date(),
            cores=os.cpu_count(),
            machine=platform.machine(),
            table=as_markdown(figures),
        )
        write.write_text(page, encoding="utf-8")


async def _measured() -> list["Figure"]:
    from tests.bench import paths, process, waiting
    from tests.bench.photos import chat_photos

    photos = chat_photos(PHOTOS)
    async with asyncio.timeout(LIMIT_S):
        return [
            *await paths.figures(photos),
            *await waiting.figures(photos),
            *await process.figures(photos),
        ]


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
