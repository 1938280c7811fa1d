"""`folders:DIR`: a folder a class."""

import shutil
from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import content, make_photo
from train.data import folders
from train.data.frame import rows_of


def test_the_folders_name_is_the_class(tmp_path: Path) -> None:
    """Photos come by class and name; `none` is no class."""
    for name in ("none/c.png", "cat/b.jpg", "cat/a.jpg"):
        make_photo(tmp_path / name, name)

    rows = list(rows_of(folders.read(tmp_path)))

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

    (row,) = rows_of(folders.read(tmp_path))

    assert row.present == {"cat", "dog"}


def test_only_visible_photos_are_taken(tmp_path: Path) -> None:
    """Hidden files and folders, other files and folders within are passed over."""
    for name in ("cat/a.JPG", "cat/b.webp", "cat/._a.jpg", ".cache/x.jpg", "cat/deep/y.jpg"):
        make_photo(tmp_path / name, name)
    (tmp_path / "cat" / "notes.txt").write_text("no photo")
    (tmp_path / "readme.jpg").write_text("in no folder")

    photos = folders.read(tmp_path)["photo"]

    assert [photo.name for photo in photos] == ["a.JPG", "b.webp"]


def test_all_problems_are_named(tmp_path: Path) -> None:
    """An empty class, a photo that is both a class and none, a name that is none."""
    photo = make_photo(tmp_path / "cat" / "a.jpg", 1)
    make_photo(tmp_path / ("x" * 65) / "b.jpg", 2)
    (tmp_path / "dog").mkdir()
    (tmp_path / "none").mkdir()
    shutil.copy(photo, tmp_path / "none" / "a.jpg")

    with pytest.raises(BadData) as refused:
        folders.read(tmp_path)

    said = str(refused.value)
    assert "dog: holds no photos" in said
    assert "a.jpg: this photo is in none and also in cat" in said
    assert "65 characters" in said


def test_a_folder_without_folders_is_refused(tmp_path: Path) -> None:
    """Photos without classes are no labels."""
    make_photo(tmp_path / "a.jpg", 1)

    with pytest.raises(BadData, match="make one for each class"):
        folders.read(tmp_path)
