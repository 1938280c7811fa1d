"""A CSV file -> rows of cells by column, however a spreadsheet or another program wrote it.

Recognised by themselves: UTF-8 and UTF-16, with or without byte order mark, else Windows-1252;
commas, semicolons, tabs or bars between cells; double quotes around cells; Excel's first line
`sep=;`; the columns' names in many spellings (`SPELLINGS`). Knows nothing of photos.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from model.errors import BadData
from train.data.problems import Problems

SPELLINGS: dict[str, tuple[str, ...]] = {
    "fname": (
        *("fname", "filename", "file_name", "file", "image", "image_name", "image_file", "img"),
        *("photo", "picture", "path", "file_path", "filepath", "image_path", "image_id"),
    ),
    "labels": (
        *("labels", "label", "tags", "tag", "classes", "class", "class_name"),
        *("categories", "category"),
    ),
    "is_valid": (
        *("is_valid", "valid", "validation", "is_validation", "is_val", "val"),
        *("split", "subset", "set"),
    ),
    "absent": ("absent", "not_present"),
    "unknown": ("unknown", "unsure"),
    "difficult": ("difficult", "hard"),
    "x": ("x", "center_x", "centre_x", "x_px"),
    "y": ("y", "center_y", "centre_y", "y_px"),
}
"""What people call each column, the surest first; in any case, spaces and hyphens as `_`."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SEP_LINE = re.compile(r'"?sep=(?P<delimiter>[,;\t|])"?\s*', re.IGNORECASE)

Cells = dict[str, str]


def read_table(path: Path, problems: Problems) -> tuple[list[str], list[tuple[int, Cells]]]:
    """The file's known columns, and each row's cells in them with its line in the file.

    Rows without any text are passed over; what can't be used goes to `problems`. Raises `BadData`
    for what is no CSV at all.
    """
    lines = list(io.StringIO(_text(path), newline=""))
    skipped, delimiter = _start(lines)
    records = _records(path, lines[skipped:], delimiter, skipped + 1)
    header = records[0][1] if records else []
    columns = _columns(path, header)
    rows = []
    for number, cells in records[1:]:
        extra = cells[len(header) :]
        if len(cells) < len(header) or any(extra):
            problems.add(
                f"row {number}",
                f"{len(cells)} cells where the header has {len(header)}; put cells with a "
                f"{DELIMITERS[delimiter]} in double quotes",
            )
        elif any(cells):
            rows.append((number, {name: cells[index] for name, index in columns.items()}))
    return list(columns), rows


def known_columns(header: Sequence[str]) -> dict[str, int]:
    """Our name of each column that is recognised -> its place in the header."""
    spelled = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in header]
    found = {}
    for ours, spellings in SPELLINGS.items():
        named = [spelling for spelling in spellings if spelling in spelled]
        if named:
            found[ours] = spelled.index(named[0])
    return found


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadData(f"{path} can't be read: {error.strerror}.") from error
    try:
        return decode(data)
    except UnicodeDecodeError as error:
        raise BadData(
            f"{path} is in no encoding that I know ({error}): save it as CSV UTF-8."
        ) from error


def decode(data: bytes) -> str:
    """Bytes as text. Raises `UnicodeDecodeError`."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    # Without a mark the first letter, which is ASCII, shows which of its two bytes is empty.
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    if data[:1] == b"\0":
        return data.decode("utf-16-be")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")  # what Excel writes where one doesn't choose UTF-8


def _start(lines: Sequence[str]) -> tuple[int, str]:
    """How many lines come before the header, and what separates its cells."""
    said = SEP_LINE.fullmatch(lines[0]) if lines else None
    if said:
        return 1, said["delimiter"]
    header = lines[0] if lines else ""
    # The delimiter is that which makes most known names of the header; a comma where none does.
    return 0, max(DELIMITERS, key=lambda each: len(known_columns(_split(header, each))))


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a line longer than csv takes for a cell
        return []


def _records(
    path: Path, lines: Sequence[str], delimiter: str, number: int
) -> list[tuple[int, list[str]]]:
    """All records with the line on which each starts, the first being on line `number`."""
    records = []
    before = number
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            records.append((number, cells))
            number = before + reader.line_num
    except csv.Error as error:
        raise BadData(
            f"{path} row {number} is no CSV: {error}. Look at its double quotes: a cell begins and "
            "ends with one, and those inside are written twice."
        ) from error
    return [(each, cells) for each, cells in records if cells]


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    columns = known_columns(header)
    for name, index in columns.items():
        if header.count(header[index]) > 1:
            raise BadData(f"{path} has the column {header[index]} twice: which is {name}?")
    return columns
