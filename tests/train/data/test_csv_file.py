"""`csv:FILE`: the lesson's table."""

from pathlib import Path

import pytest

from model.errors import BadData
from tests.train.data.samples import make_photo
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
    (row,) = rows_of(csv_file.read(path, sep))
    return row


def test_the_lessons_form(tmp_path: Path) -> None:
    """`fname,labels,is_valid`: labels by spaces, an empty cell is none of the classes."""
    text = "fname,labels,is_valid\na.jpg,horse person,True\nb.jpg,,False\n"
    path = table(tmp_path, text, "a.jpg", "b.jpg")

    first, second = rows_of(csv_file.read(path))

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

    photos = csv_file.read(path)["photo"].tolist()

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
        "a.jpg,cat,dog,True,",
        "a.jpg,cat",
        f"{'y' * 300}.jpg,cat,True,",
    ]
    path = table(tmp_path, "\n".join(rows), "a.jpg")

    with pytest.raises(BadData) as refused:
        csv_file.read(path)

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
        csv_file.read(path)

    assert str(refused.value).count("gone.jpg") == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"filename,labels\n", "no column fname"),
        (b"a.jpg,cat,True\n", "no column fname and no column labels"),
        (b"", "no column fname"),
        (b"fname,labels\n\xe9.jpg,cat\n", "UTF-8"),
        ("fname,labels\n".encode("utf-16"), "UTF-8"),
        (b'fname,labels\na.jpg,"cat\n', "row 2 is no CSV"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    """Missing columns, another encoding, broken quotes: one sentence that says which."""
    path = tmp_path / "labels.csv"
    path.write_bytes(text)

    with pytest.raises(BadData, match=said):
        csv_file.read(path)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    """Whatever the system says is passed on in words."""
    with pytest.raises(BadData, match="directory"):
        csv_file.read(tmp_path)
