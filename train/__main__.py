"""The training command line: `python -m train convert | fit | evaluate | retrain | bench`.

People's words go to stderr; with --events, JSON lines for a program go to stdout. Exit status:
0 done (a refusal by the gate too), 1 failed, 2 wrong usage, 130 cancelled.

Modules of training are imported by the commands that need them: torch alone takes seconds.
"""

import json
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from model.classes import normalize
from model.command import friendly
from model.errors import BadData, NonesuchError
from model.home import home
from train.calibrate import ALPHA
from train.events import Bars, Events, JsonEvents

app = typer.Typer(help="nonesuch, training.", no_args_is_help=True, pretty_exceptions_enable=False)

FAILED, CANCELLED = 1, 130

Sources = Annotated[
    list[str],
    typer.Option("--data", help="csv:FILE, folders:DIR, voc:DIR or feedback:URL; repeatable."),
]
Separator = Annotated[str, typer.Option("--sep", help="Between the labels of a CSV's cell.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@app.command()
def convert(
    file: Annotated[Path | None, typer.Argument(help="Where to; the shipped file.")] = None,
) -> None:
    """Make the backbone's ONNX file from the published weights, checked against torch."""
    from model.backbone import SHIPPED_BACKBONE
    from train.convert import convert as make

    with friendly():
        path = file or SHIPPED_BACKBONE
        cosine = make(path)
        typer.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, cosine to torch {cosine:.6f}")


@app.command()
def fit(
    model: Annotated[str, typer.Option("--model", help="Name of the model.")],
    data: Sources,
    task: Annotated[
        str, typer.Option(help="multi-label (with its single-label twin).")
    ] = "multi-label",
    classes: Annotated[str, typer.Option(help="Class list, by commas; else all in the data.")] = "",
    sep: Separator = " ",
    alpha: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.5, help="Share of a class's own photos that its gates may turn away."
        ),
    ] = ALPHA,
    ship: Annotated[
        bool, typer.Option(help="For developers: write to model/shipped, not the registry.")
    ] = False,
) -> None:
    """Train a model from data and register it as a version."""
    from model.backbone import Backbone
    from model.registry import Registry
    from model.registry import ship as ship_version
    from train.fit import fit as train
    from train.report import summary
    from train.version import fill, save

    with friendly():
        if task != "multi-label":
            raise BadData(f"--task {task} is not there yet; --task multi-label is.")
        names = [normalize(name) for name in classes.split(",") if name.strip()]
        backbone = Backbone()
        with _bars() as events:
            draft, problems = train(
                model,
                data,
                names,
                backbone=backbone,
                cache=home() / "embeddings",
                events=events,
                command=_command(),
                sep=sep,
                alpha=alpha,
            )
        if ship:
            version = ship_version(model, lambda folder, name: fill(folder, name, draft, backbone))
        else:
            version = save(Registry(home() / "registry"), draft, backbone)
        typer.echo(summary(f"{model} {version}", draft.metrics))
        _say(problems)
        if not ship:
            typer.echo(f"To let it answer: python -m model promote {model} {version}")


@app.command()
def evaluate(
    model: Annotated[str, typer.Option("--model", help="NAME or NAME@VERSION.")],
    data: Sources,
    as_json: AsJson = False,
    sep: Separator = " ",
    learned: Annotated[bool, typer.Option(help="Count photos that it learned from, too.")] = False,
) -> None:
    """Metrics of a version on data; photos that it learned from are left out."""
    from model.backbone import Backbone
    from model.registry import Registry
    from train.report import summary
    from train.score import score

    with friendly():
        with _bars() as events:
            scored = score(
                model,
                data,
                registry=Registry(home() / "registry"),
                backbone=Backbone(),
                cache=home() / "embeddings",
                events=events,
                sep=sep,
                with_learned=learned,
            )
        _say(scored.problems)
        if as_json:
            typer.echo(json.dumps(scored.to_json()))
        else:
            typer.echo(summary(f"{scored.model} {scored.version}", scored.metrics))


@app.command()
def retrain(
    model: Annotated[str, typer.Option("--model", help="Name of the model.")],
    feedback: Annotated[str, typer.Option(help="Database URL, sqlite:////…/nonesuch.db")],
    as_events: Annotated[bool, typer.Option("--events", help="JSON lines on stdout.")] = False,
    who: Annotated[str, typer.Option(help="Who asked for it, for the history.")] = "command line",
) -> None:
    """Learn from what people said; the new version answers if it passes the gate."""
    signal.signal(signal.SIGTERM, _cancelled)
    with _told(JsonEvents() if as_events else Bars()) as events:
        events.step("start")  # said before torch is imported
        from model.backbone import Backbone
        from model.registry import Registry
        from train.report import summary
        from train.retrain import retrain as run

        outcome = run(
            model,
            feedback,
            registry=Registry(home() / "registry"),
            backbone=Backbone(),
            home=home(),
            events=events,
            command=_command(),
            who=who,
        )
        events.say("done", **outcome.to_json())
    verdict = "promoted" if outcome.promoted else "kept, not promoted"
    typer.echo(f"{model} {outcome.version} is {verdict}: {outcome.why}", err=True)
    typer.echo(summary(f"{model} {outcome.version}", outcome.metrics), err=True)
    _say(outcome.problems)


@app.command()
def bench(as_json: AsJson = False) -> None:
    """Speed side by side: the ONNX session and eager torch; a retraining with 1,000 corrections."""
    from rich.console import Console

    from train.bench import bench as measure
    from train.bench import table

    with friendly(), _bars() as events:
        speeds = measure(events)
    if as_json:
        typer.echo(json.dumps(speeds.to_json()))
    else:
        Console().print(table(speeds))


def _cancelled(_number: int, _frame: FrameType | None) -> None:
    sys.exit(CANCELLED)


def _command() -> str:
    return "python -m train " + shlex.join(sys.argv[1:])


def _say(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(f"note: {problem}", err=True)


@contextmanager
def _bars() -> Iterator[Events]:
    events = Bars()
    try:
        yield events
        events.say("done")
    finally:
        events.close()


@contextmanager
def _told(events: Events) -> Iterator[Events]:
    """A run whose reader hears of every end: an error is a `failed` event.

    Where the reader is gone, saying so raises BrokenPipeError, of which typer makes status 1.
    """
    try:
        yield events
    except NonesuchError as error:
        events.say("failed", error=str(error))
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    except Exception as error:  # a full disk, say; the traceback goes to stderr
        events.say("failed", error=f"{type(error).__name__}: {error}")
        raise
    finally:
        events.close()


if __name__ == "__main__":
    app()
