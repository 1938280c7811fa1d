"""`train/data/table.py`: a CSV file however it was written."""

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import BadData
from tests.train.data.samples import make_photo
from train.data import csv_file
from train.data.frame import COLUMNS
from train.data.problems import Problems
from train.data.table import SPELLINGS, Cells, known_columns, read_table

ROW = {"fname": "k\u00e4tzchen.jpg", "labels": "b\u00e4r katze"}
TEXT = "fname,labels\r\nk\u00e4tzchen.jpg,b\u00e4r katze\r\n"


def rows(path: Path) -> list[tuple[int, Cells]]:
    problems = Problems(str(path))
    _, found = read_table(path, problems)
    problems.raise_any()
    return found


def written(folder: Path, data: bytes) -> Path:
    path = folder / "labels.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
    ],
)
def test_encodings_are_recognised(tmp_path: Path, data: bytes) -> None:
    """UTF-8 and UTF-16, marked or not; else Windows' own."""
    assert rows(written(tmp_path, data)) == [(2, ROW)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_are_recognised(tmp_path: Path, delimiter: str, newline: str) -> None:
    """By the header's names, so that commas in a caption don't mislead; with any line end."""
    lines = [
        ["fname", "labels", "a caption, long"],
        ["k\u00e4tzchen.jpg", "b\u00e4r katze", "a, b"],
    ]
    quoted = [delimiter.join(f'"{cell}"' for cell in line) for line in lines]

    assert rows(written(tmp_path, newline.join(quoted).encode())) == [(2, ROW)]


def test_excels_first_line_names_the_delimiter(tmp_path: Path) -> None:
    """`sep=;` is no header; rows are numbered as in an editor."""
    data = b"sep=;\r\nfname;labels\r\na.jpg;cat, dog\r\n"

    assert rows(written(tmp_path, data)) == [(3, {"fname": "a.jpg", "labels": "cat, dog"})]


def test_quotes_hold_anything(tmp_path: Path) -> None:
    """Delimiters, line ends and doubled quotes; a row's number is that of its first line."""
    data = b'fname, labels\n"a ""b"".jpg", "cat,\ndog"\nc.jpg,ape\n'

    assert rows(written(tmp_path, data)) == [
        (2, {"fname": 'a "b".jpg', "labels": "cat,\ndog"}),
        (4, {"fname": "c.jpg", "labels": "ape"}),
    ]


def test_empty_rows_and_cells_behind_the_last_are_passed_over(tmp_path: Path) -> None:
    """As spreadsheets leave them."""
    data = b"fname,labels\n,\na.jpg,cat,,\n\n,,,\n"

    assert rows(written(tmp_path, data)) == [(3, {"fname": "a.jpg", "labels": "cat"})]


@pytest.mark.parametrize(
    "header",
    ["filename,label", "File Name,Tags", "image,CATEGORIES", "path,class", ",img,labels,score"],
)
def test_columns_have_many_names(header: str) -> None:
    """In any case, with spaces; others are passed over."""
    assert set(known_columns(header.split(","))) == {"fname", "labels"}


def test_the_surest_name_wins() -> None:
    """Of `image` and `fname`, it is `fname`."""
    assert known_columns(["image", "fname"]) == {"fname": 1}


def test_no_spelling_means_two_things() -> None:
    """A header's name is one column's."""
    spellings = [spelling for group in SPELLINGS.values() for spelling in group]

    assert len(spellings) == len(set(spellings))


HEADERS = ("fname,labels\n", "image;tags;split\n", "fname\tx\ty\n", "sep=|\nfname|labels|absent\n")
MARKS = (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CELLS = st.text(alphabet=st.sampled_from('a.jpg catT"\r\n,;\t|01\0\u00e4\u2028/\\'), max_size=80)


def tables() -> st.SearchStrategy[bytes]:
    """Any bytes; and tables that begin well."""
    encodings = st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1252"])
    begun = st.builds(
        lambda header, text, encoding: (header + text).encode(encoding, "replace"),
        st.sampled_from(HEADERS),
        CELLS,
        encodings,
    )
    any_bytes = st.builds(bytes.__add__, st.sampled_from(MARKS), st.binary(max_size=60))
    return any_bytes | begun | st.builds(bytes.__add__, begun, st.binary(max_size=10))


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=tables())
def test_no_bytes_crash_the_reader(tmp_path: Path, data: bytes) -> None:
    """A frame in the documented form, or a sentence: nothing else comes out."""
    make_photo(tmp_path / "a.jpg", 1)
    problems = Problems("labels.csv")

    try:
        frame = csv_file.read(written(tmp_path, data), " ", problems)
    except BadData as error:
        assert "labels.csv" in str(error)
    else:
        assert list(frame.columns) == COLUMNS
        assert all(sentence.startswith("row ") for sentence in problems.sentences)
