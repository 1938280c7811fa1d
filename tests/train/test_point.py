"""`--task point`: photos with a point -> a version that finds it in others."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner, Result

from model.backbone import Backbones
from model.point import PointHead, grid
from model.registry import Registry
from model.version import load
from tests.train.balls import draw_balls
from train.__main__ import app
from train.data import read
from train.data.transforms import Augment
from train.point import Views, block, learn
from train.tasks import point_loss, soft_argmax

PHOTOS, HELD_OUT = 24, 6


def train(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module")
def balls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of meadows with a ball each."""
    return draw_balls(tmp_path_factory.mktemp("balls"), PHOTOS)


@pytest.fixture(scope="module")
def fitted(balls: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which `balls` was trained, twice."""
    home = tmp_path_factory.mktemp("home")
    command = ["fit", "--model", "balls", "--task", "point", "--data", f"csv:{balls}"]
    for _ in range(2):
        done = CliRunner().invoke(app, command, env={"NONESUCH_HOME": str(home)})
        assert done.exit_code == 0, done.output
    return home


@pytest.fixture
def registry(fitted: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Its registry; the home is this test's."""
    monkeypatch.setenv("NONESUCH_HOME", str(fitted))
    return Registry(fitted / "registry")


def views(count: int, channels: int = 6) -> Views:
    """Maps in which one feature is strong where the point is."""
    generator = np.random.default_rng(0)
    maps = generator.uniform(0, 0.3, (count, channels, 81)).astype(np.float16)
    where = generator.integers(0, 81, count)
    maps[np.arange(count), 2, where] = 1
    return Views(maps, grid(9, 9)[where], (9, 9))


def ignored(_done: int, _total: int) -> None:
    """Progress that nobody follows."""


def test_the_head_finds_what_the_point_goes_with() -> None:
    """In maps that it has not learned from, within half a place."""
    seen = views(2100)
    head = learn(Views(seen.maps[:2000], seen.points[:2000], seen.size), ignored)
    found = head.points(seen.maps[2000:].reshape(-1, 6, 9, 9).astype(np.float32))
    assert np.abs(found - seen.points[2000:]).mean() < 1 / 9


def test_torch_and_numpy_compute_the_same_point() -> None:
    """What is trained is what answers."""
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand((3, 6, 9, 9), generator=generator)
    weight, bias = (torch.randn(shape, generator=generator) for shape in ((3, 4), (2,)))
    first = torch.randn((4, 6), generator=generator)
    head = PointHead(first.numpy(), np.zeros(4, np.float32), weight.numpy(), bias.numpy())

    hidden = (maps.flatten(2).transpose(1, 2) @ first.T).relu()
    said = hidden @ weight.T + torch.cat([torch.zeros(1), bias])
    trained = soft_argmax(said, torch.from_numpy(grid(9, 9))).clamp(-1, 1)

    assert head.points(maps.numpy()) == pytest.approx(trained.numpy(), abs=1e-4)


def test_the_loss_is_the_mean_square_in_both_directions() -> None:
    """`MSELoss`, by hand."""
    loss = point_loss(torch.tensor([[0.5, 0.0]]), torch.tensor([[0.0, -1.0]]))
    assert loss.item() == pytest.approx((0.25 + 1) / 2)


def test_the_point_goes_with_the_view(balls: Path) -> None:
    """A training photo is never twice the same; the ball stays where the point is."""
    valid = [number % 4 == 0 for number in range(PHOTOS)]
    loaders = block(valid, 260).dataloaders(read(f"csv:{balls}"), batch_size=18)
    seen = []
    for _ in range(2):
        (images, points), *_ = loaders.train
        seen.append(points)
        inside = (points.abs() < 0.9).all(dim=1)
        column, row = ((points[inside] + 1) * 130).long().clamp(0, 259).T
        assert (
            images[inside][torch.arange(len(row)), :, row, column].min(dim=1).values > 140
        ).all()
        assert inside.sum() > 9
    assert not torch.equal(*(points.sort(dim=0).values for points in seen))


def test_validation_sees_photos_as_they_are(balls: Path) -> None:
    """Only training photos are moved."""
    assert isinstance(block([True] * PHOTOS, 260).item_tfms[0], Augment)
    assert balls.exists()


def test_a_version_says_where_it_comes_from(registry: Registry) -> None:
    """Card, head, figures and report; and how it is made again, since it keeps no feature maps."""
    card = registry.card("balls", "1")
    assert (card.task, card.classes, card.version) == ("point", (), "1")
    assert set(card.files) == {
        "head.safetensors", "memory.safetensors", "metrics.json", "report.html"
    }  # fmt: skip
    metrics = json.loads((registry.path("balls", "1") / "metrics.json").read_text())
    assert metrics["photos"] == HELD_OUT
    assert card.figures["mean_percent"] == metrics["mean_percent"]
    assert "no feature maps are kept" in card.provenance["retraining"]
    report = (registry.path("balls", "1") / "report.html").read_text()
    assert f"{metrics['mean_percent']:.2f}" in report
    assert "<img" not in report


def test_it_finds_balls_in_photos_never_seen(registry: Registry) -> None:
    """Better than always saying the middle, already from 18 photos."""
    figures = json.loads((registry.path("balls", "1") / "metrics.json").read_text())
    assert figures["mean_percent"] < figures["middle_mean_percent"]


def test_the_same_photos_give_the_same_version(registry: Registry) -> None:
    """Bit for bit."""
    first, second = (registry.card("balls", version).files for version in ("1", "2"))
    same = ("head.safetensors", "memory.safetensors", "metrics.json")
    assert [first[name] for name in same] == [second[name] for name in same]


def test_evaluate_leaves_out_what_was_learned(registry: Registry, balls: Path) -> None:
    """The held-out photos judge, with the figures of the card; the others only when asked for."""
    done = train("evaluate", "--model", "balls@1", "--data", f"csv:{balls}", "--json")
    found = json.loads(done.stdout)
    assert (found["model"], found["version"], found["photos"]) == ("balls", "1", HELD_OUT)
    assert found["mean_percent"] == registry.card("balls", "1").figures["mean_percent"]
    assert f"{PHOTOS - HELD_OUT} photos are left out" in done.stderr

    everything = train("evaluate", "--model", "balls@1", "--data", f"csv:{balls}", "--learned")
    assert f"balls 1, {PHOTOS} photos" in everything.stdout


def test_a_loaded_version_finds_a_point(registry: Registry) -> None:
    """What `train` writes is what `model` reads."""
    version = load(registry.path("balls", "1"), Backbones(threads=1))
    found = version.point_head.points(np.ones((1, 1280, 9, 9), dtype=np.float32))
    assert found.shape == (1, 2)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("fname,labels\n0.jpg,ball\n1.jpg,ball\n", "columns fname,x,y,is_valid"),
        ("fname,x,y,is_valid\n0.jpg,9,9,no\n1.jpg,9,9,no\n", "which ones (best whole people)"),
    ],
)
def test_what_is_missing_is_said(balls: Path, table: str, sentence: str) -> None:
    """A sentence that says what to do, and the status of wrong usage."""
    csv = balls.with_name("other.csv")
    csv.write_text(table)
    done = train("fit", "--model", "balls", "--task", "point", "--data", f"csv:{csv}")
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_a_task_that_is_not_there() -> None:
    """The tasks that are there are named."""
    done = train("fit", "--model", "balls", "--task", "boxes", "--data", "csv:nowhere.csv")
    assert done.exit_code == 2
    assert all(task in done.stderr for task in ("multi-label", "single-label", "point"))
