"""What every data source promises. Runs over the table: a new source gets these tests."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.backbone import Backbone
from model.errors import BadData
from model.head import ABSENT, PRESENT, UNKNOWN
from tests.train.data.samples import (
    BACKBONE_KEY,
    LABELS,
    MODEL,
    OF_POINTS,
    SOURCES,
    content,
    make_photo,
    write_annotation,
)
from train.data import KNOW_DIFFICULT, READERS, read, survey
from train.data.frame import COLUMNS, class_list, rows_of, states
from train.embed import embed


@pytest.fixture(params=sorted(READERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def frame(kind: str, tmp_path: Path) -> pd.DataFrame:
    """The sample, read from this kind of source."""
    return read_sample(SOURCES[kind](tmp_path / "sample"))


def read_sample(source: str) -> pd.DataFrame:
    return read(source, sep=";", model=MODEL, backbone_key=BACKBONE_KEY)


def test_every_source_has_a_sample() -> None:
    """The contract is held by all sources in the table."""
    assert set(SOURCES) == set(READERS)


def test_a_row_is_a_photo_in_the_documented_form(frame: pd.DataFrame) -> None:
    """One row a photo, the documented columns, each value of its documented type."""
    assert list(frame.columns) == COLUMNS
    assert list(frame.index) == list(range(len(LABELS)))
    assert frame["weight"].dtype == np.float64
    for row in rows_of(frame):
        assert isinstance(row.where, str)
        assert row.photo is not None
        assert row.photo.is_file()
        assert row.photo_sha256 is None or len(bytes.fromhex(row.photo_sha256)) == 32
        assert row.embedding is None or isinstance(row.embedding, bytes)
        assert isinstance(row.present, frozenset)
        assert row.absent is None or isinstance(row.absent, frozenset)
        assert isinstance(row.unknown, frozenset)
        assert row.is_valid in (True, False, None)
        assert row.point is None or all(isinstance(number, float) for number in row.point)


@pytest.mark.parametrize("kind", sorted(set(READERS) - OF_POINTS), indirect=True)
def test_labels_are_those_of_the_photo(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Each photo shows its classes, names normalised, and none of the others."""
    expected = {
        content(next((tmp_path / "sample").rglob(name))): {
            label.replace(" ", "_") for label in labels
        }
        for name, labels in LABELS.items()
    }
    classes = class_list(frame)
    assert classes == ("black_bear", "cat", "dog")

    for row, state in zip(rows_of(frame), states(frame, classes), strict=True):
        assert row.photo is not None
        shown = expected.pop(content(row.photo))
        assert list(state) == [PRESENT if name in shown else ABSENT for name in classes]
    assert not expected


@pytest.mark.parametrize("kind", sorted(OF_POINTS), indirect=True)
def test_points_are_those_of_the_photo(frame: pd.DataFrame) -> None:
    """Each photo has its point, in px of the photo; of the classes nothing is known."""
    assert frame["point"].tolist() == [(21.0, 15.0)] * len(LABELS)
    assert (states(frame, ["cat"]) == UNKNOWN).all()


def test_every_row_can_be_told_from_the_others(frame: pd.DataFrame) -> None:
    """`where` names one row and no other."""
    assert frame["where"].is_unique


def test_reading_again_gives_the_same(kind: str, tmp_path: Path, frame: pd.DataFrame) -> None:
    """The order and the values depend on the source alone."""
    again = read_sample(SOURCES[kind](tmp_path / "other"))

    assert [content(photo) for photo in again["photo"]] == [content(p) for p in frame["photo"]]
    assert again["present"].tolist() == frame["present"].tolist()


def test_photos_of_a_source_can_be_embedded(frame: pd.DataFrame, tmp_path: Path) -> None:
    """What a source gives is enough for `embed`: all its photos are kept."""
    embedded = embed(frame, Backbone(), tmp_path / "cache", lambda done, total: None)

    assert embedded.problems == []
    assert embedded.kept.all()


