"""`fit --unfreeze`: the whole network is trained, exported, checked, and answers as a version."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from typer.testing import CliRunner

from model.backbone import Backbone, Backbones
from model.head import ABSENT, PRESENT, UNKNOWN
from model.registry import Registry
from model.version import load
from tests.train.drawings import draw_folders
from train import finetune as module
from train.__main__ import app
from train.convert import FeatureNet
from train.data import read
from train.events import Report
from train.finetune import Epoch, Tuned, finetune
from train.learner import Linear

# torch's exporter, and what it exports through, warn of their own old age.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CLASSES = ("flag", "wheel")
SIZE_PX = 65
"""A quarter of the real side, so that an epoch takes a second."""


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """48 drawings, every sixth watched."""
    folder = draw_folders(tmp_path_factory.mktemp("drawings"), 16)
    frame = read(f"folders:{folder}")
    return frame.assign(watched=np.arange(len(frame)) % 6 == 0)


class KilledError(Exception):
    """What ends a run in the middle."""


def run(
    frame: pd.DataFrame, checkpoint: Path, epochs: int = 3, killed_in: int = 99
) -> tuple[FeatureNet, list[Epoch]]:
    begun = 0

    def step(_: str) -> Report:
        nonlocal begun
        begun += 1
        if begun > killed_in:
            raise KilledError
        return lambda done, total: None

    top = Linear(np.zeros((2, 1280), np.float32), np.zeros(2, np.float32))
    return finetune(
        frame, CLASSES, top, size_px=SIZE_PX, epochs=epochs, seed=0, checkpoint=checkpoint,
        step=step,
    )  # fmt: skip


def weights(network: FeatureNet) -> torch.Tensor:
    return torch.cat([parameter.flatten() for parameter in network.parameters()]).detach()


def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    """After its last whole epoch it has the same losses and the same weights."""
    whole, history = run(frame, tmp_path / "whole.pt")
    with pytest.raises(KilledError):
        run(frame, tmp_path / "cut.pt", killed_in=1)
    resumed, again = run(frame, tmp_path / "cut.pt")

    assert len(history) == 3
    assert again == history
    assert torch.equal(weights(resumed), weights(whole))


def test_it_learns_and_lower_layers_move_less(frame: pd.DataFrame, tmp_path: Path) -> None:
    """The loss falls; a step of the first blocks is a third of the last block's."""
    published = weights(module.published_network())
    tuned, history = run(frame, tmp_path / "run.pt")

    assert history[-1].loss < history[0].loss
    assert not torch.equal(weights(tuned), published)
    top = Linear(np.zeros((2, 1280), np.float32), np.zeros(2, np.float32))
    rates = {
        id(parameter): group["lr"]
        for group in module._groups(Tuned(module.published_network(), top))
        for parameter in group["params"]
    }
    assert sorted(set(rates.values())) == pytest.approx([3e-5, 1e-4, 3e-4])


def test_it_stops_when_it_gets_no_better(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`PATIENCE` epochs without a better mAP on the watched photos are enough."""
    watched = iter([0.5, 0.6, 0.4, 0.59, 0.6, 0.9])
    monkeypatch.setattr(module._Run, "_watched_map", lambda _: next(watched))

    _, history = run(frame, tmp_path / "run.pt", epochs=6)

    assert [epoch.watched_map for epoch in history] == [0.5, 0.6, 0.4, 0.59, 0.6]


def test_the_watched_map_passes_over_what_is_unknown() -> None:
    """A masked label counts neither for nor against; a class that no photo shows is left out."""
    logits = np.array([[3, 0], [2, 0], [1, 0]], dtype=np.float32)
    states = np.array([[UNKNOWN, ABSENT], [PRESENT, ABSENT], [ABSENT, UNKNOWN]], dtype=np.int8)

    assert module.mean_average_precision(logits, states) == 1.0


def test_a_tuned_version_answers_with_its_own_backbone(own_home: Path, tmp_path: Path) -> None:
    """It is registered like any other, with its network's ONNX file beside its head.

    Photos that only tune the network are not in its memory.
    """
    source = f"folders:{draw_folders(tmp_path / 'drawings', 8)}"
    others = f"folders:{draw_folders(tmp_path / 'others', 4, first=50)}?unknown=wheel"
    options = ["--model", "things", "--data", source, "--unfreeze", "1", "--tune-with", others]
    done = CliRunner().invoke(app, ["fit", *options])
    assert done.exit_code == 0, done.stderr

    version = load(Registry(own_home / "registry").path("things", "1"), Backbones(threads=1))

    assert version.card.backbone.file == "backbone.onnx"
    assert version.backbone.sha256 != Backbone().sha256
    assert version.card.figures["map"] > 0.5
    assert version.card.provenance["tuned_with"] == [others]
    assert version.card.provenance["photos"] == 24
