"""The same four photos as every kind of source, made afresh; and a chat's database to fill."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image
from sqlalchemy import create_engine, insert

from bot.store import tables, views
from train.data.problems import Problems

LABELS: dict[str, set[str]] = {
    "cat.jpg": {"cat"},
    "both.jpg": {"cat", "dog"},
    "nothing.jpg": set(),
    "bear.jpg": {"black bear"},
}
BACKBONE_KEY = "sample-backbone"
MODEL = "pets"


def make_photo(path: Path, seed: int | str, size: tuple[int, int] = (40, 30)) -> Path:
    """A small photo that differs with its seed."""
    generator = np.random.default_rng(list(str(seed).encode()))
    coarse = generator.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize(size).save(path)
    return path


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def strictly(reader: Callable[..., pd.DataFrame], place: Path, *options: Any) -> pd.DataFrame:
    """A frame read by one source's own `read`; what it can't use is raised."""
    problems = Problems(str(place))
    frame = reader(place, *options, problems)
    problems.raise_any()
    return frame


class ChatDatabase:
    """The bot's database with its real tables and views, filled by plain inserts."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.path = home / "nonesuch.db"
        self.url = f"sqlite+aiosqlite:///{self.path}"
        self._engine = create_engine(f"sqlite:///{self.path}")
        self._said = 0
        with self._engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            tables.Base.metadata.create_all(connection)
            for view in views.MAKE:
                connection.exec_driver_sql(view)

    def close(self) -> None:
        self._engine.dispose()

    def person(self, name: str) -> None:
        self._insert(tables.Person, id=f"web:{name}", pseudonym=name, created_at="")

    def photo(self, sha256: str, path: str | None, vectors: Mapping[str, bytes]) -> None:
        """A photo, its path below the home, and its embeddings by backbone."""
        figures = {"width": 4, "height": 3, "size_bytes": 9, "created_at": ""}
        self._insert(tables.Photo, sha256=sha256, path=path, **figures)
        for backbone, vector in vectors.items():
            self._insert(tables.Embedding, photo_sha256=sha256, backbone=backbone, vector=vector)

    def say(
        self,
        who: str,
        sha256: str,
        *,
        present: set[str] | None = None,
        absent: set[str] | None = None,
        model: str = MODEL,
        weight: float = 1.0,
        at: str | None = None,
    ) -> int:
        """A statement, a second after the one before unless `at` says when; returns its id."""
        self._said += 1
        self._insert(
            tables.Statement,
            id=self._said,
            photo_sha256=sha256,
            model=model,
            person_id=f"web:{who}",
            chat_id="web:chat",
            kind="fix",
            source="tap",
            weight=weight,
            said_at=at or f"2026-11-25T10:00:{self._said:02}Z",
        )
        for state, names in (("present", present), ("absent", absent)):
            for name in names or ():
                label = {"statement_id": self._said, "class_name": name, "state": state}
                self._insert(tables.StatementLabel, **label)
        return self._said

    def _insert(self, table: Any, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(table), values)


