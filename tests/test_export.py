"""`python -m bot export`, and training that reads it back: what people said stays as it was."""

import asyncio
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from bot.export import export
from bot.settings import Settings
from bot.store import labels as labels_of
from bot.store import people, statements
from bot.store.engine import Store
from bot.store.tables import Answer
from model.errors import BadData
from tests import photos
from tests.train.chat import MODEL, Photo, Words, bears_like, database_url, say
from train import data
from train.data import feedback
from train.data.frame import states

CLASSES = ("black", "cat", "grizzly", "polar_bear", "teddy")
FORMS = {
    "csv": "csv:{}/labels.csv",
    "coco": "coco:{}/instances.json",
    "voc": "voc:{}",
}


@pytest.fixture
def chat(own_home: Path) -> Path:
    """Photos on which Ann said all sorts of things; the home."""
    kept = [_kept(own_home, photo) for photo in bears_like("grizzly", 5)]
    say(
        own_home,
        [
            Words(kept[0], ["grizzly"], ["black", "teddy"]),
            Words(kept[1], ["polar_bear", "teddy"]),
            Words(kept[2], [], ["grizzly"]),
            Words(kept[3], [], ["grizzly", "black", "teddy"]),
            Words(kept[4], ["cat"], ["grizzly"]),
        ],
    )
    return own_home


def _kept(home: Path, photo: Photo) -> Photo:
    """The photo with a file, as the bot keeps it."""
    path = f"photos/{photo.sha256[:2]}/{photo.sha256}.jpg"
    (home / path).parent.mkdir(parents=True, exist_ok=True)
    seed = int(photo.sha256[:4], 16)
    (home / path).write_bytes(photos.encode(photos.noise(seed, 64, 48), "JPEG"))
    return Photo(photo.sha256, photo.embedding, path)


def labels(frame: pd.DataFrame) -> dict[str, list[int]]:
    """The states of all classes by photo: by the hash that names its file."""
    names = [Path(photo).stem for photo in frame["photo"]]
    return dict(zip(names, states(frame, CLASSES).tolist(), strict=True))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_form_comes_back_as_what_people_said(chat: Path, tmp_path: Path, form: str) -> None:
    """Present, absent, and unknown where nobody spoke of a class: as training reads the chat."""
    export(Settings(), tmp_path / "out")
    said, _ = feedback.read(database_url(chat), model=MODEL, backbone_key="none")

    read = data.read(form.format(tmp_path / "out" / MODEL))

    assert labels(read) == labels(said)
    assert {state for row in labels(read).values() for state in row} == {1, 0, -1}


def test_what_people_differ_on_is_unknown(chat: Path) -> None:
    """The bot weighs words as training does: twice the weight decides, less is a contradiction."""

    async def exported() -> dict[str, tuple[list[str], list[str]]]:
        store = Store(Settings().database_url)
        async with store.writing() as session:
            row = await session.get_one(Answer, 1)  # Ann: a grizzly, neither black nor teddy
            for who, weight, name in (("bob", 1.5, "black"), ("admin", 3.0, "teddy")):
                await people.ensure_person(session, who, "")
                said = (row, who, "is", "words", weight, [name], [])
                await statements.add_statement(session, *said)
        async with store.reading() as session:
            models = await labels_of.by_model(session)
        await store.close()
        return {each.photo_sha256: (each.present, each.absent) for each in models[MODEL]}

    ours = asyncio.run(exported())
    frame, contradictions = feedback.read(database_url(chat), model=MODEL, backbone_key="none")
    theirs = {
        row.photo_sha256: (sorted(row.present), sorted(row.absent)) for row in frame.itertuples()
    }

    assert ours == theirs
    assert (["grizzly", "teddy"], []) in ours.values()
    assert [each.class_name for each in contradictions] == ["black"]


def test_photos_come_without_metadata_as_they_are_kept(chat: Path, tmp_path: Path) -> None:
    """Each once, bit for bit, whatever the form; one that is kept no more is counted."""
    lost = next((chat / "photos").rglob("*.jpg"))
    lost.unlink()

    [line] = export(Settings(), tmp_path / "out")

    assert "4 photos of bears" in line and line.endswith("1 left out: not kept")
    copies = sorted((tmp_path / "out" / MODEL / "JPEGImages").iterdir())
    assert [_hash(each) for each in copies] == [
        _hash(chat / f"photos/{each.name[:2]}/{each.name}") for each in copies
    ]
    coco = json.loads((tmp_path / "out" / MODEL / "instances.json").read_text())
    assert len(coco["images"]) == len(copies) == 4


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_nothing_is_overwritten(chat: Path, tmp_path: Path) -> None:
    """A folder with something in it is refused, and so is a chat in which nobody said anything."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")

    with pytest.raises(BadData, match="is not empty: name a new folder"):
        export(Settings(), tmp_path / "out")
    with pytest.raises(BadData, match="no bot in"):
        export(Settings(home=tmp_path / "elsewhere"), tmp_path / "new")
