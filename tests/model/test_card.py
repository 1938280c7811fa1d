"""`model/card.py`: what a version says of itself, and the checksums of its files."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from model.card import SCHEMA, read_card, write_card
from model.errors import BadVersion
from tests.model.making import card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A version's folder."""
    (tmp_path / "head.safetensors").write_bytes(b"numbers")
    (tmp_path / "metrics.json").write_text("{}")
    write_card(tmp_path, card("7"))
    return tmp_path


def change(folder: Path, **fields: Any) -> None:
    """Edit the card by hand."""
    path = folder / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_a_card_reads_as_it_was_written(folder: Path) -> None:
    """All fields, and the checksum of every file beside it."""
    read = read_card(folder)
    assert read.files == {
        "head.safetensors": hashlib.sha256(b"numbers").hexdigest(),
        "metrics.json": hashlib.sha256(b"{}").hexdigest(),
    }
    assert read.model_copy(update={"files": {}}) == card("7")


def test_the_card_is_json_with_the_contracts_names(folder: Path) -> None:
    """Others read it too."""
    written = json.loads((folder / "card.json").read_text())
    assert written["schema"] == SCHEMA
    assert written["classes"] == ["disc", "square", "stripes"]
    assert set(written) >= {
        "model", "version", "task", "backbone", "alpha", "seed", "command", "created_at",
        "provenance", "files",
    }  # fmt: skip


@pytest.mark.parametrize("damage", [b"", b"number", b"numbers and more"])
def test_a_changed_file_is_refused(folder: Path, damage: bytes) -> None:
    """Cut off, edited or emptied: the file is named, and what to do."""
    (folder / "head.safetensors").write_bytes(damage)
    with pytest.raises(BadVersion, match=r"head\.safetensors is not .* Restore it"):
        read_card(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    """The same."""
    (folder / "metrics.json").unlink()
    with pytest.raises(BadVersion, match=r"metrics\.json"):
        read_card(folder)


def test_a_folder_without_a_card_is_no_version(tmp_path: Path) -> None:
    """And is called so."""
    with pytest.raises(BadVersion, match="no model version in"):
        read_card(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}'])
def test_a_broken_card_is_refused(folder: Path, text: str) -> None:
    """With the file's name."""
    (folder / "card.json").write_text(text)
    with pytest.raises(BadVersion, match=r"card\.json can't be read"):
        read_card(folder)


@pytest.mark.parametrize(
    "fields",
    [{"schema": SCHEMA + 1}, {"task": "poetry"}, {"model": "../evil"}, {"model": "Bears"}],
)
def test_what_the_loader_does_not_know_is_refused(folder: Path, fields: dict[str, Any]) -> None:
    """A later schema, an unknown task, a name that is no folder's."""
    change(folder, **fields)
    with pytest.raises(BadVersion, match="can't be read"):
        read_card(folder)
