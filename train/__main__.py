"""The training command line: `python -m train show | fit | evaluate | retrain | export | bench …`.

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

from model.card import Task
from model.command import friendly
from model.errors import NonesuchError
from model.home import home
from train.calibrate import ALPHA
from train.command import Alpha, AsJson, Missed, Separator, Sources, bars, class_names
from train.events import Bars, Events, JsonEvents
from train.guarantee import MISSED
from train.workshop import bench, convert, export, lookalikes, twins

app = typer.Typer(help="nonesuch, training.", no_args_is_help=True, pretty_exceptions_enable=False)

FAILED, CANCELLED = 1, 130

for command in (convert, export, bench, twins, lookalikes):
    app.command()(command)


@app.command()
def fit(
    model: Annotated[str, typer.Option("--model", help="Name of the model.")],
    data: Sources,
    task: Annotated[
        Task, typer.Option(help="multi-label comes with its single-label twin to compare.")
    ] = "multi-label",
    classes: Annotated[str, typer.Option(help="Class list, by commas; else all in the data.")] = "",
    sep: Separator = " ",
    alpha: Alpha = ALPHA,
    missed: Missed = MISSED,
    backbone_file: Annotated[
        Path | None, typer.Option("--backbone", help="Another one's ONNX file, from convert.")
    ] = None,
    unfreeze: Annotated[
        int, typer.Option(min=0, help="Epochs in which the whole network is trained before.")
    ] = 0,
    tune_with: Annotated[
        list[str] | None, typer.Option(help="With --unfreeze: sources that only the network sees.")
    ] = None,
    ship: Annotated[
        bool, typer.Option(help="For developers: write to model/shipped, not the registry.")
    ] = False,
) -> None:
    """Train a model from data and register it as a version."""
    from model.backbone import SHIPPED_BACKBONE, Backbone
    from model.registry import Registry
    from train import version as versions
    from train.fit import fit as train
    from train.summary import summary

    with friendly():
        if task == "point":
            from train import point_command

            point_command.fit(
                model,
                data,
                backbone=Backbone(backbone_file or SHIPPED_BACKBONE),
                home=home(),
                command=_command(),
                sep=sep,
                shipped=ship,
            )
            return
        names = class_names(classes)
        with bars() as events:
            fitted = train(
                model,
                data,
                names,
                backbone=Backbone(backbone_file or SHIPPED_BACKBONE),
                cache=home() / "embeddings",
                events=events,
                command=_command(),
                sep=sep,
                alpha=alpha,
                missed=missed,
                task=task,
                unfreeze=unfreeze,
                tune_with=tune_with or [],
            )
        draft, backbone = fitted.draft, fitted.backbone
        if ship:
            version = versions.ship(draft, backbone)
        else:
            version = versions.save(Registry(home() / "registry"), draft, backbone)
        typer.echo(summary(f"{model} {version}", draft.metrics))
        _say(fitted.problems)
        if not ship:
            typer.echo(f"To let it answer: python -m model promote {model} {version}")


@app.command()
def show(
    data: Sources,
    classes: Annotated[str, typer.Option(help="Class list, by commas; else all named.")] = "",
    sep: Separator = " ",
    model: Annotated[str | None, typer.Option(help="Whose feedback.")] = None,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = Path("show.png"),
) -> None:
    """A look at data: what is wrong, counts, a picture of photos, one photo step by step."""
    from train.show import show as look

    with friendly(), bars() as events:
        names = class_names(classes)
        shown = look(data, names, out, home() / "embeddings", events, sep=sep, model=model)
    typer.echo(shown.text)
    raise typer.Exit(FAILED if shown.refused else 0)


@app.command()
def evaluate(
    model: Annotated[str, typer.Option("--model", help="NAME or NAME@VERSION.")],
    data: Sources,
    as_json: AsJson = False,
    sep: Separator = " ",
    learned: Annotated[bool, typer.Option(help="Count photos that it learned from, too.")] = False,
) -> None:
    """Metrics of a version on data; photos that it learned from are left out."""
    from model.registry import Registry
    from train import point_command
    from train.score import score
    from train.summary import summary

    with friendly():
        registry = Registry(home() / "registry")
        if point_command.finds_point(model, registry):
            point_command.evaluate(
                model,
                data,
                registry=registry,
                cache=home() / "embeddings",
                sep=sep,
                as_json=as_json,
                with_learned=learned,
            )
            return
        with bars() as events:
            scored = score(
                model,
                data,
                registry=registry,
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
def unseen(
    model: Annotated[str, typer.Option("--model", help="NAME or NAME@VERSION.")],
    classes: Annotated[str, typer.Option(help="Those to leave out, by commas; else each.")] = "",
    as_json: AsJson = False,
) -> None:
    """What a model says of a class that it never saw: each is left out in turn."""
    from model.registry import Registry
    from train.unseen import unseen as leave_out

    with friendly():
        names = class_names(classes)
        with bars() as events:
            registry = Registry(home() / "registry")
            found = leave_out(model, names, registry=registry, report=events.step("fit"))
        if as_json:
            typer.echo(json.dumps({"model": model, "classes": [each.to_json() for each in found]}))
        else:
            typer.echo("\n".join(each.told() for each in found))


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
        from model.registry import Registry
        from train.retrain import retrain as run
        from train.summary import summary

        source = ["--feedback", feedback]
        outcome = run(
            model,
            feedback,
            registry=Registry(home() / "registry"),
            home=home(),
            events=events,
            # Not who asked: a card must not name a person who may want to be forgotten.
            command=shlex.join(["python", "-m", "train", "retrain", "--model", model, *source]),
            who=who,
        )
        events.say("done", **outcome.to_json())
    verdict = "promoted" if outcome.promoted else "kept, not promoted"
    typer.echo(f"{model} {outcome.version} is {verdict}: {outcome.why}", err=True)
    typer.echo(summary(f"{model} {outcome.version}", outcome.metrics), err=True)
    _say([*(each.told() for each in outcome.doubted), *outcome.problems])


def _cancelled(_number: int, _frame: FrameType | None) -> None:
    sys.exit(CANCELLED)


def _command() -> str:
    return "python -m train " + shlex.join(sys.argv[1:])


def _say(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(f"note: {problem}", err=True)


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
