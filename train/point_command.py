"""What `fit` and `evaluate` do where a model finds a point."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import typer

from model.backbone import Backbone, Backbones
from model.errors import BadData
from model.registry import Registry, ship
from model.version import load
from train.command import bars
from train.fit_point import fill, fit_point, judge, learned_by
from train.photos import read_photos


def fit(
    model: str,
    sources: Sequence[str],
    *,
    backbone: Backbone,
    home: Path,
    command: str,
    sep: str,
    shipped: bool,
) -> None:
    """Train and register (or ship) a version, and say how good it is. Raises `BadData`."""
    with bars() as events:
        draft, problems = fit_point(
            model,
            sources,
            backbone=backbone,
            cache=home / "embeddings",
            events=events,
            command=command,
            sep=sep,
        )
    add = ship if shipped else Registry(home / "registry").add
    version = add(model, lambda folder, name: fill(folder, name, draft, backbone))
    typer.echo(f"{model} {version}, {draft.metrics.told()}")
    for problem in problems:
        typer.echo(f"note: {problem}", err=True)
    if not shipped:
        typer.echo(f"To let it answer: python -m model promote {model} {version}")


def finds_point(model: str, registry: Registry) -> bool:
    """Whether `model` (NAME or NAME@VERSION) finds a point. Raises `BadVersion`."""
    name, _, version = model.partition("@")
    return registry.card(name, version or registry.current(name)).task == "point"


def evaluate(
    model: str,
    sources: Sequence[str],
    *,
    registry: Registry,
    cache: Path,
    sep: str,
    as_json: bool,
    with_learned: bool,
) -> None:
    """Say how far off `model` (NAME or NAME@VERSION) is on photos that it did not learn from.

    Raises `BadData`.
    """
    name, _, version = model.partition("@")
    version = version or registry.current(name)
    folder = registry.path(name, version)
    loaded = load(folder, Backbones())
    with bars() as events:
        photos = read_photos(
            sources,
            model=name,
            sep=sep,
            backbone=loaded.backbone,
            cache=cache,
            report=events.step("embed"),
        )
    learned = {row.tobytes() for row in learned_by(folder)}
    is_new = np.array([row.tobytes() not in learned for row in photos.photo_sha256], dtype=bool)
    counted = photos.frame["point"].notna().to_numpy() & (is_new | with_learned)
    if not counted.any():
        raise BadData("No photo with a point is left. --learned counts those it learned from.")
    metrics = judge(loaded.point_head, photos.frame[counted], loaded.backbone)
    left_out = len(counted) - int(counted.sum())
    problems = [*photos.problems]
    if left_out:
        problems.append(f"{left_out} photos are left out: learned from, or without a point")
    for problem in problems:
        typer.echo(f"note: {problem}", err=True)
    if as_json:
        named = {"model": name, "version": version}
        typer.echo(json.dumps({**named, **metrics.to_json(), "problems": problems}))
    else:
        typer.echo(f"{name} {version}, {metrics.told()}")
