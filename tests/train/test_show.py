"""`python -m train show`: a look at data."""

import csv
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.train.data.samples import SOURCES, make_photo
from train.__main__ import app
from train.data.frame import Labels
from train.show import caption

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture is written to the current folder."""
    monkeypatch.chdir(tmp_path)


def show(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["show", *arguments])


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_it_counts_classes_and_none(tmp_path: Path) -> None:
    """Photos by class, none of the classes, and classes together."""
    shown = show("--data", SOURCES["folders"](tmp_path / "data"))

    assert shown.exit_code == 0
    assert "4 photos, none said to be for validation: fit chooses" in shown.output
    assert "1 + 0 with none of the classes" in shown.output
    assert ["cat", "2", "0", "0", "0"] in words(shown.output)
    assert ["2", "cat", ".", "2", "1"] in words(shown.output)


def test_one_photo_goes_through_every_step(tmp_path: Path) -> None:
    """From the file to the states, each with type and shape."""
    shown = show("--data", SOURCES["csv"](tmp_path / "data"), "--sep", ";")

    steps = {line[0]: " ".join(line[1:]) for line in words(shown.output) if line}
    assert steps["file"].endswith("images/cat.jpg")
    assert steps["bytes"].startswith("JPEG, ")
    assert steps["upright"] == "RGB image, 40 x 30 px"
    assert steps["pixels"].startswith("uint8 (3, 260, 260), ")
    assert steps["float"].startswith("float32 (1, 3, 260, 260), -")
    assert steps["embedding"].startswith("float32 (1, 1280), 0 to ")
    assert steps["states"] == "int8 (3,): cat present, 2 absent, 0 unknown"


@pytest.mark.parametrize(("option", "name"), [((), "show.png"), (("--out", "x.jpg"), "x.jpg")])
def test_the_picture_goes_where_it_says(tmp_path: Path, option: tuple[str, ...], name: str) -> None:
    """To the current folder, or to --out; the path is told."""
    shown = show("--data", SOURCES["folders"](tmp_path / "data"), *option)

    assert f"4 of the photos with their labels: {name}" in shown.output
    with Image.open(tmp_path / name) as picture:
        assert picture.width > 2 * 200


def test_a_picture_that_cant_be_written_is_said_so(tmp_path: Path) -> None:
    """A wrong suffix: one sentence, status 2."""
    shown = show("--data", SOURCES["folders"](tmp_path / "data"), "--out", "picture.nothing")

    assert shown.exit_code == 2
    assert "picture.nothing can't be written" in shown.output
    assert "--out" in shown.output


def test_points_are_counted_and_drawn(tmp_path: Path) -> None:
    """The photo's last step is its point in [-1, 1]; one beside the photo is named."""
    for name in "abc":
        make_photo(tmp_path / f"{name}.png", name)
    table = tmp_path / "centers.csv"
    table.write_text("fname,x,y\na.png,30,15\nb.png,20,7.5\nc.png,41,3\n")

    shown = show("--data", f"csv:{table}")

    assert "3 with a point" in shown.output
    assert "Photos by class" not in shown.output
    assert ["point", "float32", "(2,):", "0.5000,", "0.0000"] in words(shown.output)
    assert "row 4: (41, 3) is not within 40 x 30 px" in shown.output
    with Image.open("show.png") as picture:
        assert (255, 0, 0) in [colour for _, colour in picture.getcolors(picture.width * 999) or ()]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Each with its row, none as a stack trace; what fit refuses gives status 1."""
    for name in ("a", "b", "c"):
        make_photo(tmp_path / f"{name}.png", name)
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    (tmp_path / "copy.png").write_bytes((tmp_path / "a.png").read_bytes())
    lines = ["File;Tags;Split", "a.png;grizzly;train", "b.png;dog;train", "gone.png;dog;train"]
    lines += ["bad.jpg;dog;train", "copy.png;grizly dog;valid", "b.png;grizzly;train"]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(lines))

    shown = show("--data", f"csv:{table}", "--classes", "grizzly,dog")

    assert shown.exit_code == 1
    for said in (
        "fit refuses the data until it is put right (2)",
        "row 4: there is no photo 'gone.png'",
        "row 7: this photo is in row 3, too, which says otherwise of dog, grizzly",
        "labels.csv row 5: ",
        "This file is not a photo that I can read",
        "'grizly' is none of the classes asked for (labels.csv row 6): did you mean 'grizzly'?",
        "'grizzly' has 1 photo to learn from (labels.csv row 2)",
        "labels.csv row 6 and labels.csv row 2 are the same photo",
        "labels.csv row 2 trains, labels.csv row 6 validates, and they are the same photo",
    ):
        assert said in shown.output


def test_tables_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    """With several sources, a row is named with its table's folder."""
    for side, label in (("one", "cat"), ("two", "dog")):
        make_photo(tmp_path / side / "a.jpg", 1)
        (tmp_path / side / "labels.csv").write_text(f"fname,labels\na.jpg,{label}\n")

    tables = [f"--data=csv:{tmp_path / side / 'labels.csv'}" for side in ("one", "two")]
    shown = show(*tables)

    both = f"{tmp_path}/two/labels.csv row 2 and {tmp_path}/one/labels.csv row 2 are the same photo"
    assert both in shown.output


def test_feedback_needs_a_model(tmp_path: Path) -> None:
    """Words belong to the model that answered: named, they are shown like any other source."""
    source = SOURCES["feedback"](tmp_path / "data")

    assert show("--data", source).exit_code == 2
    shown = show("--data", source, "--model", "pets")
    assert shown.exit_code == 0
    assert "1 + 0 with none of the classes" in shown.output


def test_captions_say_what_is_there() -> None:
    """Masked classes with a question mark; none only where all others are absent."""
    assert caption(Labels(frozenset({"black_bear", "sofa"}), None, frozenset({"sofa"}))) == (
        "black bear, sofa?"
    )
    assert caption(Labels()) == "none"
    assert caption(Labels(absent=frozenset({"cat"}))) == "nothing said to be in it"


def test_real_photos_of_the_devkit(tmp_path: Path) -> None:
    """Twenty real photos: counts are those of the table, and nothing is written beside them."""
    if not DATA.is_dir():
        pytest.skip("no ../shared/data")
    folder = DATA / "voc" / "devkit-sample"
    before = sorted(folder.rglob("*"))
    ids = {path.name for path in folder.rglob("*.jpg")}
    with (DATA / "voc" / "labels.csv").open() as file:
        table = [row for row in csv.DictReader(file) if row["fname"] in ids]
    difficult = sum("sofa" in row["difficult"].split() for row in table)
    sofas = sum("sofa" in row["labels"].split() for row in table)

    shown = show("--data", f"voc:{folder}")

    (sofa,) = [line for line in words(shown.output) if line[:1] == ["sofa"]]
    assert int(sofa[1]) + int(sofa[2]) == sofas - difficult
    assert int(sofa[3]) == difficult
    assert sorted(folder.rglob("*")) == before


def test_the_lessons_table_with_photos_missing_is_shown(tmp_path: Path) -> None:
    """A table of which most photos aren't there: ten rows are listed, the others counted."""
    rows = "".join(f"{number:06}.jpg,cat,False\n" for number in range(40))
    make_photo(tmp_path / "000007.jpg", 7)
    (tmp_path / "train.csv").write_text("fname,labels,is_valid\n" + rows)

    shown = show("--data", f"csv:{tmp_path / 'train.csv'}")

    assert shown.exit_code == 1
    assert "put right (39)" in shown.output
    assert "and 29 more." in shown.output
    assert "1 photo, none said" in shown.output
