"""`voc:DIR`: PASCAL VOC's devkit layout."""

import csv
from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import make_photo, strictly, write_annotation
from train.data import voc
from train.data.frame import rows_of

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "voc"


def annotated(year: Path, name: str, *objects: tuple[str, int]) -> Path:
    """A photo with its annotation."""
    make_photo(year / "JPEGImages" / f"{name}.jpg", name)
    return write_annotation(year, name, list(objects))


def lists(year: Path, **photos: str) -> None:
    folder = year / "ImageSets" / "Main"
    folder.mkdir(parents=True)
    for name, ids in photos.items():
        (folder / f"{name}.txt").write_text("\n".join(ids.split()) + "\n")


def test_a_class_only_difficult_is_masked(tmp_path: Path) -> None:
    """One clear object is enough to count; parts of objects are no objects."""
    annotated(tmp_path, "a", ("sofa", 1), ("person", 0), ("person", 1), ("chair", 1), ("chair", 1))

    (row,) = rows_of(strictly(voc.read, tmp_path))

    assert row.present == {"sofa", "person", "chair"}
    assert row.unknown == {"sofa", "chair"}
    assert row.is_valid is None


def test_lists_choose_the_photos_and_the_validation(tmp_path: Path) -> None:
    """With train and val lists their photos are taken; one in both never trains."""
    for name in ("a", "b", "c", "d"):
        annotated(tmp_path, name, ("cat", 0))
    lists(tmp_path, train="a c", val="b c")

    rows = list(rows_of(strictly(voc.read, tmp_path)))

    assert [(row.photo.stem, row.is_valid) for row in rows if row.photo] == [
        ("a", False),
        ("b", True),
        ("c", True),
    ]


def test_several_years_are_read_together(tmp_path: Path) -> None:
    """VOCdevkit holds a folder a year."""
    annotated(tmp_path / "VOC2012", "a", ("cat", 0))
    annotated(tmp_path / "VOC2007", "a", ("dog", 0))

    frame = strictly(voc.read, tmp_path)

    assert frame["present"].tolist() == [{"dog"}, {"cat"}]
    assert frame["where"].is_unique


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<annotation>", "no XML"),
        ('<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        ("<annotation><object><difficult>0</difficult></object></annotation>", "name is empty"),
        ("<?xml version='1.0' encoding='klingon'?><annotation/>", "no XML"),
    ],
)
def test_bad_annotations_are_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    """Cut off, unsafe, nameless: the file is named, and nothing in it is followed."""
    annotated(tmp_path, "a", ("cat", 0)).write_text(text)

    with pytest.raises(BadData, match=rf"a\.xml: .*{said}"):
        strictly(voc.read, tmp_path)


def test_a_document_type_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The check is the parser's own, not a search for bytes."""
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    annotated(tmp_path, "a", ("cat", 0)).write_bytes(text.encode("utf-16"))

    with pytest.raises(BadData, match="document type"):
        strictly(voc.read, tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    """A listed photo without annotation, an annotation without photo."""
    annotated(tmp_path, "a", ("cat", 0))
    (tmp_path / "JPEGImages" / "a.jpg").unlink()
    lists(tmp_path, train="a gone", val="")

    with pytest.raises(BadData) as refused:
        strictly(voc.read, tmp_path)

    assert "a.jpg" in str(refused.value)
    assert "gone.xml" in str(refused.value)


@pytest.mark.parametrize("listed", ["../../secret", "/etc/passwd", "a.jpg"])
def test_lists_never_lead_out_of_the_folder(tmp_path: Path, listed: str) -> None:
    """A list names photos, no paths."""
    annotated(tmp_path, "a", ("cat", 0))
    lists(tmp_path, train=listed, val="a")

    with pytest.raises(BadData, match="without suffix"):
        strictly(voc.read, tmp_path)


def test_another_layout_is_refused(tmp_path: Path) -> None:
    """A folder without annotations is no VOC folder."""
    with pytest.raises(BadData, match="Annotations"):
        strictly(voc.read, tmp_path)


def test_the_real_devkit_agrees_with_its_table(tmp_path: Path) -> None:
    """Labels, difficult ones and the split of 20 real photos are those of labels.csv."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data/voc")
    with (SHARED / "labels.csv").open() as file:
        table = {row["fname"]: row for row in csv.DictReader(file)}

    rows = list(rows_of(strictly(voc.read, SHARED / "devkit-sample")))

    assert len(rows) == 20
    for row in rows:
        assert row.photo is not None
        expected = table[row.photo.name]
        assert row.present == set(expected["labels"].split())
        assert row.unknown == set(expected["difficult"].split())
        assert str(row.is_valid) == expected["is_valid"]
