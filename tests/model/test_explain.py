"""Which part of a photo spoke for a class."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import image
from model.backbone import Backbones
from model.explain import AGAINST, FOR, Why, drawn, why
from model.registry import Registry
from model.version import Version, load

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def pascal(tmp_path_factory: pytest.TempPathFactory) -> Version:
    registry = Registry(tmp_path_factory.mktemp("registry"))
    return load(registry.path("pascal", "shipped-1"), Backbones())


def explained(version: Version, photo: Image.Image, name: str) -> Why:
    pixels = image.squash(photo, version.backbone.size_px)
    places = version.backbone.feature_map(pixels[None])[0]
    return why(version.classifier, places, name)


@pytest.mark.parametrize("name", ["cat", "dog", "aeroplane"])
@pytest.mark.parametrize("picture", ["chelsea", "coffee"])
def test_the_parts_add_up_to_the_score(pascal: Version, picture: str, name: str) -> None:
    """The bias and all places together are the logit of the score that the answer shows."""
    with Image.open(PICTURES / f"{picture}.jpg") as photo:
        found = explained(pascal, photo, name)
        pixels = image.squash(photo, pascal.backbone.size_px)

    embedding = pascal.backbone.embed(pixels[None])
    score = pascal.classifier.head.scores(embedding)[0, pascal.card.classes.index(name)]
    assert 1 / (1 + np.exp(-found.logit)) == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(("left", "side"), [(0, "left"), (400, "right")])
def test_the_cat_speaks_for_the_cat(pascal: Version, left: int, side: str) -> None:
    """A cat on one half of a grey photo: that half adds more, and holds the loudest place."""
    canvas = Image.new("RGB", (800, 400), "grey")
    with Image.open(PICTURES / "chelsea.jpg") as cat:
        canvas.paste(cat.resize((400, 400)), (left, 0))

    found = explained(pascal, canvas, "cat")

    halves = found.places[:, :4].sum(), found.places[:, -4:].sum()
    assert (halves[0] > halves[1]) == (side == "left")
    assert (found.loudest[0] < 0.5) == (side == "left")


def test_the_loudest_place_against_is_told_where_all_speak_against() -> None:
    """Where the places add up to less than nothing, the one that takes most."""
    assert Why(0.0, np.array([[-1.0, 0.5], [-3.0, 0.0]], np.float32)).loudest == (0.25, 0.75)
    assert Why(0.0, np.array([[-1.0, 5.0], [-3.0, 0.0]], np.float32)).loudest == (0.75, 0.25)


def test_what_speaks_for_is_orange_and_what_speaks_against_is_blue() -> None:
    """On a grey photo the left half turns to orange and the right one to blue."""
    photo = io.BytesIO()
    Image.new("RGB", (1600, 800), "grey").save(photo, "PNG")

    data, size = drawn(photo.getvalue(), np.array([[1.0, -1.0]], np.float32))

    assert size == (800, 400)
    with Image.open(io.BytesIO(data)) as seen:
        for x, colour in ((40, FOR), (760, AGAINST)):
            pixel = np.array(seen.getpixel((x, 200)), dtype=float)
            mixed = 0.35 * np.array([128, 128, 128]) + 0.65 * np.array(colour)
            assert pixel == pytest.approx(mixed, abs=6)


def test_a_map_that_says_nothing_leaves_the_photo_grey() -> None:
    """No place speaks: no colour."""
    photo = io.BytesIO()
    Image.new("RGB", (90, 60), (10, 200, 30)).save(photo, "PNG")

    data, size = drawn(photo.getvalue(), np.zeros((9, 9), np.float32))

    assert size == (90, 60)
    with Image.open(io.BytesIO(data)) as seen:
        assert seen.getpixel((45, 30)) == pytest.approx((124, 124, 124), abs=4)
