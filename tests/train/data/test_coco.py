"""`coco:FILE` and `coco:DIR`: COCO's instances JSON."""

from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import make_photo, strictly, write_instances
from train.data import coco
from train.data.frame import rows_of

NUMBERS = {"cat": 17, "traffic light": 10}


def image(number: int, name: str = "a.jpg") -> dict[str, object]:
    return {"id": number, "file_name": name}


def test_photos_without_annotations_are_none(tmp_path: Path) -> None:
    """COCO looked for its categories everywhere: silence means absent."""
    make_photo(tmp_path / "a.jpg", 1)
    file = write_instances(tmp_path / "pets.json", [image(7)], [], NUMBERS)

    (row,) = rows_of(strictly(coco.read, file))

    assert (row.where, row.present, row.absent) == ("pets.json image 7", frozenset(), None)
    assert row.is_valid is None


def test_a_crowd_shows_its_class(tmp_path: Path) -> None:
    """A class that is there only as a crowd is present, and known."""
    make_photo(tmp_path / "images" / "a.jpg", 1)
    file = write_instances(tmp_path / "x.json", [image(7)], [(7, 10)], NUMBERS, crowd=1)

    (row,) = rows_of(strictly(coco.read, file))

    assert (row.present, row.unknown) == ({"traffic_light"}, frozenset())


def test_of_several_files_val_is_for_validation(tmp_path: Path) -> None:
    """The layout of the download: annotations/, train2017/, val2017/."""
    for side in ("train2017", "val2017"):
        make_photo(tmp_path / side / "a.jpg", side)
        path = tmp_path / "annotations" / f"instances_{side}.json"
        write_instances(path, [image(1)], [(1, 17)], NUMBERS)

    rows = list(rows_of(strictly(coco.read, tmp_path)))

    assert [(row.photo, row.is_valid) for row in rows] == [
        (tmp_path / "train2017" / "a.jpg", False),
        (tmp_path / "val2017" / "a.jpg", True),
    ]


@pytest.mark.parametrize("name", ["../a.jpg", "/a.jpg", "x/../../a.jpg"])
def test_names_never_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """A file from elsewhere reads nothing but its photos."""
    file = write_instances(tmp_path / "x" / "i.json", [image(1, name)], [], NUMBERS)

    with pytest.raises(BadData, match="leads out"):
        strictly(coco.read, file)


def test_what_cant_be_used_is_named(tmp_path: Path) -> None:
    """Photos that are missing, annotations of nothing, categories without a name."""
    make_photo(tmp_path / "a.jpg", 1)
    images = [image(1), image(2, "gone.jpg"), image(3, "y" * 300)]
    file = write_instances(tmp_path / "i.json", images, [(1, 17), (9, 17), (1, 4)], {" ": 1})

    with pytest.raises(BadData) as refused:
        strictly(coco.read, file)

    said = str(refused.value)
    for words in ("image 2: there is no photo 'gone.jpg'", "image 3: ", "annotation 1: is of an"):
        assert words in said
    assert "category 1: A class name is empty" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "the file: Invalid JSON"), ("[]", "the file"), ('{"images": [{"id": 1}]}', "file_name")],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With the place in the file that is wrong."""
    path = tmp_path / "i.json"
    path.write_text(text)

    with pytest.raises(BadData, match=rf"no instances JSON of COCO: .*{said}"):
        strictly(coco.read, path)


def test_a_folder_without_instances_is_refused(tmp_path: Path) -> None:
    """It says which names it looked for."""
    with pytest.raises(BadData, match=r"instances_\*\.json"):
        strictly(coco.read, tmp_path)
