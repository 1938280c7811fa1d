"""`train/data/blocks.py`: what a row says becomes a tensor, and a tensor what a row says."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model.errors import BadData
from model.head import ABSENT, PRESENT, UNKNOWN
from train.data.blocks import CategoryBlock, ImageBlock, MultiCategoryBlock, PointBlock
from train.data.frame import Labels

CLASSES = ("cat", "dog", "potted_plant")
SIZE = (320, 240)
names = st.frozensets(st.sampled_from(CLASSES))


def test_a_class_becomes_its_index() -> None:
    """The classes are those of the training photos, sorted."""
    block = CategoryBlock().learn(["dog", "cat", "dog"])

    target = block.encode("dog", SIZE)

    assert block.classes == ("cat", "dog")
    assert (target.dtype, target.item()) == (torch.int64, 1)
    assert block.decode(target, SIZE) == "dog"


def test_a_class_that_no_training_photo_shows_is_named() -> None:
    """The message has the name and the classes there are."""
    with pytest.raises(BadData, match=r"'sheep' is none of .*: cat, dog, potted_plant"):
        CategoryBlock(CLASSES).encode("sheep", SIZE)


def test_names_alone_say_that_the_other_classes_are_absent() -> None:
    """The lesson's one-hot row."""
    target = MultiCategoryBlock(CLASSES).encode(["dog"], SIZE)

    assert target.dtype == torch.int8
    assert target.tolist() == [ABSENT, PRESENT, ABSENT]


def test_what_nobody_knows_is_masked() -> None:
    """An unknown class is neither present nor absent, even if it is named as present, too."""
    labels = Labels(frozenset({"cat", "dog"}), None, frozenset({"dog"}))

    states = MultiCategoryBlock(CLASSES).encode(labels, SIZE)

    assert (states == PRESENT).tolist() == [True, False, False]
    assert (states != UNKNOWN).tolist() == [True, False, True]


@given(present=names, unknown=names)
def test_labels_come_back(present: frozenset[str], unknown: frozenset[str]) -> None:
    """Encoded and decoded, each class is in the set that it was in."""
    block = MultiCategoryBlock(CLASSES)

    decoded = block.decode(block.encode(Labels(present, None, unknown), SIZE), SIZE)

    assert decoded == Labels(present - unknown, set(CLASSES) - present - unknown, unknown)


def test_a_class_only_unknown_is_not_learned() -> None:
    """Nobody can learn a class from photos of which nothing is known."""
    values = [Labels(frozenset({"cat", "dog"}), None, frozenset({"dog"})), ["cat"]]

    assert MultiCategoryBlock().learn(values).classes == ("cat",)


def test_labels_that_were_not_split_are_refused() -> None:
    """Else a text would be taken for the names of its letters."""
    with pytest.raises(BadData, match="'dog cat' is one text"):
        MultiCategoryBlock(CLASSES).encode("dog cat", SIZE)


def test_labels_in_words() -> None:
    """Class names as people read them, unknown ones in doubt, and none for nothing."""
    block = MultiCategoryBlock(CLASSES)
    image = Image.new("RGB", SIZE)

    def words(labels: Labels) -> str:
        return block.show(block.encode(labels, SIZE), image)

    assert words(Labels(frozenset({"potted_plant"}), None, frozenset({"cat"}))) == (
        "potted plant, cat?"
    )
    assert words(Labels()) == "none"


@pytest.mark.parametrize(
    ("place", "target"),
    [((160, 120), (0, 0)), ((0, 0), (-1, -1)), ((320, 0), (1, -1)), ((80, 180), (-0.5, 0.5))],
)
def test_a_points_origin_is_the_middle(
    place: tuple[float, float], target: tuple[float, float]
) -> None:
    """x goes to the right, y down, and the edges are 1."""
    encoded = PointBlock().encode(place, SIZE)

    assert encoded.dtype == torch.float32
    assert encoded.tolist() == list(target)
    assert PointBlock().decode(encoded, SIZE) == place


def test_a_photo_is_read_upright_and_a_large_jpeg_small(tmp_path: Path) -> None:
    """The size is that of the file's photo: it is what a point's pixels count in."""
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # on its side
    Image.new("RGB", (1600, 1200)).save(path, exif=exif)

    whole, size = ImageBlock().open(path)
    small, same_size = ImageBlock(target_px=260).open(path)

    assert whole.size == size == same_size == (1200, 1600)
    assert 260 < small.width < 1200


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """The message has the file."""
    text = tmp_path / "text.jpg"
    text.write_text("no photo")

    with pytest.raises(BadData, match=r"text.jpg: This file is not a photo"):
        ImageBlock().open(text)
    with pytest.raises(BadData, match=r"missing.jpg can't be read: No such file"):
        ImageBlock().open(tmp_path / "missing.jpg")