def test_frames_of_all_sources_go_together(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Concatenated with another source's, a frame keeps its form: None stays None."""
    other = read_sample(SOURCES["csv"](tmp_path / "other"))

    both = pd.concat([frame, other], ignore_index=True)

    assert list(rows_of(both)) == [*rows_of(frame), *rows_of(other)]


def test_a_source_that_is_not_there_is_said_so(kind: str, tmp_path: Path) -> None:
    """Reading from nowhere names the place."""
    place = str(tmp_path / "nowhere")
    source = f"sqlite:///{place}" if kind == "feedback" else place

    with pytest.raises(BadData, match="nowhere"):
        read_sample(f"{kind}:{source}")


@pytest.mark.parametrize("source", ["jpeg:photos", "photos", "csv:", ":photos", ""])
def test_an_unknown_kind_of_source_is_refused_with_the_known_ones(source: str) -> None:
    """A wrong prefix, or none, lists what there is."""
    with pytest.raises(BadData, match=r"csv:…, folders:…, voc:…, coco:…, biwi:…, feedback:…"):
        read(source)


def test_feedback_without_a_model_is_refused(tmp_path: Path) -> None:
    """Words belong to the model that answered."""
    with pytest.raises(BadData, match="--model"):
        read(SOURCES["feedback"](tmp_path))


def test_a_source_without_validation_photos_says_nothing_of_validation(tmp_path: Path) -> None:
    """All photos False is no split: the hash decides then."""
    source = SOURCES["csv"](tmp_path)
    table = tmp_path / "labels.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([f"{lines[0]},is_valid", *(f"{line},False" for line in lines[1:])]))

    assert read_sample(source)["is_valid"].tolist() == [None] * len(LABELS)


@pytest.mark.parametrize("kind", sorted(KNOW_DIFFICULT), indirect=True)
@pytest.mark.parametrize(
    ("choice", "state"),
    [("", UNKNOWN), ("?difficult=masked", UNKNOWN), ("?difficult=present", PRESENT)],
)
def test_difficult_objects_are_masked_or_counted(
    kind: str, choice: str, state: int, tmp_path: Path
) -> None:
    """Masked unless the source says otherwise; what is clear stays as it is."""
    if kind == "voc":
        make_photo(tmp_path / "JPEGImages" / "a.jpg", 1)
        write_annotation(tmp_path, "a", [("sofa", 1), ("cat", 0)])
        place = tmp_path
    else:
        make_photo(tmp_path / "a.jpg", 1)
        place = tmp_path / "labels.csv"
        place.write_text("fname,labels,difficult\na.jpg,cat,sofa\n")

    frame = read(f"{kind}:{place}{choice}")

    assert states(frame, ["sofa", "cat"]).tolist() == [[state, PRESENT]]


@pytest.mark.parametrize("kind", ["csv", "folders", "voc", "coco"], indirect=True)
def test_classes_that_nobody_looked_for_are_unknown(kind: str, tmp_path: Path) -> None:
    """Where a photo's labels lack them; where they are there they stay, and so do the others."""
    frame = read_sample(f"{SOURCES[kind](tmp_path)}?unknown=cat,zebra")

    found = states(frame, ["cat", "dog", "zebra"])
    known = states(read_sample(SOURCES[kind](tmp_path)), ["cat", "dog", "zebra"])
    assert (found[:, 1] == known[:, 1]).all()
    assert (found[known == PRESENT] == PRESENT).all()
    assert (found[:, [0, 2]][known[:, [0, 2]] != PRESENT] == UNKNOWN).all()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("voc:DIR?difficult=maybe", "write .difficult=masked or .difficult=present"),
        ("folders:DIR?difficult=present", "folders: knows no difficult objects"),
    ],
)
def test_a_choice_that_is_none_is_refused(source: str, said: str) -> None:
    """With what there is to choose from."""
    with pytest.raises(BadData, match=said):
        read(source)


def test_a_survey_leaves_out_what_cant_be_used(tmp_path: Path) -> None:
    """The other photos are there to be looked at, and each reason is."""
    source = SOURCES["csv"](tmp_path)
    (tmp_path / "images" / "cat.jpg").unlink()

    frame, problems = survey(source, sep=";")

    assert len(frame) == len(LABELS) - 1
    (sentence,) = problems.sentences
    assert "row 2: there is no photo 'cat.jpg'" in sentence


def test_a_source_without_photos_is_refused(tmp_path: Path) -> None:
    """A table with a header and nothing below can't be learned from."""
    (tmp_path / "labels.csv").write_text("fname,labels\n")

    with pytest.raises(BadData, match="no photos"):
        read(f"csv:{tmp_path / 'labels.csv'}")
