"""Commands around models that train none: `convert`, `export`, `bench`, `twins`, `lookalikes`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from model.backbone import SHIPPED_BACKBONE, SIZE_PX
from model.command import friendly
from model.errors import BadData
from model.familiarity import LIKE
from model.home import home
from train.command import AsJson, Separator, Sources, bars


def convert(
    file: Annotated[Path | None, typer.Argument(help="Where to; the shipped file.")] = None,
    size: Annotated[
        int, typer.Option(min=33, max=600, help="Side in px of the photos that it takes.")
    ] = SIZE_PX,
    int8: Annotated[
        bool, typer.Option("--int8", help="A float32 file in 8-bit integers instead.")
    ] = False,
    data: Annotated[
        list[str] | None, typer.Option(help="With --int8: photos to calibrate on.")
    ] = None,
    backbone: Annotated[
        Path | None, typer.Option(help="With --int8: the float32 file; else the shipped one.")
    ] = None,
    sep: Separator = " ",
) -> None:
    """Make the backbone's ONNX file from the published weights, checked against torch."""
    with friendly():
        if int8:
            if size != SIZE_PX:
                raise BadData(
                    "--size goes with the published weights; --int8 keeps its file's side."
                )
            _convert_int8(file, backbone or SHIPPED_BACKBONE, data or [], sep)
            return
        from train.convert import convert as make

        path = file or SHIPPED_BACKBONE
        cosine = make(path, size)
        typer.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, cosine to torch {cosine:.6f}")


def _convert_int8(file: Path | None, original: Path, data: list[str], sep: str) -> None:
    from train.quantize import convert_int8

    if file is None or not data:
        raise BadData("--int8 needs FILE, and a few hundred photos: --data csv:FILE, for instance.")
    with bars() as events:
        found = convert_int8(
            original, file, data, cache=home() / "embeddings", events=events, sep=sep
        )
    typer.echo(f"{file}: {found.told()}")


def export(
    model: Annotated[str, typer.Option("--model", help="NAME or NAME@VERSION.")],
    file: Annotated[Path, typer.Argument(help="Where to.")],
) -> None:
    """One self-contained ONNX file of a model: pixels in, scores and decisions out."""
    from model.registry import Registry
    from train.export import export as make

    with friendly():
        version = make(model, file, Registry(home() / "registry"))
    typer.echo(f"{file}: {version}, {file.stat().st_size / 1e6:.1f} MB")


def bench(
    as_json: AsJson = False,
    write: Annotated[Path | None, typer.Option(help="A page with a section for it.")] = None,
) -> None:
    """Speed side by side: backbone, decoding, embedding, start-up, retraining."""
    from rich.console import Console

    from train.bench.run import bench as measure
    from train.bench.run import in_words
    from train.bench.section import Section
    from train.bench.speed import for_terminal

    with friendly():
        section = Section.of(write) if write else None
        with bars() as events:
            speeds = measure(events)
    if as_json:
        typer.echo(json.dumps({"speeds": [speed.to_json() for speed in speeds]}))
    else:
        Console().print(for_terminal(speeds))
    if section:
        section.write(in_words(speeds))


def twins(
    data: Sources,
    line: Annotated[
        float, typer.Option("--from", min=0.5, max=1.0, help="Cosine of pairs in the picture.")
    ] = LIKE,
    sep: Separator = " ",
    out: Annotated[Path, typer.Option(help="The picture to write.")] = Path("twins.png"),
) -> None:
    """How often different photos look like one: what the bot takes for near twins."""
    from model.backbone import Backbone
    from train.twins import twins as count

    with friendly(), bars() as events:
        backbone, cache = Backbone(), home() / "embeddings"
        told = count(data, line, out, backbone=backbone, cache=cache, events=events, sep=sep)
    typer.echo(told)


def lookalikes(
    data: Sources,
    photos: Annotated[int, typer.Option(min=1, help="Photos drawn at a time.")] = 300,
    size: Annotated[int, typer.Option(min=2, help="Photos that make a group.")] = 8,
    valid: Annotated[
        bool, typer.Option("--valid", help="Only photos kept for validation; else the others.")
    ] = False,
    sep: Separator = " ",
) -> None:
    """How pure groups of photos that look alike are: what an admin is asked to name."""
    from model.backbone import Backbone
    from train.lookalikes import lookalikes as look

    with friendly(), bars() as events:
        told = look(
            data,
            count=photos,
            size=size,
            valid=valid,
            backbone=Backbone(),
            cache=home() / "embeddings",
            events=events,
            sep=sep,
        )
    typer.echo(told)