def csv_source(folder: Path) -> str:
    """A table with the labels between semicolons, because of the space in "black bear"."""
    lines = ["fname,labels"]
    for name, labels in LABELS.items():
        make_photo(folder / "images" / name, name)
        lines.append(f"{name},{'; '.join(sorted(labels))}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return f"csv:{folder / 'labels.csv'}"


def folders_source(folder: Path) -> str:
    """A folder a class; what is in two classes lies in both."""
    for name, labels in LABELS.items():
        for label in labels or {"none"}:
            make_photo(folder / label / name, name)
    return f"folders:{folder}"


def voc_source(folder: Path) -> str:
    """The devkit's layout without lists."""
    for name, labels in LABELS.items():
        make_photo(folder / "VOC2007" / "JPEGImages" / name, name)
        write_annotation(folder / "VOC2007", name, [(label, 0) for label in sorted(labels)])
    return f"voc:{folder}"


def write_annotation(year: Path, name: str, objects: list[tuple[str, int]]) -> Path:
    """An annotation file as VOC writes them: (class, difficult) an object."""
    inside = "".join(
        f"<object><name>{label}</name><part><name>head</name></part>"
        f"<difficult>{difficult}</difficult></object>"
        for label, difficult in objects
    )
    path = (year / "Annotations" / name).with_suffix(".xml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<annotation><filename>{name}</filename>{inside}</annotation>")
    return path


def coco_source(folder: Path) -> str:
    """Instances in `annotations/`, photos beside it in the folder of the file's year."""
    names = sorted({label for labels in LABELS.values() for label in labels})
    numbers = {label: number * 10 for number, label in enumerate(names)}
    images, objects = [], []
    for number, (name, labels) in enumerate(LABELS.items()):
        make_photo(folder / "val2017" / name, name)
        images.append({"id": number, "file_name": name, "width": 40})
        objects += [(number, numbers[label]) for label in labels for _ in range(2)]
    write_instances(folder / "annotations" / "instances_val2017.json", images, objects, numbers)
    return f"coco:{folder}"


def write_instances(
    path: Path,
    images: list[dict[str, Any]],
    objects: list[tuple[int, int]],
    numbers: dict[str, int],
    crowd: int = 0,
) -> Path:
    """An instances file: objects as (image, category), categories by name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    instances = {
        "info": {"year": 2017},
        "images": images,
        "annotations": [
            {"image_id": image, "category_id": number, "iscrowd": crowd, "bbox": [1, 2, 3, 4]}
            for image, number in objects
        ],
        "categories": [{"id": number, "name": name} for name, number in numbers.items()],
    }
    path.write_text(json.dumps(instances))
    return path


BIWI_CAMERA = "500 0 20 \n0 500 15 \n0 0 1 \n\n0 0 0 0 \n"
BIWI_ROTATION = "1 0 0 \n0 1 0 \n0 0 1 \n\n"


def biwi_source(folder: Path) -> str:
    """Two people, two frames each, 40 x 30 px: the centre is 1 px to the right of the middle."""
    for number, suffix in enumerate(("01/frame_00003", "01/frame_00004", "02/frame_00003")):
        write_pose(folder, suffix, (2.0, 0.0, 1000.0), number)
    write_pose(folder, "02/frame_00004", (2.0, 0.0, 1000.0), 3, ".jpg")
    return f"biwi:{folder}"


def write_pose(
    folder: Path, name: str, centre_mm: tuple[float, ...], seed: int | str, suffix: str = ".png"
) -> Path:
    """A frame as the database has it: photo, pose and the folder's camera."""
    make_photo(folder / f"{name}_rgb{suffix}", seed)
    pose = folder / f"{name}_pose.txt"
    pose.with_name("rgb.cal").write_text(BIWI_CAMERA)
    pose.write_text(BIWI_ROTATION + " ".join(map(str, centre_mm)) + "\n")
    return pose


def feedback_source(folder: Path) -> str:
    """A chat in which one person fixed the labels of every photo."""
    database = ChatDatabase(folder)
    database.person("ann")
    known = {"cat", "dog", "black_bear"}
    for name, labels in LABELS.items():
        photo = make_photo(folder / "photos" / name, name)
        database.photo(content(photo), f"photos/{name}", {})
        present = {label.replace(" ", "_") for label in labels}
        database.say("ann", content(photo), present=present, absent=known - present)
    database.close()
    return f"feedback:{database.url}"


SOURCES: dict[str, Callable[[Path], str]] = {
    "csv": csv_source,
    "folders": folders_source,
    "voc": voc_source,
    "coco": coco_source,
    "biwi": biwi_source,
    "feedback": feedback_source,
}
"""A new kind of source adds its sample here, and the contract suite runs over it."""
OF_POINTS = {"biwi"}
"""Sources that know a point of each photo, and no classes."""
