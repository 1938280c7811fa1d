"""`python -m model`: the command line."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from model.__main__ import app
from model.backbone import Backbone
from model.head import Head, Memory
from model.registry import Registry
from tests import photos
from tests.model import making

ROOT = Path(__file__).parents[2]
CAT = ROOT / "docs" / "pictures" / "chelsea.jpg"
Parts = tuple[Head, Memory]


@pytest.fixture
def home(own_home: Path, backbone: Backbone, parts: Parts) -> Path:
    """A home with two versions of a small model, of which the first answers."""
    registry = Registry(own_home / "registry")
    for _ in range(2):
        making.register(registry, backbone, *parts)
    registry.promote("shapes", "1", who="test", why="to be there")
    return own_home


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of photos, to work in."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, seed in (("disc", 1), ("stripes", 17), ("nothing", 100)):
        data = photos.encode(making.shape(name, seed), "JPEG")
        (folder / f"{name}.jpg").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return folder


def model(*arguments: str) -> Result:
    """Run the command here; what it sets for its own process is taken back."""
    return CliRunner().invoke(app, arguments, env={"OPENBLAS_NUM_THREADS": "1"})


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("home", "folder")
def test_a_folder_is_classified() -> None:
    """A line for each photo, sorted, with what is seen in it."""
    result = model("classify", "--model", "shapes", "photos")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "photos/disc.jpg",
        "photos/nothing.jpg",
        "photos/stripes.jpg",
    ]
    assert "none of my classes" in result.stdout
    assert result.stderr == ""


@pytest.mark.usefixtures("home", "folder")
def test_json_has_the_contracts_fields() -> None:
    """Names, types, and that they agree with each other."""
    result = model("classify", "--model", "shapes", "--json", "photos/disc.jpg")
    (line,) = json_lines(result.stdout)
    assert (line["photo"], line["model"], line["version"]) == ("photos/disc.jpg", "shapes", "1")
    assert line["labels"] + line["unsure"] == ["disc"]
    assert line["none"] is False
    assert line["reason"] in ("above threshold", "not sure")
    for field in ("scores", "thresholds", "similarity", "gate"):
        assert list(line[field]) == list(making.CLASSES)
    assert all(len(pair) == 2 for pair in line["similarity"].values())
    assert line["ms"] > 0
    assert result.exit_code == 0


@pytest.mark.usefixtures("home", "folder")
def test_the_twin_names_a_class_where_the_model_says_none() -> None:
    """Both are in every version, to be compared."""
    ask = ("classify", "--model", "shapes", "--json", "photos/nothing.jpg")
    (line,), (twin,) = json_lines(model(*ask).stdout), json_lines(model(*ask, "--twin").stdout)
    assert (line["labels"], line["none"]) == ([], True)
    assert (len(twin["labels"]), twin["none"], twin["reason"]) == (1, False, "argmax")
    assert sum(twin["scores"].values()) == pytest.approx(1, abs=1e-3)
    assert not {"thresholds", "gate", "similarity", "unsure"} & set(twin)


@pytest.mark.usefixtures("folder")
def test_what_an_answer_rests_on_is_drawn() -> None:
    """`--explain DIR` writes each photo with the parts that spoke, and answers as without it."""
    plain, drawn = (
        json_lines(model("classify", "--model", "pascal", "--json", *more, str(CAT)).stdout)[0]
        for more in ((), ("--explain", "why"))
    )
    assert drawn.pop("drawn") == "why/chelsea.jpg"
    assert {**drawn, "ms": 0} == {**plain, "ms": 0}
    with Image.open("why/chelsea.jpg") as picture:
        colours = picture.convert("RGB").resize((9, 9)).get_flattened_data()
    assert any(red > blue + 40 for red, _, blue in colours), "nothing spoke for the cat"


@pytest.mark.usefixtures("folder")
def test_the_twin_is_not_explained() -> None:
    """A sentence that says what to do, and nothing is written."""
    result = model("classify", "--twin", "--explain", "why", "photos")
    assert result.exit_code == 2
    assert "Leave one away" in result.stderr
    assert not Path("why").exists()


@pytest.mark.usefixtures("home")
def test_a_bad_photo_does_not_stop_the_run(folder: Path) -> None:
    """It has a line of its own, in its place, and the exit status is 1."""
    (folder / "empty.jpg").touch()
    (folder / "diary.png").write_text("Dear diary")
    result = model("classify", "--model", "shapes", "--json", "photos")
    assert result.exit_code == 1
    lines = json_lines(result.stdout)
    assert [set(line) == {"photo", "error"} for line in lines] == [True, False, True, False, False]
    assert [line["photo"] for line in lines] == sorted(line["photo"] for line in lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--model", "nosuch", "photos"), "nosuch"),
        (("--model", "shapes", "--version", "9", "photos"), "shapes has 1, 2"),
        (("--model", "shapes", "nowhere.jpg"), "nowhere.jpg"),
        (("--model", "shapes", "photos", "nowhere.jpg"), "nowhere.jpg"),
        (("--model", "shapes", "empty"), "no photos in empty"),
        (("--model", "shapes"), "PHOTO|DIR"),
        (("--unknown", "photos"), "--unknown"),
    ],
)
@pytest.mark.usefixtures("home")
def test_wrong_usage_is_told(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    """One sentence on stderr, nothing on stdout, exit status 2."""
    (folder.parent / "empty").mkdir()
    result = model("classify", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("folder")
def test_a_damaged_version_is_refused(home: Path) -> None:
    """With the file that is damaged; a named other version answers."""
    path = home / "registry/shapes/1/head.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    result = model("classify", "--model", "shapes", "photos")
    assert result.exit_code == 2
    assert "head.safetensors" in result.stderr
    assert model("classify", "--model", "shapes", "--version", "2", "photos").exit_code == 0


@pytest.mark.usefixtures("folder")
def test_classifying_writes_nothing(own_home: Path) -> None:
    """The shipped model answers where there is no home, and then there is still none."""
    result = model("classify", "--json", "photos")
    assert result.exit_code == 0
    assert {line["model"] for line in json_lines(result.stdout)} == {"bears"}
    assert not own_home.exists()


def test_models_shows_what_there_is(home: Path) -> None:
    """Each version, which one answers, its classes and figures; a damaged one too."""
    (home / "registry/shapes/2/head.safetensors").write_bytes(b"")
    lines = json_lines(model("models", "--json").stdout)
    first, second = (line for line in lines if line["model"] == "shapes")
    assert first == {
        "model": "shapes",
        "version": "1",
        "current": True,
        "task": "multi-label",
        "classes": ["disc", "square", "stripes"],
        "created_at": "2026-11-25T10:00:00+00:00",
        "figures": {"exact": 0.95, "map": 0.97},
    }
    assert second["current"] is False
    assert "head.safetensors" in second["error"]
    table = model("models").stdout
    assert "shapes" in table
    assert "damaged" in table


@pytest.mark.usefixtures("folder")
def test_another_version_answers_after_promote_and_rollback(home: Path) -> None:
    """One sentence each, and the next photo is answered by that version."""

    def answering() -> str:
        (line,) = json_lines(
            model("classify", "--model", "shapes", "--json", "photos/disc.jpg").stdout
        )
        return str(line["version"])

    promoted = model("promote", "shapes", "2")
    assert (promoted.exit_code, promoted.stdout) == (0, "shapes now answers with version 2.\n")
    assert answering() == "2"
    rolled_back = model("rollback", "shapes")
    assert (rolled_back.exit_code, rolled_back.stdout) == (
        0,
        "shapes answers with version 1 again.\n",
    )
    assert answering() == "1"
    history = (home / "registry/shapes/history.jsonl").read_text()
    assert [line["who"] for line in json_lines(history)] == ["test", "command line", "command line"]


@pytest.mark.parametrize(
    "arguments", [("promote", "shapes", "9"), ("promote", "nosuch", "1"), ("rollback", "nosuch")]
)
def test_what_is_not_there_can_not_answer(home: Path, arguments: tuple[str, ...]) -> None:
    """One sentence on stderr, exit status 2, and nothing is changed."""
    result = model(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert arguments[1] in result.stderr
    assert (home / "registry/shapes/current").read_text() == "1\n"
    assert not (home / "registry/nosuch").exists()


@pytest.mark.usefixtures("home", "folder")
def test_a_terminal_shows_progress_and_a_pipe_gets_answers_only() -> None:
    """The bar is on stderr, if that is a terminal; stdout holds a line a photo."""
    terminal, stderr = pty.openpty()
    command = [sys.executable, "-m", "model", "classify", "--model", "shapes", "--json"]
    result = subprocess.run(
        [*command, str(Path("photos").absolute())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        check=True,
    )
    os.close(stderr)
    assert len(json_lines(result.stdout)) == 3
    assert b"Looking" in os.read(terminal, 100_000)
    os.close(terminal)


def test_an_installation_without_a_backbone_says_so(tmp_path: Path) -> None:
    """A broken copy of the project is not the person's fault: a sentence all the same."""
    shutil.copytree(
        ROOT / "model", tmp_path / "copy/model", ignore=shutil.ignore_patterns("*.onnx")
    )
    command = [sys.executable, "-m", "model", "classify", __file__]
    result = subprocess.run(command, cwd=tmp_path / "copy", capture_output=True, text=True)
    assert result.returncode == 2
    assert "can't be loaded" in result.stderr
    assert "Traceback" not in result.stderr
