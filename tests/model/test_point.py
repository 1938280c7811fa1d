"""A head that finds a point: maps -> places, pixels of the photo, and what `classify` prints."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from model.__main__ import app
from model.backbone import EMBEDDING, SHIPPED_BACKBONE, SIZE_PX, Backbone, Backbones
from model.card import BackboneRef, Card
from model.errors import BadVersion
from model.point import PointHead, grid, in_pixels, look
from model.registry import Registry
from model.version import load
from tests import photos

SIDE = 9


def head(channel: int = 0, right: float = 0.0) -> PointHead:
    """A head that looks for one feature, and votes for a point so far to the right of it."""
    hidden_weight = np.zeros((2, EMBEDDING), dtype=np.float32)
    hidden_weight[0, channel] = 1
    weight = np.array([[30, 0], [0, 0], [0, 0]], dtype=np.float32)
    return PointHead(hidden_weight, np.zeros(2, np.float32), weight, np.float32([right, 0]))


def a_map(row: int, column: int, channel: int = 0) -> np.ndarray:
    """A feature map with the feature in one place: (1, D, 9, 9)."""
    feature_map = np.zeros((1, EMBEDDING, SIDE, SIDE), dtype=np.float32)
    feature_map[0, channel, row, column] = 1
    return feature_map


def register(registry: Registry, backbone: Backbone, finds: PointHead) -> str:
    """Put a point model called `spots` into a registry."""

    def fill(folder: Path, version: str) -> Card:
        finds.save(folder / "head.safetensors")
        return Card(
            model="spots",
            version=version,
            task="point",
            classes=(),
            backbone=BackboneRef(
                file=SHIPPED_BACKBONE.name, sha256=backbone.sha256, size_px=SIZE_PX
            ),
            alpha=0,
            seed=0,
            command="tests/model/test_point.py",
            created_at="2026-11-25T10:00:00+00:00",
        )

    return registry.add("spots", fill)


@pytest.mark.parametrize(
    ("row", "column", "x", "y"), [(4, 4, 0, 0), (0, 0, -8 / 9, -8 / 9), (0, 8, 8 / 9, -8 / 9)]
)
def test_the_point_is_where_the_feature_is(row: int, column: int, x: float, y: float) -> None:
    """x goes to the right and y down, 0 is the photo's middle and 1 its edge."""
    assert head().points(a_map(row, column))[0] == pytest.approx([x, y], abs=1e-4)


def test_a_place_may_vote_for_a_point_beside_it() -> None:
    """What speaks for a point need not lie at it; but the point stays in the photo."""
    assert head(right=0.25).points(a_map(4, 4))[0] == pytest.approx([0.25, 0], abs=1e-4)
    assert head(right=3).points(a_map(4, 4))[0] == pytest.approx([1, 0], abs=1e-4)


def test_where_nothing_speaks_the_middle_is_said() -> None:
    """All places count alike."""
    assert head(channel=1).points(a_map(0, 0))[0] == pytest.approx([0, 0], abs=1e-6)


def test_places_are_counted_row_by_row() -> None:
    """As a feature map (H, W) is, when it is laid flat."""
    assert grid(2, 3).tolist() == pytest.approx(
        np.array([[-2 / 3, -0.5], [0, -0.5], [2 / 3, -0.5], [-2 / 3, 0.5], [0, 0.5], [2 / 3, 0.5]]),
        abs=1e-6,
    )


@given(
    st.floats(-1, 1, width=32),
    st.floats(-1, 1, width=32),
    st.integers(1, 9000),
    st.integers(1, 9000),
)
def test_a_point_lies_in_its_photo(x: float, y: float, width: int, height: int) -> None:
    """In px from the top left corner, whatever the photo's size."""
    place = in_pixels(np.array([x, y], dtype=np.float32), width, height)
    assert 0 <= place.x_px <= width
    assert 0 <= place.y_px <= height


def test_the_head_comes_back_from_its_file(tmp_path: Path) -> None:
    """Bit for bit."""
    head(right=0.5).save(tmp_path / "head.safetensors")
    again = PointHead.load(tmp_path / "head.safetensors")
    assert (again.points(a_map(2, 7)) == head(right=0.5).points(a_map(2, 7))).all()


def test_a_head_of_other_shapes_is_refused(tmp_path: Path) -> None:
    """And so is what is no such file."""
    wrong = PointHead(np.zeros((2, 7), np.float32), *np.zeros((3, 2), np.float32))
    wrong.save(tmp_path / "wrong")
    with pytest.raises(BadVersion, match="finds a point"):
        PointHead.load(tmp_path / "wrong")
    (tmp_path / "text").write_text("no numbers")
    with pytest.raises(BadVersion, match="can't be read"):
        PointHead.load(tmp_path / "text")


