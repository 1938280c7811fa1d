"""`csv:FILE`: the lesson's table."""

from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import make_photo, strictly
from train.data import csv_file
from train.data.frame import Row, rows_of


def table(folder: Path, text: str, *photos: str, encoding: str = "utf-8") -> Path:
    """A table with photos beside it."""
    for name in photos:
        make_photo(folder / name, name)
    path = folder / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return path


def only_row(path: Path, sep: str = " ") -> Row:
    (row,) = rows_of(strictly(csv_file.read, path, sep))
    return row


def test_the_lessons_form(tmp_path: Path) -> None:
    """`fname,labels,is_valid`: labels by spaces, an empty cell is none of the classes."""
    text = "fname,labels,is_valid\na.jpg,horse person,True\nb.jpg,,False\n"
    path = table(tmp_path, text, "a.jpg", "b.jpg")

    first, second = rows_of(strictly(csv_file.read, path, " "))

    assert first.photo == tmp_path / "a.jpg"
    assert first.present == {"horse", "person"}
    assert first.absent is None
    assert (first.is_valid, second.is_valid) == (True, False)
    assert second.present == frozenset()
    assert second.where == "labels.csv row 3"


def test_photos_beside_the_table_come_before_those_in_images(tmp_path: Path) -> None:
    """`fname` is relative to the table's folder, else to its `images/`."""
    text = "fname,labels\na.jpg,\nb.jpg,\n"
    path = table(tmp_path, text, "a.jpg", "images/a.jpg", "images/b.jpg")

    photos = strictly(csv_file.read, path, " ")["photo"].tolist()

    assert photos == [tmp_path / "a.jpg", tmp_path / "images" / "b.jpg"]


def test_other_separators_allow_names_with_spaces(tmp_path: Path) -> None:
    """With `sep`, a label may be several words."""
    path = table(tmp_path, "fname,labels\na.jpg,black bear; teddy;\n", "a.jpg")

    assert only_row(path, ";").present == {"black_bear", "teddy"}


def test_optional_columns_say_what_is_absent_and_unknown(tmp_path: Path) -> None:
    """`absent` is explicit, `unknown` and `difficult` are masked, other columns are passed over."""
    text = "fname,labels,absent,unknown,difficult,caption\na.jpg,cat dog,cow,ape,dog,A cat.\n"

    row = only_row(table(tmp_path, text, "a.jpg"))

    assert row.present == {"cat", "dog"}
    assert row.absent == {"cow"}
    assert row.unknown == {"ape", "dog"}


def test_an_empty_absent_cell_is_not_a_missing_column(tmp_path: Path) -> None:
    """With a column `absent`, an empty cell says that nothing is known to be absent."""
    row = only_row(table(tmp_path, "fname,labels,absent\na.jpg,cat,\n", "a.jpg"))

    assert row.absent == frozenset()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_with_or_without_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    """A spreadsheet's byte order mark is no part of the first column's name."""
    text = "fname,labels\r\nk\u00e4tzchen.jpg,b\u00e4r\r\n"
    path = table(tmp_path, text, "k\u00e4tzchen.jpg", encoding=encoding)

    assert only_row(path).present == {"b\u00e4r"}


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("True", True), ("1", True), ("YES", True), ("false", False), ("0", False), ("no", False)],
)
def test_is_valid_as_people_write_it(tmp_path: Path, cell: str, meant: bool) -> None:
    """True, 1, yes and their opposites, in any case."""
    path = table(tmp_path, f"fname,labels,is_valid\na.jpg,cat,{cell}\n", "a.jpg")

    assert only_row(path).is_valid is meant


def test_an_empty_is_valid_cell_does_not_say(tmp_path: Path) -> None:
    """Nothing written, nothing said."""
    path = table(tmp_path, "fname,labels,is_valid\na.jpg,cat,\n", "a.jpg")

    assert only_row(path).is_valid is None


def test_all_problems_are_named_with_row_and_value(tmp_path: Path) -> None:
    """One run tells everything that is wrong, row by row, as an editor counts lines."""
    rows = [
        "fname,labels,is_valid,absent",
        "gone.jpg,cat,True,",
        "",
        "a.jpg,cat,perhaps,",
        "a.jpg,cat,True,cat",
        f"a.jpg,{'x' * 65},True,",
        ",cat,True,",
        "a.jpg,cat,dog,True,x",
        "a.jpg,cat",
        f"{'y' * 300}.jpg,cat,True,",
    ]
    path = table(tmp_path, "\n".join(rows), "a.jpg")

    with pytest.raises(BadData) as refused:
        strictly(csv_file.read, path, " ")

    problems = str(refused.value).splitlines()
    assert str(path) in problems[0]
    for row, value in {
        2: "gone.jpg",
        4: "perhaps",
        5: "cat",
        6: "65 characters",
        7: "fname is empty",
        8: "5 cells",
        9: "2 cells",
        10: "too long",
    }.items():
        assert any(f"row {row}: " in line and value in line for line in problems), (row, problems)


