"""The model's command line: `python -m model classify | models | promote | rollback`.

Answers go to stdout, everything else to stderr. Exit status: 0 done, 1 some photo was bad, 2 wrong
usage (an unknown model, no photos) or a version that can't be used.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from model.command import friendly
from model.errors import BadData, BadPhoto, BadVersion
from model.home import home

if TYPE_CHECKING:  # what takes long to import waits until it is needed
    from model.bulk import Outcome
    from model.registry import Registry
    from model.version import Version

app = typer.Typer(
    help="nonesuch, looking at photos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

SOME_BAD = 1

WIDEST = 50
"""Characters of the column of photo names; longer names push their answer to the right."""

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Name = Annotated[str, typer.Argument(help="Name of the model.")]


@app.command()
def classify(
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO|DIR...", help="Files or folders.")],
    model: Annotated[str, typer.Option(help="Name of the model.")] = "bears",
    version: Annotated[str, typer.Option(help="Its version; else the one that answers.")] = "",
    twin: Annotated[bool, typer.Option("--twin", help="Force a choice: always one class.")] = False,
    explain: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Draw there what each answer rests on: parts, or a point."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in photos: every class that is seen, or none of them."""
    # Each core has its thread already. A second one of BLAS's makes the comparison with the
    # training memory cost 8 ms a photo instead of 0.3. Read when numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from model import files, lines

    with friendly():
        names = files.find_photos(photos)
        loaded = _load(model, version)
        outcomes = _outcomes(loaded, names, twin, explain)
        width = min(WIDEST, max(map(len, names)))
        some_bad = False
        for outcome in _with_progress(outcomes, len(names)):
            some_bad |= isinstance(outcome.answer, BadPhoto)
            if as_json:
                print(lines.as_json(outcome, model, loaded.card.version), flush=True)
            else:
                print(lines.in_words(outcome, width), flush=True)
    raise typer.Exit(SOME_BAD if some_bad else 0)


@app.command()
def models(as_json: AsJson = False) -> None:
    """Show the versions of all models, and which of them answer."""
    registry = _registry()
    rows = [
        _about(registry, model, version)
        for model in registry.models()
        for version in registry.versions(model)
    ]
    if as_json:
        for row in rows:
            print(json.dumps(row))
    else:
        _print_table(rows)


@app.command()
def promote(
    model: Name, version: Annotated[str, typer.Argument(help="The version that is to answer.")]
) -> None:
    """Make a version the one that answers. A running bot takes it within a second."""
    with friendly():
        _registry().promote(model, version, who="command line", why="promoted by hand")
    print(f"{model} now answers with version {version}.")


@app.command()
def rollback(model: Name) -> None:
    """Undo the last promotion. A running bot follows within a second."""
    with friendly():
        version = _registry().rollback(model, who="command line")
    print(f"{model} answers with version {version} again.")


def _registry() -> "Registry":
    from model.registry import Registry

    return Registry(home() / "registry")


def _load(model: str, version: str) -> "Version":
    from model.backbone import Backbones
    from model.version import load

    registry = _registry()
    folder = registry.path(model, version or registry.current(model))
    return load(folder, Backbones(threads=1))  # bulk has a thread a core


def _outcomes(
    loaded: "Version", names: list[str], twin: bool, explain: Path | None
) -> "Iterator[Outcome]":
    from model import bulk, files

    if loaded.finds_point and twin:
        raise BadData(f"{loaded.card.model} finds a point: it has no twin. Leave --twin away.")
    if explain and twin:
        raise BadData("--explain shows what the answer rests on, not the twin. Leave one away.")
    drawn = files.drawn_names(names, explain) if explain else {}
    if loaded.finds_point:
        return bulk.find_points(names, loaded.backbone, loaded.point_head, drawn)
    if drawn:
        return bulk.explain(names, loaded.backbone, loaded.classifier, drawn)
    judge = loaded.classifier.twins if twin else loaded.classifier.answers
    return bulk.classify(names, loaded.backbone, judge)


def _with_progress(items: Iterator[T], total: int) -> Iterator[T]:
    """The items as they come; on a terminal with a progress bar below what is printed."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    # What is printed meanwhile goes above the bar if it goes to the same terminal.
    with Progress(
        *columns,
        console=Console(stderr=True),
        redirect_stdout=sys.stdout.isatty(),
        transient=True,
    ) as progress:
        yield from progress.track(items, total=total, description="Looking")


def _about(registry: "Registry", model: str, version: str) -> dict[str, Any]:
    """One version: a row of `models`."""
    row: dict[str, Any] = {
        "model": model,
        "version": version,
        "current": version == registry.answering(model),
    }
    try:
        card = registry.card(model, version)
    except BadVersion as error:
        return {**row, "error": str(error)}
    return {
        **row,
        "task": card.task,
        "classes": card.classes,
        "created_at": card.created_at,
        "figures": card.figures,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Column, Table

    from model.card import in_words

    fixed = [Column(title, no_wrap=True) for title in ("model", "version", "now", "made", "task")]
    table = Table(*fixed, Column("classes", ratio=1), Column("figures", ratio=1), box=SIMPLE_HEAD)
    for row in rows:
        start = row["model"], row["version"], "yes" if row["current"] else ""
        if "error" in row:
            table.add_row(*start, "", "damaged", row["error"])
        else:
            made = row["created_at"][:10]
            classes, figures = ", ".join(row["classes"]), in_words(row["figures"])
            table.add_row(*start, made, row["task"], classes, figures)
    Console().print(table)


if __name__ == "__main__":
    app()
