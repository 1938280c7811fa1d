"""`csv:FILE`: the lesson's table, `fname,labels,is_valid`, a row a photo.

An empty `labels` cell means none of the classes. Optional columns: `absent` (then classes in
neither are unknown), `unknown`, and `difficult`: classes that are in the photo only as difficult
objects, which are masked (`csv:FILE?difficult=present` counts them). For the point task `x` and
`y`, px of the upright photo; without `labels` nothing is known of the classes. Other columns are
passed over. How the file may be written and its columns be called: `train/data/table.py`.
"""

from math import isfinite
from pathlib import Path

import pandas as pd

from model.classes import normalize
from model.errors import BadData
from train.data.frame import NONE, Row, conflicts, frame_of
from train.data.problems import Problems
from train.data.table import SPELLINGS, Cells, read_table

TRUTHS = {
    **dict.fromkeys(("true", "t", "1", "1.0", "yes", "y"), True),
    **dict.fromkeys(("false", "f", "0", "0.0", "no", "n"), False),
    **dict.fromkeys(("valid", "val", "validation", "dev", "test", "testing"), True),
    **dict.fromkeys(("train", "training"), False),
    "": None,
}
"""What an `is_valid` or `split` cell may hold, in any case; an empty one does not say. Test photos
are kept aside like those for validation: they never train."""

SUFFIXES = ("", ".jpg", ".jpeg", ".png", ".JPG")
"""Tried behind a name in turn: some tables leave the suffix out."""


def read(path: Path, sep: str, problems: Problems) -> pd.DataFrame:
    """The table in `path` as a frame; `sep` separates labels, " " being any white space.

    Rows that can't be used are left out and noted in `problems`: photos that are not there, cells
    that can't be read, names that are none, rows that contradict an earlier one. Raises `BadData`
    for what is no such table.
    """
    columns, lines = read_table(path, problems)
    _check(path, columns)
    rows: list[Row] = []
    first: dict[Path | None, tuple[int, Row]] = {}
    for number, cells in lines:
        try:
            row = _row(cells, path, f"{path.name} row {number}", sep)
            _agrees(row, *first.setdefault(row.photo, (number, row)))
            rows.append(row)
        except (BadData, OSError) as error:  # OSError: a file name too long for the system
            problems.add(f"row {number}", error)
    return frame_of(rows)


def _check(path: Path, columns: list[str]) -> None:
    is_of_points = "x" in columns and "y" in columns
    wanted = ["fname"] if is_of_points else ["fname", "labels"]
    missing = [name for name in wanted if name not in columns]
    if missing:
        spellings = "; ".join(f"{name}: {', '.join(SPELLINGS[name])}" for name in missing)
        raise BadData(
            f"{path} has no column {' and no column '.join(missing)}. Its first line should be "
            f"fname,labels,is_valid, or fname,x,y,is_valid for points. These will do ({spellings})."
        )


def _agrees(row: Row, number: int, earlier: Row) -> None:
    """Raise `BadData` where a row says otherwise than the first one of the same photo."""
    differ = conflicts(earlier, row)
    if differ:
        raise BadData(
            f"this photo is in row {number}, too, which says otherwise of {', '.join(differ)}: "
            "keep the row that is right, with all labels of the photo."
        )


def _row(cells: Cells, path: Path, where: str, sep: str) -> Row:
    labels, difficult = _names(cells, "labels", sep), _names(cells, "difficult", sep)
    present = labels | difficult
    is_all_said = "labels" in cells and "absent" not in cells
    absent = None if is_all_said else _names(cells, "absent", sep)
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
        point=_point(cells),
    )


def _names(cells: Cells, column: str, sep: str) -> frozenset[str]:
    cell = cells.get(column, "")
    parts = cell.split() if sep == " " else cell.split(sep)
    names = frozenset(normalize(part) for part in parts if part.strip())
    if NONE in names:
        raise BadData(
            f"{NONE!r} is no class: where a photo shows none of them leave the cell empty."
        )
    return names


def _truth(cell: str) -> bool | None:
    try:
        return TRUTHS[cell.strip().lower()]
    except KeyError:
        raise BadData(f"is_valid is {cell!r}: write True or False.") from None


def _point(cells: Cells) -> tuple[float, float] | None:
    """(x, y), None where the table has no such columns, or labels and no point in this photo."""
    said = [cells[name].strip() for name in ("x", "y") if name in cells]
    if len(said) < 2 or ("labels" in cells and not any(said)):
        return None
    try:
        x, y = (float(cell.replace(",", ".")) for cell in said)  # where commas are decimal points
    except ValueError:
        x = y = float("nan")
    if not (isfinite(x) and isfinite(y)):
        raise BadData(f"x is {said[0]!r} and y {said[1]!r}: write the point in px, both numbers.")
    return x, y


def _photo(fname: str, folder: Path) -> Path:
    """The photo's path: relative to the table's folder, else to its images/."""
    if not fname:
        raise BadData("fname is empty: name the photo's file.")
    for name in (fname, fname.replace("\\", "/")):
        for suffix in SUFFIXES:
            for candidate in (folder / (name + suffix), folder / "images" / (name + suffix)):
                if candidate.is_file():
                    return candidate
    raise BadData(
        f"there is no photo {fname!r} in {folder} or its images/: add it, or take the row away."
    )
