"""`folders:DIR`: a folder a class."""

import shutil
from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import content, make_photo, strictly
from train.data import folders
from train.data.frame import rows_of


def test_the_folders_name_is_the_class(tmp_path: Path) -> None:
    """Photos come by class and name; `none` is no class."""
    for name in ("none/c.png", "cat/b.jpg", "cat/a.jpg"):
        make_photo(tmp_path / name, name)

    rows = list(rows_of(strictly(folders.read, tmp_path)))

    assert [row.photo for row in rows] == [
        tmp_path / "cat" / "a.jpg",
        tmp_path / "cat" / "b.jpg",
        tmp_path / "none" / "c.png",
    ]
    assert [row.present for row in rows] == [{"cat"}, {"cat"}, frozenset()]
    assert all(row.absent is None and row.is_valid is None for row in rows)
    assert rows[0].photo_sha256 == content(tmp_path / "cat" / "a.jpg")


def test_a_photo_in_several_folders_has_several_labels(tmp_path: Path) -> None:
    """Told by content, whatever the copies are called, and within a folder too."""
    photo = make_photo(tmp_path / "cat" / "a.jpg", 1)
    (tmp_path / "dog").mkdir()
    shutil.copy(photo, tmp_path / "dog" / "other.jpg")
    shutil.copy(photo, tmp_path / "dog" / "again.jpg")

    (row,) = rows_of(strictly(folders.read, tmp_path))

    assert row.present == {"cat", "dog"}


def test_only_visible_photos_are_taken(tmp_path: Path) -> None:
    """Hidden files and folders, other files and folders within are passed over."""
    for name in ("cat/a.JPG", "cat/b.webp", "cat/._a.jpg", ".cache/x.jpg", "cat/deep/y.jpg"):
        make_photo(tmp_path / name, name)
    (tmp_path / "cat" / "notes.txt").write_text("no photo")
    (tmp_path / "readme.jpg").write_text("in no folder")

    photos = strictly(folders.read, tmp_path)["photo"]

    assert [photo.name for photo in photos] == ["a.JPG", "b.webp"]


def test_all_problems_are_named(tmp_path: Path) -> None:
    """An empty class, a photo that is both a class and none, a name that is none."""
    photo = make_photo(tmp_path / "cat" / "a.jpg", 1)
    make_photo(tmp_path / ("x" * 65) / "b.jpg", 2)
    (tmp_path / "dog").mkdir()
    (tmp_path / "none").mkdir()
    shutil.copy(photo, tmp_path / "none" / "a.jpg")

    with pytest.raises(BadData) as refused:
        strictly(folders.read, tmp_path)

    said = str(refused.value)
    assert "dog: holds no photos" in said
    assert "a.jpg: this photo is in none and also in cat" in said
    assert "65 characters" in said


def test_train_and_valid_folders_are_sides(tmp_path: Path) -> None:
    """`DIR/train/<class>` and `DIR/valid/<class>`; a copy that is kept aside keeps the photo so."""
    make_photo(tmp_path / "train" / "cat" / "a.jpg", 1)
    photo = make_photo(tmp_path / "train" / "dog" / "b.jpg", 2)
    make_photo(tmp_path / "valid" / "none" / "c.jpg", 3)
    (tmp_path / "valid" / "cat").mkdir()
    shutil.copy(photo, tmp_path / "valid" / "cat" / "b.jpg")

    rows = list(rows_of(strictly(folders.read, tmp_path)))

    assert [(row.present, row.is_valid) for row in rows] == [
        ({"cat"}, False),
        ({"dog", "cat"}, True),
        (frozenset(), True),
    ]


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    """VOC has trains: beside other classes the folder is one of them."""
    for name in ("train/a.jpg", "boat/b.jpg"):
        make_photo(tmp_path / name, name)

    assert strictly(folders.read, tmp_path)["present"].tolist() == [{"boat"}, {"train"}]


def test_a_folder_without_folders_is_refused(tmp_path: Path) -> None:
    """Photos without classes are no labels."""
    make_photo(tmp_path / "a.jpg", 1)

    with pytest.raises(BadData, match="make one for each class"):
        strictly(folders.read, tmp_path)
