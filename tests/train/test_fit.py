"""`python -m train fit` and `evaluate`: from folders of photos to a version and its figures."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from model.backbone import Backbone, Backbones
from model.classifier import embed as embed_pixels
from model.head import TEST, Memory
from model.image import squash
from model.registry import Registry
from model.version import load
from tests.train.chat import bears_like, database_url, is_a, say
from tests.train.drawings import draw_folders, drawing
from train.__main__ import app


def train(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="session")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 pictures of flags, of wheels, and of neither."""
    return draw_folders(tmp_path_factory.mktemp("drawings"), 16)


@pytest.fixture
def fitted(own_home: Path, drawings: Path) -> Registry:
    """A registry with the first version of `things`."""
    done = train("fit", "--model", "things", "--data", f"folders:{drawings}")
    assert done.exit_code == 0, done.stderr
    return Registry(own_home / "registry")


def test_the_report_shows_photos_and_the_likely_wrong_labels(
    own_home: Path, drawings: Path, tmp_path: Path
) -> None:
    """Best and worst answers as thumbnails; a flag among the wheels is found and shown."""
    folder = tmp_path / "with a slip"
    shutil.copytree(drawings, folder)
    (folder / "flag" / "0.jpg").rename(folder / "wheel" / "slip.jpg")

    done = train("fit", "--model", "things", "--data", f"folders:{folder}")

    assert done.exit_code == 0, done.stderr
    page = (Registry(own_home / "registry").path("things", "1") / "report.html").read_text()
    assert "label: wheel<br>wheel: " in page
    assert page.count("<img") > 8


