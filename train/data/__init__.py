"""Sources of photos and labels: a file each, one form (`frame.py`), one table (`READERS`)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.errors import BadData
from train.data import csv_file, feedback, folders, voc


@dataclass(frozen=True, slots=True)
class Options:
    """What some sources need beside their place: each takes what concerns it."""

    sep: str = " "
    model: str | None = None
    backbone_key: str | None = None


def _feedback(url: str, options: Options) -> pd.DataFrame:
    if options.model is None or options.backbone_key is None:
        raise BadData("feedback: belongs to a model: name it with --model.")
    return feedback.read(url, model=options.model, backbone_key=options.backbone_key)[0]


READERS: dict[str, Callable[[str, Options], pd.DataFrame]] = {
    "csv": lambda place, options: csv_file.read(Path(place), options.sep),
    "folders": lambda place, _: folders.read(Path(place)),
    "voc": lambda place, _: voc.read(Path(place)),
    "feedback": _feedback,
}


def read(
    source: str, *, sep: str = " ", model: str | None = None, backbone_key: str | None = None
) -> pd.DataFrame:
    """`PREFIX:PLACE` -> a frame with a row a photo (see `train/data/frame.py`).

    `sep` separates labels in a CSV's cells; `model` and `backbone_key` are what feedback is of.
    Raises `BadData` for an unknown prefix and for whatever is wrong with the source.
    """
    prefix, colon, place = source.partition(":")
    if not colon or not place or prefix not in READERS:
        known = ", ".join(f"{name}:…" for name in READERS)
        raise BadData(f"{source!r} is no data source: write one of {known}")
    frame = READERS[prefix](place, Options(sep, model, backbone_key))
    if frame.empty:
        raise BadData(f"{source} has no photos with labels in it.")
    if not any(frame["is_valid"]):
        frame["is_valid"] = None  # all False: a source without validation photos says nothing of it
    return frame
