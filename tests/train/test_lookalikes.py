"""`python -m train lookalikes`: how pure groups of photos that look alike are."""

from pathlib import Path

from typer.testing import CliRunner

from tests.train.drawings import drawing
from train.__main__ import app


def drawings(folder: Path, *names: str) -> str:
    """A source with three drawings of each kind."""
    for name in names:
        (folder / name).mkdir(parents=True)
        for seed in range(3):
            drawing(name, seed).save(folder / name / f"{seed}.png")
    return f"folders:{folder}"


def test_a_group_is_of_one_class(tmp_path: Path) -> None:
    """Three flags and three wheels: at a high line the three photos of a group are of one class."""
    source = drawings(tmp_path / "data", "flag", "wheel")

    told = CliRunner().invoke(app, ["lookalikes", "--data", source, "--size", "2"])

    rows = {line.split()[0]: line.split() for line in told.output.splitlines()[1:]}
    _cosine, found, _, draws, photos, same, least = rows["0.78"]
    assert (found, draws, same, least) == ("40", "40", "1.000", "1.000")
    assert 2 <= int(photos) <= 3


def test_too_few_photos_are_no_stack_trace(tmp_path: Path) -> None:
    """No folder says what is kept for validation: there is nothing to draw from."""
    source = drawings(tmp_path / "data", "flag")

    told = CliRunner().invoke(app, ["lookalikes", "--data", source, "--valid"])

    assert told.exit_code == 2
    assert "There are only 0 such photos; a group is of 8." in told.output
