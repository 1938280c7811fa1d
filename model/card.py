"""What a model version says of itself: `card.json`. The loader refuses what it doesn't know."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.errors import BadVersion

SCHEMA = 1
"""Of the folder's files. Raise it when `head.safetensors` or the rule changes its meaning."""

MODEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")

FIGURES = {
    "exact": "exactly right",
    "none_recall": "rightly none",
    "false_none": "wrongly none",
    "map": "mAP",
    "twin_accuracy": "twin right",
    "mean_percent": "mean error in % of the diagonal",
}
"""What a person is told of a card's figures in a line; the report has all of them."""

Task = Literal["multi-label", "single-label", "point"]


class BackboneRef(BaseModel):
    """The ONNX file that a version's numbers belong to."""

    model_config = ConfigDict(frozen=True)

    file: str
    sha256: str
    size_px: int


class Guarantee(BaseModel):
    """What a version promises of the answer none, in words and numbers, and what was seen of it.

    Of photos that show a class at most `alpha` are answered none, by a line set on
    `calibration_photos`. Seen on held-out photos: the share `false_none` of `known_photos`, and of
    `none_photos` that show no class the share `false_alarm` in which one was named or asked about.
    """

    model_config = ConfigDict(frozen=True)

    sentence: str
    alpha: float
    calibration_photos: int
    false_none: float | None
    known_photos: int
    false_alarm: float | None
    none_photos: int


class Card(BaseModel):
    """Who this version is, where it came from, and the checksums of its files.

    `classes` gives the order of everything with a C axis. `created_at` is ISO 8601 UTC.
    `figures` are held-out figures that a person is shown; all of them are in `metrics.json`.
    `guarantee` is None where there were too few photos for one.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = Field(SCHEMA, alias="schema", serialization_alias="schema")
    model: str
    version: str
    task: Task
    classes: tuple[str, ...]
    backbone: BackboneRef
    alpha: float
    seed: int
    command: str
    created_at: str
    provenance: dict[str, Any] = {}
    figures: dict[str, float] = {}
    guarantee: Guarantee | None = None
    files: dict[str, str] = {}

    @field_validator("schema_version")
    @classmethod
    def _known(cls, value: int) -> int:
        if value != SCHEMA:
            raise ValueError(f"schema {value} is not {SCHEMA}, the one that this program reads")
        return value

    @field_validator("model")
    @classmethod
    def _model_name(cls, value: str) -> str:
        if not MODEL_NAME.fullmatch(value):
            raise ValueError(f"{value!r} is no model name: a-z, 0-9, - and _, at most 32")
        return value


def in_words(figures: Mapping[str, float]) -> str:
    """The main ones of a card's figures: "exactly right 0.918, mAP 0.989"."""
    known = [(words, figures[name]) for name, words in FIGURES.items() if name in figures]
    return ", ".join(f"{words} {value:.3f}" for words, value in known)


def read_card(folder: Path) -> Card:
    """The card in `folder`, its files checked against their checksums. Raises `BadVersion`."""
    path = folder / "card.json"
    try:
        card = Card.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise BadVersion(f"There is no model version in {folder}.") from None
    except (OSError, ValidationError) as error:
        raise BadVersion(f"{path} can't be read: {error}") from error
    for name, expected in card.files.items():
        if file_sha256(folder / name) != expected:
            raise BadVersion(
                f"{folder / name} is not the file that its card names (checksum differs). "
                "Restore it from a backup, or promote another version."
            )
    return card


def write_card(folder: Path, card: Card) -> None:
    """Write `card.json` for the files that lie in `folder`, with their checksums."""
    paths = [path for path in sorted(folder.iterdir()) if path.name != "card.json"]
    for path in paths:
        path.chmod(0o644)  # safetensors hides what it writes; the bot may be another user
    files = {path.name: file_sha256(path) for path in paths}
    text = card.model_copy(update={"files": files}).model_dump_json(by_alias=True, indent=2)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hex; empty for a file that can't be read (it then matches none)."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