def test_the_way_a_photo_lies_changes_nothing(backbone: Backbone) -> None:
    """The point is in the upright photo, whatever the file's EXIF orientation."""
    finds = PointHead(
        np.random.default_rng(0).normal(0, 0.1, (4, EMBEDDING)).astype(np.float32),
        np.zeros(4, np.float32),
        np.ones((3, 4), np.float32),
        np.zeros(2, np.float32),
    )
    straight, turned = (look(photos.turned(each), backbone, finds) for each in (1, 6))
    assert (turned.info.width, turned.info.height) == (photos.WIDTH, photos.HEIGHT)
    assert (turned.point.x_px, turned.point.y_px) == pytest.approx(
        (straight.point.x_px, straight.point.y_px), abs=2
    )


def test_a_version_is_of_one_kind(registry: Registry, backbone: Backbone) -> None:
    """Who asks a point model for classes is told so, in a sentence."""
    version = load(registry.path("spots", register(registry, backbone, head())), Backbones(1))
    assert version.finds_point
    assert (version.point_head.points(a_map(4, 4)) == head().points(a_map(4, 4))).all()
    with pytest.raises(BadVersion, match="knows no classes"):
        _ = version.classifier


@pytest.fixture
def spots(own_home: Path, backbone: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A home in which `spots` answers, and a folder with two photos, of which one is none."""
    registry = Registry(own_home / "registry")
    registry.promote("spots", register(registry, backbone, head()), who="test", why="to be there")
    monkeypatch.chdir(tmp_path)
    Path("bad.jpg").write_text("no photo")
    photo = io.BytesIO()
    photos.noise(1, 320, 240).save(photo, "JPEG")
    Path("good.jpg").write_bytes(photo.getvalue())


@pytest.mark.usefixtures("spots")
def test_a_point_as_json() -> None:
    """The contract's fields and no others; a bad photo does not stop the run."""
    done = CliRunner().invoke(
        app, ["classify", "--model", "spots", "--json", "bad.jpg", "good.jpg"]
    )
    bad, good = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert "error" in bad
    assert list(good) == ["photo", "model", "version", "point", "ms"]
    assert (good["photo"], good["model"], good["version"]) == ("good.jpg", "spots", "1")
    x, y = good["point"]
    assert 0 <= x <= 320
    assert 0 <= y <= 240


@pytest.mark.usefixtures("spots")
def test_a_point_for_people() -> None:
    """The photo and the place in it."""
    done = CliRunner().invoke(app, ["classify", "--model", "spots", "good.jpg"])
    assert done.exit_code == 0
    assert done.stdout.startswith("good.jpg  (")
    assert done.stdout.endswith(") px\n")


@pytest.mark.usefixtures("spots")
def test_a_point_has_no_twin() -> None:
    """A sentence that says what to do, and the status of wrong usage."""
    done = CliRunner().invoke(app, ["classify", "--model", "spots", "--twin", "good.jpg"])
    assert done.exit_code == 2
    assert done.stderr == "spots finds a point: it has no twin. Leave --twin away.\n"


@pytest.mark.usefixtures("spots")
def test_the_point_is_drawn() -> None:
    """`--explain` writes the photo with its point, and the line says where; a bad one has none."""
    command = [
        "classify",
        "--model",
        "spots",
        "--json",
        "--explain",
        "drawn",
        "bad.jpg",
        "good.jpg",
    ]
    bad, good = map(json.loads, CliRunner().invoke(app, command).stdout.splitlines())
    assert "drawn" not in bad
    assert good["drawn"] == "drawn/good.jpg"
    assert [path.name for path in Path("drawn").iterdir()] == ["good.jpg"]
    with Image.open(good["drawn"]) as drawn, Image.open("good.jpg") as photo:
        assert drawn.size == photo.size
        assert drawn.tobytes() != photo.tobytes()


@pytest.mark.usefixtures("spots")
@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("spots", "."), "good.jpg is one of the photos. Draw into another folder.\n"),
        (("spots", "bad.jpg"), "The folder bad.jpg can't be made: File exists.\n"),
    ],
)
def test_where_nothing_can_be_drawn(command: tuple[str, str], why: str) -> None:
    """A sentence that says what to do, the status of wrong usage, and nothing is written."""
    model, folder = command
    done = CliRunner().invoke(app, ["classify", "--model", model, "--explain", folder, "good.jpg"])
    assert done.exit_code == 2
    assert done.stderr.endswith(why)
    assert {path.name for path in Path().iterdir()} == {"bad.jpg", "good.jpg", "home"}


def test_the_shipped_heads_are_whole(backbone: Backbone) -> None:
    """`heads` comes with the project and finds a place in any photo."""
    registry = Registry(Path("nowhere"))
    version = load(registry.path("heads", registry.current("heads")), Backbones(threads=1))
    image = Image.new("RGB", (40, 400), "grey")
    place = look(photos.encode(image, "JPEG"), backbone, version.point_head).point
    assert 0 <= place.x_px <= 40
    assert 0 <= place.y_px <= 400
