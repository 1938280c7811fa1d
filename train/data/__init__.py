"""Sources of photos and labels: a file each, one form (`frame.py`), one table (`READERS`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pandas as pd

from model.classes import normalize
from model.errors import BadData
from train.data import biwi, coco, csv_file, feedback, folders, voc
from train.data.frame import with_difficult_present, with_unknown
from train.data.problems import Problems


@dataclass(frozen=True, slots=True)
class Options:
    """What some sources need beside their place: each takes what concerns it."""

    sep: str = " "
    model: str | None = None
    backbone_key: str | None = None


def _feedback(url: str, options: Options, _: Problems) -> pd.DataFrame:
    if options.model is None or options.backbone_key is None:
        raise BadData("feedback: belongs to a model: name it with --model.")
    return feedback.read(url, model=options.model, backbone_key=options.backbone_key)[0]


READERS: dict[str, Callable[[str, Options, Problems], pd.DataFrame]] = {
    "csv": lambda place, options, problems: csv_file.read(Path(place), options.sep, problems),
    "folders": lambda place, _, problems: folders.read(Path(place), problems),
    "voc": lambda place, _, problems: voc.read(Path(place), problems),
    "coco": lambda place, _, problems: coco.read(Path(place), problems),
    "biwi": lambda place, _, problems: biwi.read(Path(place), problems),
    "feedback": _feedback,
}

CHOICES = re.compile(r"\?(?P<choices>(?:(?:difficult|unknown)=[^?&/]*&?)+)$")
"""What may stand behind a place: `?difficult=present`, `?unknown=CLASS,CLASS`, both with `&`."""
KNOW_DIFFICULT = ("csv", "voc")


@dataclass(frozen=True, slots=True)
class Choices:
    """How a source is to be read: `unknown` are the classes that nobody looked for in it."""

    difficult_is_present: bool = False
    unknown: frozenset[str] = frozenset()


def read(
    source: str, *, sep: str = " ", model: str | None = None, backbone_key: str | None = None
) -> pd.DataFrame:
    """`PREFIX:PLACE` -> a frame with a row a photo (see `train/data/frame.py`).

    `sep` separates labels in a CSV's cells; `model` and `backbone_key` are what feedback is of.
    A class that is there only as difficult objects is masked; with `?difficult=present` behind the
    place it counts. `?unknown=sheep,sofa`: nobody looked for these classes in this source, so a
    photo whose labels lack them may show them all the same. Raises `BadData` for an
    unknown prefix and for whatever is wrong with the source.
    """
    frame, problems = survey(source, sep=sep, model=model, backbone_key=backbone_key)
    problems.raise_any()
    return frame


def survey(
    source: str, *, sep: str = " ", model: str | None = None, backbone_key: str | None = None
) -> tuple[pd.DataFrame, Problems]:
    """Like `read`, but photos that can't be used are left out, with the reasons beside the frame.

    Raises `BadData` where nothing can be used.
    """
    prefix, colon, place = source.partition(":")
    if not colon or not place or prefix not in READERS:
        known = ", ".join(f"{name}:…" for name in READERS)
        raise BadData(f"{source!r} is no data source: write one of {known}")
    place, choices = _chosen(prefix, place)
    problems = Problems(place)
    frame = READERS[prefix](place, Options(sep, model, backbone_key), problems)
    if frame.empty:
        problems.raise_any()
        raise BadData(f"{source} has no photos with labels in it.")
    if choices.difficult_is_present:
        frame = with_difficult_present(frame)
    if choices.unknown:
        frame = with_unknown(frame, choices.unknown)
    if not any(frame["is_valid"]):
        frame["is_valid"] = None  # all False: a source without validation photos says nothing of it
    return frame, problems


def _chosen(prefix: str, place: str) -> tuple[str, Choices]:
    """The place without what stands behind its question mark, and what that says."""
    found = CHOICES.search(place)
    if not found:
        return place, Choices()
    chosen = dict(parse_qsl(found["choices"], keep_blank_values=True))
    difficult, unknown = chosen.get("difficult", "masked"), chosen.get("unknown", "")
    if "difficult" in chosen and prefix not in KNOW_DIFFICULT:
        raise BadData(f"{prefix}: knows no difficult objects: take {found[0]} away.")
    if difficult not in ("masked", "present"):
        raise BadData(f"{found[0]} is no choice: write ?difficult=masked or ?difficult=present.")
    names = frozenset(normalize(name) for name in unknown.split(",") if name.strip())
    return place[: found.start()], Choices(difficult == "present", names)
