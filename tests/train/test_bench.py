"""`python -m train bench`: it measures the real thing. (How fast it is, no test says.)"""

import io
import json
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from model.backbone import Backbone
from model.errors import BadData
from train.__main__ import app
from train.bench import network, photos, retraining, starting, turns
from train.bench.section import Section
from train.bench.speed import OURS, Speed, as_markdown, for_terminal, side_by_side
from train.data import feedback
from train.data.split import near_twins
from train.photos import embed_frame

SETTINGS: dict[ModuleType, dict[str, Any]] = {
    turns: {"PAUSE_S": 0.0},
    network: {"TURNS": 1, "BLOCK": 1, "BATCHES": (1, 2), "cxx": lambda: None},
    photos: {"TURNS": 1, "PHOTOS": 2},
    starting: {"TURNS": 1},
    retraining: {"RUNS": {6: 1}},
}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn of everything, and nothing compiled."""
    for module, values in SETTINGS.items():
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)


@pytest.mark.usefixtures("quick")
def test_everything_is_measured(tmp_path: Path) -> None:
    """One JSON object; the page's section has the same figures, the rest of the page is kept."""
    page = tmp_path / "page.md"
    page.write_text("# Speed\n<!-- speed -->\nold\n<!-- end of speed -->\nThe end.\n")

    done = CliRunner().invoke(app, ["bench", "--json", "--write", str(page)])

    speeds = json.loads(done.stdout)["speeds"]
    assert [each["name"].split(",")[0] for each in speeds] == [
        "backbone",
        "backbone",
        "decoding a JPEG of 1280 x 960 px",
        "decoding a JPEG of 4000 x 3000 px",
        "from file to embedding",
        "`python -m model classify PHOTO`",
        "Python's start and `import bot.app`",
        "retraining with 6 corrections",
    ]
    assert all(each["ours"] > 0 for each in speeds)
    assert all(value > 0 for each in speeds for value in each["others"].values())
    text = page.read_text()
    assert text.startswith("# Speed\n<!-- speed -->\nWritten by")
    assert text.endswith("<!-- end of speed -->\nThe end.\n")
    assert "old" not in text
    assert all(f"| {each['name']} | {each['ours']:.3g} " in text for each in speeds)


def test_a_page_without_the_section_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    """Status 2, and what to add."""
    page = tmp_path / "page.md"
    page.write_text("no section")

    done = CliRunner().invoke(app, ["bench", "--write", str(page)])

    assert done.exit_code == 2
    assert "add the lines <!-- speed --> and <!-- end of speed -->" in done.stderr
    assert page.read_text() == "no section"
    with pytest.raises(BadData, match="no place for the table"):
        Section.of(tmp_path / "missing.md")


def test_ways_take_turns_and_the_first_turn_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once a turn, in order, after a pause; what they took is the median of the others."""
    clock, done = [0.0], []
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    monkeypatch.setattr("time.sleep", lambda seconds: done.append("pause"))
    durations = {"slow": iter([100.0, 3, 1, 2]), "fast": iter([50.0, 0.3, 0.2, 0.1])}

    def way(name: str) -> None:
        done.append(name)
        clock[0] += next(durations[name])

    found = turns.medians({name: partial(way, name) for name in durations}, 3)

    assert done == ["pause", "slow", "pause", "fast"] * 4
    assert found == pytest.approx({"slow": 2.0, "fast": 0.2})


@pytest.mark.usefixtures("quick")
def test_torch_compile_is_measured_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no C++ compiler its column is missing, and the note says so."""
    monkeypatch.setattr(torch, "compile", lambda module, dynamic: module)
    monkeypatch.setattr(network, "BATCHES", (1,))
    backbone = Backbone()

    [without] = network.speeds(backbone, lambda done, total: None)
    monkeypatch.setattr(network, "cxx", lambda: "/usr/bin/g++")
    [compiled] = network.speeds(backbone, lambda done, total: None)

    assert set(without.others) == {"eager torch"}
    assert "needs a C++ compiler" in without.note
    assert set(compiled.others) == {"eager torch", "torch.compile"}
    assert compiled.note == ""


def test_a_made_photo_is_a_jpeg_as_long_as_a_cameras() -> None:
    """Of the size asked for, a fifth of a byte a pixel or more, and each seed another."""
    data = photos.photo(photos.CHAT)

    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", photos.CHAT)
    assert len(data) > 1280 * 960 / 5
    assert photos.photo(photos.CHAT, 1) != data


def test_made_feedback_is_read_like_a_chats(tmp_path: Path) -> None:
    """Every photo with its embedding and a word on each class."""
    backbone = Backbone()
    retraining.write_feedback(tmp_path / "nonesuch.db", retraining.made_photos(50))

    frame, contradictions = feedback.read(
        f"sqlite:///{tmp_path / 'nonesuch.db'}", model=retraining.MODEL, backbone_key=backbone.key
    )
    found = embed_frame(frame, backbone, tmp_path / "cache", lambda done, total: None)

    assert (len(found.frame), found.problems, contradictions) == (50, [], [])
    assert all(len(row) == 1 for row in found.frame["present"])
    assert all(len(row) == 2 for row in found.frame["absent"])


def test_made_photos_are_near_twins_of_none() -> None:
    """Each counts as a photo of its own, as in a chat, however many there are."""
    embedding = np.stack([embedding for _, embedding, _ in retraining.made_photos(1000)])

    group = near_twins(embedding.astype(np.float32))

    assert len(set(group.tolist())) == 1000


def test_a_retraining_that_fails_is_no_speed() -> None:
    """With nothing said, it says why."""
    with pytest.raises(BadData, match=r"The retraining failed: .*nothing to learn"):
        retraining.retraining_s(0)


def test_the_tables_show_how_many_times_longer_the_others_take() -> None:
    """A line a measurement, the same for a terminal and a page."""
    speeds = [
        side_by_side("backbone", "ms", {OURS: 7.0, "eager torch": 28.0, "torch.compile": 14.0}),
        Speed("retraining", "s", 6.12, note="one run"),
    ]

    columns = [list(column.cells) for column in for_terminal(speeds).columns]

    assert columns == [
        ["backbone", "retraining"],
        ["7 ms", "6.12 s"],
        ["eager torch 28 ms (4.0 x); torch.compile 14 ms (2.0 x)", "one run"],
    ]
    assert as_markdown(speeds).splitlines()[-1] == "| retraining | 6.12 s | one run |"
