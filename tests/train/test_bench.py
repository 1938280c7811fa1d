"""`python -m train bench`: it measures the real thing. (How fast it is, no test says.)"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model.backbone import Backbone
from model.errors import BadData
from train import bench
from train.__main__ import app
from train.data import feedback
from train.data.split import near_twins
from train.photos import embed_frame


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn of everything."""
    for name, value in {"TURNS": 1, "RETRAININGS": 1, "CORRECTIONS": 6}.items():
        monkeypatch.setattr(bench, name, value)


def test_made_feedback_is_read_like_a_chats(tmp_path: Path) -> None:
    """Every photo with its embedding and a word on each class; none of them a copy."""
    backbone = Backbone()
    bench.write_feedback(tmp_path / "nonesuch.db", bench.made_photos(50))

    frame, contradictions = feedback.read(
        f"sqlite:///{tmp_path / 'nonesuch.db'}", model=bench.MODEL, backbone_key=backbone.key
    )
    photos = embed_frame(frame, backbone, tmp_path / "cache", lambda done, total: None)

    assert (len(photos.frame), photos.problems, contradictions) == (50, [], [])
    assert all(len(row) == 1 for row in photos.frame["present"])
    assert all(len(row) == 2 for row in photos.frame["absent"])
    assert len(set(near_twins(photos.embedding.astype("f4")).tolist())) > 45


@pytest.mark.usefixtures("quick")
def test_the_speeds_are_one_json_object() -> None:
    """Milliseconds a photo at batch 1 and 8, their ratio, and seconds of a retraining."""
    done = CliRunner().invoke(app, ["bench", "--json"])

    found = json.loads(done.stdout)
    assert [each["batch"] for each in found["embed"]] == [1, 8]
    for each in found["embed"]:
        assert each["ratio"] == pytest.approx(each["torch_ms"] / each["onnx_ms"])
    assert found["corrections"] == 6
    assert found["retrain_s"] > 0


def test_the_table_shows_them() -> None:
    """A line a measurement."""
    speeds = bench.Speeds([bench.Pace(1, 7.0, 28.0, 4.0)], 1000, 6.1)

    table = bench.table(speeds)

    columns = [list(column.cells) for column in table.columns]
    assert columns == [
        ["a photo, batch 1", "retraining, 1000 corrections"],
        ["7.0 ms", "6.1 s"],
        ["28.0 ms", ""],
        ["4.0", ""],
    ]


def test_a_retraining_that_fails_is_no_speed() -> None:
    """With nothing said, it says why."""
    with pytest.raises(BadData, match=r"The retraining failed: .*nothing to learn"):
        bench.retraining_s(0)
