"""`model/files.py`: which photos a command line means, and their bytes."""

from pathlib import Path

import pytest

from model import files
from model.errors import BadData, BadPhoto


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything that folders hold, to work in."""
    for name in (
        "b.jpg", "a.JPEG", "c.heic", "notes.txt", "labels.csv", ".hidden.jpg", "old.psd",
        "sub/d.png", "sub/deeper/e.webp", ".thumbnails/f.jpg",
    ):  # fmt: skip
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bytes of " + name.encode())
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_are_walked() -> None:
    """Sorted, without what is hidden, and without files that are called like no image."""
    assert files.find_photos(["photos"]) == [
        "photos/a.JPEG",
        "photos/b.jpg",
        "photos/c.heic",
        "photos/old.psd",
        "photos/sub/d.png",
        "photos/sub/deeper/e.webp",
    ]


@pytest.mark.parametrize("name", ["photos/notes.txt", "./photos/.hidden.jpg", "photos//b.jpg"])
def test_a_file_named_outright_is_taken(name: str) -> None:
    """Whatever it is called; its name stays as it was given."""
    assert files.find_photos([name]) == [name]


def test_paths_stay_as_they_were_given(folder: Path) -> None:
    """In the order given, also twice, relative or not."""
    whole = f"{folder}/photos/sub/deeper/"
    assert files.find_photos(["photos/b.jpg", whole, "./photos/sub/deeper", "photos/b.jpg"]) == [
        "photos/b.jpg",
        f"{whole}e.webp",
        "./photos/sub/deeper/e.webp",
        "photos/b.jpg",
    ]


def test_a_path_that_is_not_there_is_said() -> None:
    """Before any photo is looked at."""
    with pytest.raises(BadData, match=r"no file or folder 'nowhere\.jpg'"):
        files.find_photos(["photos", "nowhere.jpg"])
    with pytest.raises(BadData, match="no file or folder"):
        files.find_photos(["x" * 10_000])


def test_folders_without_photos_are_said() -> None:
    """With their names."""
    with pytest.raises(BadData, match=r"no photos in empty\."):
        files.find_photos(["empty"])


def test_a_file_is_read() -> None:
    """Its bytes."""
    assert files.read("photos/b.jpg") == b"bytes of b.jpg"


@pytest.mark.parametrize("name", ["gone.jpg", "photos"])
def test_a_file_that_cannot_be_read_is_a_bad_photo(name: str) -> None:
    """So that the run goes on: it may have been removed meanwhile."""
    with pytest.raises(BadPhoto, match="can't be read"):
        files.read(name)


def test_no_more_is_read_than_a_photo_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device or a film must not fill the memory."""
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(BadPhoto, match="too large"):
        files.read("photos/b.jpg")
    with pytest.raises(BadPhoto, match="too large"):
        files.read("/dev/zero")


def test_each_photo_is_drawn_into_a_file_of_its_own(folder: Path) -> None:
    """Called like it; of two that are called alike the second gets a number."""
    photos = ["photos/b.jpg", "sub/b.png", "c.heic", "sub/b-2.png"]
    drawn = folder / "made" / "here"

    assert files.drawn_names(photos, drawn) == {
        "photos/b.jpg": drawn / "b.jpg",
        "sub/b.png": drawn / "b-2.jpg",
        "c.heic": drawn / "c.jpg",
        "sub/b-2.png": drawn / "b-2-2.jpg",
    }
    assert drawn.is_dir()


def test_no_photo_is_drawn_over(folder: Path) -> None:
    """Drawing into the photos' own folder is refused before anything is written."""
    with pytest.raises(BadData, match="is one of the photos"):
        files.drawn_names(["photos/b.jpg"], folder / "photos")


def test_what_can_not_be_written_is_said(folder: Path) -> None:
    """In a sentence: a folder whose name a file has, a file whose name a folder has."""
    with pytest.raises(BadData, match=r"notes\.txt can't be made"):
        files.drawn_names(["b.jpg"], folder / "photos" / "notes.txt")
    with pytest.raises(BadData, match="can't be written"):
        files.write(folder / "empty", b"bytes")