def test_a_shipped_versions_report_holds_no_photo(
    own_home: Path, drawings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are there, thumbnails are not."""
    monkeypatch.setattr("model.registry.SHIPPED", tmp_path)

    done = train("fit", "--model", "things", "--data", f"folders:{drawings}", "--ship")

    assert done.exit_code == 0, done.stderr
    page = (tmp_path / "things" / "shipped-1" / "report.html").read_text()
    assert "answered exactly right; the surest" in page
    assert "<img" not in page
    assert "image/jpeg" not in page


def test_a_version_stands_in_the_registry(fitted: Registry, drawings: Path) -> None:
    """Card, arrays, metrics and report, by their checksums; classes from the folders' names."""
    folder = fitted.path("things", "1")
    card = fitted.card("things", "1")

    assert set(card.files) == {
        "head.safetensors", "memory.safetensors", "metrics.json", "report.html", "report.png"
    }  # fmt: skip
    for name, digest in card.files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert card.classes == ("flag", "wheel")
    assert (card.model, card.version, card.task, card.alpha) == ("things", "1", "multi-label", 0.1)
    assert card.backbone.sha256 == Backbone().sha256
    assert card.provenance["sources"] == [f"folders:{drawings}"]
    assert card.provenance["photos"] == 48
    assert len(card.provenance["data_sha256"]) == 64
    memory = Memory.load(folder / "memory.safetensors")
    metrics = json.loads((folder / "metrics.json").read_text())
    assert len(memory) == 48
    assert metrics["photos"] == (memory.split == TEST).sum() > 0
    assert card.figures["map"] == round(metrics["map"], 4)


def test_it_knows_what_it_learned(fitted: Registry) -> None:
    """New flags and wheels are told apart by their scores; the head answers with them."""
    backbone = Backbone()
    version = load(fitted.path("things", "1"), Backbones()).classifier

    seen = [squash(drawing(kind, 100 + n), 260) for kind in ("flag", "wheel") for n in range(10)]
    scores = version.head.scores(embed_pixels(backbone, seen))

    assert (scores.argmax(axis=1) == [0] * 10 + [1] * 10).mean() >= 0.9


def test_a_single_label_model_always_names_one_class(own_home: Path, drawings: Path) -> None:
    """It learns from photos that show exactly one, says what it left out, and never says none."""
    done = train("fit", "--model", "one", "--task", "single-label", "--data", f"folders:{drawings}")

    assert done.exit_code == 0, done.stderr
    assert "16 photos show no class, or several: left out" in done.stderr
    version = load(Registry(own_home / "registry").path("one", "1"), Backbones())
    assert version.card.task == "single-label"
    assert version.card.provenance["photos"] == 32
    neither = [squash(drawing("none", 100 + n), 260) for n in range(5)]
    for answer in version.classifier.answers(embed_pixels(version.backbone, neither)):
        assert len(answer.labels) == 1
        assert sum(answer.scores.values()) == pytest.approx(1, abs=1e-3)
        assert answer.reason == "argmax"


def test_a_single_label_models_figures_are_of_its_forced_choice(
    own_home: Path, drawings: Path
) -> None:
    """Of the photos that show a class; each photo of none is answered wrong."""
    train("fit", "--model", "one", "--task", "single-label", "--data", f"folders:{drawings}")
    Registry(own_home / "registry").promote("one", "1", who="test", why="")

    done = train(
        "evaluate", "--model", "one", "--learned", "--json", "--data", f"folders:{drawings}"
    )

    figures = json.loads(done.stdout)
    assert figures["none_recall"] == 0
    assert figures["false_none"] == 0
    assert figures["exact"] == pytest.approx(figures["twin_accuracy"])


def test_nothing_answers_until_it_is_promoted(fitted: Registry) -> None:
    """`fit` makes a version and says how to let it answer."""
    assert fitted.versions("things") == ["1"]
    assert not (fitted.root / "things" / "current").exists()


def test_the_same_photos_give_the_same_version(fitted: Registry, drawings: Path) -> None:
    """Bit for bit, apart from the card; the second time no photo is decoded."""
    again = train("fit", "--model", "things", "--data", f"folders:{drawings}")

    assert "python -m model promote things 2" in again.stdout
    first, second = (fitted.path("things", version) for version in "12")
    for name in ("head.safetensors", "memory.safetensors", "metrics.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_class_list_may_be_chosen(own_home: Path, drawings: Path) -> None:
    """In that order, as names are stored; a class that no photo shows is refused."""
    chosen = train(
        "fit", "--model", "things", "--data", f"folders:{drawings}", "--classes", "wheel, flag"
    )
    missing = train(
        "fit", "--model", "things", "--data", f"folders:{drawings}", "--classes", "wheel,big  dog"
    )

    assert chosen.exit_code == 0
    assert Registry(own_home / "registry").card("things", "1").classes == ("wheel", "flag")
    assert missing.exit_code == 2
    assert missing.stderr.endswith(
        "No photo to learn from shows big_dog. Add some, or leave it out.\n"
    )
    assert Registry(own_home / "registry").versions("things") == ["1"]


def test_alpha_is_kept_in_the_card(own_home: Path, drawings: Path) -> None:
    """It says how many of a class's own photos the gates turn away."""
    train("fit", "--model", "things", "--data", f"folders:{drawings}", "--alpha", "0.2")

    assert Registry(own_home / "registry").card("things", "1").alpha == 0.2


def test_a_name_that_is_none_is_refused_before_any_work(drawings: Path) -> None:
    """Not after minutes of training."""
    refused = train("fit", "--model", "My Things", "--data", f"folders:{drawings}")

    assert refused.exit_code == 2
    assert "is no model name" in refused.stderr
    assert "embed" not in refused.stderr


def test_a_photo_that_cannot_be_read_is_left_out_and_told(own_home: Path, tmp_path: Path) -> None:
    """The others are learned."""
    folder = draw_folders(tmp_path / "few", 6)
    (folder / "flag" / "broken.jpg").write_bytes(b"no photo")

    done = train("fit", "--model", "things", "--data", f"folders:{folder}")

    assert done.exit_code == 0
    assert "broken.jpg" in done.stderr
    assert Registry(own_home / "registry").card("things", "1").provenance["photos"] == 18


def test_a_shipped_version_lies_with_the_project(
    tmp_path: Path, drawings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For developers: the next `shipped-` version, and none in the registry."""
    monkeypatch.setattr("model.registry.SHIPPED", tmp_path / "shipped")

    done = train("fit", "--model", "things", "--data", f"folders:{drawings}", "--ship")

    assert done.stdout.startswith("things shipped-1: ")
    assert "promote" not in done.stdout
    assert (tmp_path / "shipped" / "things" / "shipped-1" / "card.json").is_file()


def test_feedback_is_a_source_too(own_home: Path) -> None:
    """What people said of one model's photos can be evaluated on, and learned from."""
    say(own_home, is_a("teddy", bears_like("teddy", 30)) + is_a("black", bears_like("black", 30)))
    source = f"feedback:{database_url(own_home)}"

    scored = train("evaluate", "--model", "bears", "--data", source, "--json")
    learned = train("fit", "--model", "bears", "--data", source)

    assert json.loads(scored.stdout)["photos"] == 60
    assert learned.exit_code == 0, learned.stderr
    assert Registry(own_home / "registry").card("bears", "1").classes == ("black", "teddy")


def test_evaluate_leaves_out_what_was_learned(fitted: Registry, drawings: Path) -> None:
    """On its own folders only the test photos are left: the figures are those of the fit."""
    done = train("evaluate", "--model", "things@1", "--data", f"folders:{drawings}", "--json")

    found = json.loads(done.stdout)
    kept = json.loads((fitted.path("things", "1") / "metrics.json").read_text())
    told = {name for name in kept if not name.endswith("_before")}  # before calibration: fit knows
    assert {name: found[name] for name in told} == {name: kept[name] for name in told}
    (note,) = found["problems"]
    left_out = 48 - kept["photos"]
    assert note == (
        f"only {kept['photos']} of 48 photos count: "
        f"{left_out} are left out, because things 1 learned from them"
    )


def test_evaluate_may_count_what_was_learned(fitted: Registry, drawings: Path) -> None:
    """--learned counts all photos."""
    done = train("evaluate", "--model", "things@1", "--data", f"folders:{drawings}", "--learned")

    assert "things 1: 48 held-out photos, 32 show a class, 16 show none" in done.stdout


def test_evaluate_says_when_nothing_is_left(
    fitted: Registry, drawings: Path, tmp_path: Path
) -> None:
    """Not figures of nothing."""
    memory = Memory.load(fitted.path("things", "1") / "memory.safetensors")
    learned = {bytes(row).hex() for row in memory.photo_sha256[memory.learned]}
    for photo in drawings.rglob("*.jpg"):
        if hashlib.sha256(photo.read_bytes()).hexdigest() in learned:
            copy = tmp_path / "learned" / photo.parent.name / photo.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(photo.read_bytes())

    done = train("evaluate", "--model", "things@1", "--data", f"folders:{tmp_path / 'learned'}")

    assert done.exit_code == 2
    assert "No photo is left to evaluate on." in done.stderr