def test_at_most_ten_problems_are_listed(tmp_path: Path) -> None:
    """A table with nothing right does not fill the screen."""
    path = table(tmp_path, "fname,labels\n" + "gone.jpg,cat\n" * 14)

    with pytest.raises(BadData, match="and 4 more") as refused:
        strictly(csv_file.read, path, " ")

    assert str(refused.value).count("gone.jpg") == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a.jpg,cat,True\n", "no column fname and no column labels"),
        (b"name,labels\n", "no column fname.*filename, file_name, file, image"),
        (b"fname,x\n", "no column labels"),
        (b"", "no column fname"),
        (b"fname,labels\n\x81.jpg,cat\n", "save it as CSV UTF-8"),
        (b'fname,labels\n\na.jpg,"cat\nb.jpg,dog\n', "row 3 is no CSV.*double quotes"),
        (b"image,image,labels\n", "has the column image twice"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    """Missing columns, no known encoding, broken quotes: one sentence that says which."""
    path = tmp_path / "labels.csv"
    path.write_bytes(text)

    with pytest.raises(BadData, match=said):
        strictly(csv_file.read, path, " ")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    """Whatever the system says is passed on in words."""
    with pytest.raises(BadData, match="directory"):
        strictly(csv_file.read, tmp_path, " ")


def test_points_are_read(tmp_path: Path) -> None:
    """`x` and `y` are the point, in px; without labels nothing is known of the classes."""
    row = only_row(table(tmp_path, "fname,person,x,y\na.jpg,01,25.5,9\n", "a.jpg"))

    assert row.point == (25.5, 9.0)
    assert (row.present, row.absent) == (frozenset(), frozenset())


def test_points_beside_labels_may_be_missing(tmp_path: Path) -> None:
    """A photo with labels needs no point; with a German spreadsheet's commas it has one, too."""
    text = "fname;labels;x;y\na.jpg;cat;;\nb.jpg;cat;1,5;2,25\n"
    path = table(tmp_path, text, "a.jpg", "b.jpg")

    assert strictly(csv_file.read, path, " ")["point"].tolist() == [None, (1.5, 2.25)]


@pytest.mark.parametrize("cells", ["1,", ",", "one,2", "nan,2", "1,inf"])
def test_half_a_point_is_refused(tmp_path: Path, cells: str) -> None:
    """Both numbers, or the row is named."""
    path = table(tmp_path, f"fname,x,y\na.jpg,{cells}\n", "a.jpg")

    with pytest.raises(BadData, match=r"row 2: x is .* both numbers"):
        strictly(csv_file.read, path, " ")


def test_rows_that_contradict_an_earlier_one_are_refused(tmp_path: Path) -> None:
    """The same photo twice is fine while its rows agree; else both and the classes are named."""
    text = "fname,labels\na.jpg,cat\na.jpg,cat\nb.jpg,cat\n./a.jpg,dog\n"
    path = table(tmp_path, text, "a.jpg", "b.jpg")

    with pytest.raises(BadData) as refused:
        strictly(csv_file.read, path, " ")

    (problem,) = str(refused.value).splitlines()[1:]
    assert "row 5: this photo is in row 2, too, which says otherwise of cat, dog" in problem


def test_the_suffix_of_photos_may_be_left_out(tmp_path: Path) -> None:
    """Some tables name photos without it; and Windows writes its paths with backslashes."""
    text = "image_id,tags\na,cat\nwinter\\b.jpg,cat\n"
    path = table(tmp_path, text, "a.jpg", "winter/b.jpg")

    photos = strictly(csv_file.read, path, " ")["photo"].tolist()

    assert photos == [tmp_path / "a.jpg", tmp_path / "winter" / "b.jpg"]


@pytest.mark.parametrize(
    ("cell", "meant"), [("train", False), ("valid", True), ("Val", True), ("test", True)]
)
def test_a_column_split_says_what_is_kept_aside(tmp_path: Path, cell: str, meant: bool) -> None:
    """Photos to test with are kept out of training like those to validate with."""
    row = only_row(table(tmp_path, f"fname,labels,split\na.jpg,cat,{cell}\n", "a.jpg"))

    assert row.is_valid is meant


def test_none_is_no_label(tmp_path: Path) -> None:
    """None is an answer, not a class: the row is named and what to write instead."""
    path = table(tmp_path, "fname,labels\na.jpg,none\n", "a.jpg")

    with pytest.raises(BadData, match=r"row 2: 'none' is no class.*leave the cell empty"):
        strictly(csv_file.read, path, " ")
