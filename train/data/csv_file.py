"""`csv:FILE`: the lesson's table, `fname,labels,is_valid`, a row a photo.

An empty `labels` cell means none of the classes. Optional columns: `absent` (then classes in
neither are unknown), `unknown`, and `difficult`: classes that are in the photo only as difficult
objects, which are masked. Other columns are passed over.
"""

import csv
from pathlib import Path

import pandas as pd

from model.classes import normalize
from model.errors import BadData
from train.data.frame import Row, frame_of
from train.data.problems import Problems

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": None}
"""What an `is_valid` cell may hold, in any case; an empty one does not say."""

Cells = dict[str, str]


def read(path: Path, sep: str = " ") -> pd.DataFrame:
    """The table in `path` as a frame; `sep` separates labels, " " being any white space.

    Raises `BadData` that lists all the problems found: photos that are not there, cells that can't
    be read, names that are none.
    """
    problems = Problems(str(path))
    rows = []
    for number, cells in _table(path, problems):
        try:
            rows.append(_row(cells, path, f"{path.name} row {number}", sep))
        except (BadData, OSError) as error:  # OSError: a file name too long for the system
            problems.add(f"row {number}", error)
    problems.raise_any()
    return frame_of(rows)


def _table(path: Path, problems: Problems) -> list[tuple[int, Cells]]:
    """The table's rows, each with its line in the file (the header is line 1)."""
    header, lines = _lines(path)
    missing = [name for name in ("fname", "labels") if name not in header]
    if missing:
        raise BadData(
            f"{path} has no column {' and no column '.join(missing)}; its first line is "
            f"{','.join(header)!r}. It should be fname,labels,is_valid."
        )
    for number, cells in lines:
        if len(cells) != len(header):
            expected = f"{len(cells)} cells where the header has {len(header)}"
            problems.add(f"row {number}", f"{expected}; put cells with a comma in double quotes")
    return [
        (number, dict(zip(header, cells, strict=True)))
        for number, cells in lines
        if len(cells) == len(header)
    ]


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row that is not empty with its line in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                return next(reader, []), [(reader.line_num, cells) for cells in reader if cells]
            except csv.Error as error:
                raise BadData(f"{path} row {reader.line_num} is no CSV: {error}.") from error
    except OSError as error:
        raise BadData(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadData(f"{path} is not in UTF-8 ({error}): save it as CSV UTF-8.") from error


def _row(cells: Cells, path: Path, where: str, sep: str) -> Row:
    labels, difficult = _names(cells, "labels", sep), _names(cells, "difficult", sep)
    present = labels | difficult
    absent = _names(cells, "absent", sep) if "absent" in cells else None
    both = present & (absent or frozenset())
    if both:
        raise BadData(f"{', '.join(sorted(both))} can't be both in labels and in absent.")
    return Row(
        where=where,
        photo=_photo(cells["fname"].strip(), path.parent),
        present=present,
        absent=absent,
        unknown=_names(cells, "unknown", sep) | difficult,
        is_valid=_truth(cells.get("is_valid", "")),
    )


def _names(cells: Cells, column: str, sep: str) -> frozenset[str]:
    cell = cells.get(column, "")
    parts = cell.split() if sep == " " else cell.split(sep)
    return frozenset(normalize(part) for part in parts if part.strip())


def _truth(cell: str) -> bool | None:
    try:
        return TRUTHS[cell.strip().lower()]
    except KeyError:
        raise BadData(f"is_valid is {cell!r}: write True or False.") from None


def _photo(fname: str, folder: Path) -> Path:
    """The photo's path: relative to the table's folder, else to its images/."""
    if not fname:
        raise BadData("fname is empty: name the photo's file.")
    for candidate in (folder / fname, folder / "images" / fname):
        if candidate.is_file():
            return candidate
    raise BadData(f"there is no photo {fname!r} in {folder} or its images/.")
