"""`train/unseen.py`: what a model says of a class that it never saw."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model.errors import BadData
from model.head import ABSENT, PRESENT, UNKNOWN
from model.registry import Registry
from tests.train.toys import memory
from train.__main__ import app
from train.unseen import alone, unseen


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_a_bear_of_a_kind_never_seen_is_named_at_most_half_the_time(tmp_path: Path) -> None:
    """Each kind of the shipped bears left out in turn; a teddy is hardly ever taken for a bear."""
    found = unseen("bears", [], registry=Registry(tmp_path), report=silent)

    by_class = {each.class_name: each for each in found}
    assert set(by_class) == {"black", "grizzly", "teddy"}
    assert by_class["black"].most_named == "grizzly"
    assert by_class["black"].named <= 0.5
    assert by_class["grizzly"].named <= 0.55
    assert by_class["teddy"].none >= 0.98
    for each in found:
        assert each.named + each.asked + each.none == pytest.approx(1)
        assert each.exact is not None
        assert each.exact >= 0.88


def test_only_photos_that_certainly_show_nothing_else_are_asked_about() -> None:
    """Whoever shows another class too, or may, could rightly be named."""
    kept = memory(
        [0, 1, 2, 3],
        [[PRESENT, ABSENT], [PRESENT, PRESENT], [PRESENT, UNKNOWN], [ABSENT, PRESENT]],
    )

    assert alone(kept, 0).tolist() == [True, False, False, False]
    assert alone(kept, 1).tolist() == [False, False, False, True]


def test_a_class_that_is_not_there_cannot_be_left_out(tmp_path: Path) -> None:
    """Said with the classes that are."""
    with pytest.raises(BadData, match="no class polar; it has black, grizzly, teddy"):
        unseen("bears", ["polar"], registry=Registry(tmp_path), report=silent)


def test_the_command_prints_a_line_a_class_or_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For people, and for programs."""
    monkeypatch.setenv("NONESUCH_HOME", str(tmp_path))
    arguments = ["unseen", "--model", "bears", "--classes", "teddy"]

    told = CliRunner().invoke(app, arguments)
    as_json = CliRunner().invoke(app, [*arguments, "--json"])

    assert told.exit_code == as_json.exit_code == 0
    (line,) = [line for line in told.stdout.splitlines() if line.startswith("teddy")]
    assert "none 0.99" in line
    (found,) = json.loads(as_json.stdout)["classes"]
    assert found["class_name"] == "teddy"
    assert f"{found['photos']} photos" in line
