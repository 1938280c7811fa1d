"""`train/data/block.py`: from a table to batches, with the lesson's examples."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

from model import backbone
from model.errors import BadData
from model.head import ABSENT, PRESENT, UNKNOWN
from model.image import pixels
from tests.train.drawings import drawing
from train.data import read
from train.data.block import DataBlock
from train.data.blocks import CategoryBlock, ImageBlock, MultiCategoryBlock, PointBlock
from train.data.frame import Labels, labels_of
from train.data.transforms import crop_and_flip, normalize, squash

SIZE_PX = 64
TABLE = [
    ("0.jpg", "flag", False),
    ("1.jpg", "flag wheel", False),
    ("2.jpg", "", False),
    ("3.jpg", "wheel", False),
    ("4.jpg", "flag", False),
    ("5.jpg", "wheel", True),
    ("6.jpg", "", True),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven drawings and the lesson's table of them."""
    folder = tmp_path_factory.mktemp("lesson")
    for number, (name, labels, _) in enumerate(TABLE):
        drawing((labels.split() or ["none"])[0], number).save(folder / name)
    pd.DataFrame(TABLE, columns=["fname", "labels", "is_valid"]).to_csv(
        folder / "labels.csv", index=False
    )
    return folder


@pytest.fixture
def frame(folder: Path) -> pd.DataFrame:
    """The table as pandas reads it, whatever its columns."""
    return pd.read_csv(folder / "labels.csv", keep_default_na=False)


@pytest.fixture
def block(folder: Path) -> DataBlock:
    """The lesson's, for several labels a photo."""
    return DataBlock(
        blocks=(ImageBlock(), MultiCategoryBlock()),
        get_x=lambda row: folder / row.fname,
        get_y=lambda row: row.labels.split(),
        splitter=lambda frame: frame["is_valid"],
        item_tfms=[crop_and_flip(SIZE_PX), squash(SIZE_PX)],
        batch_tfms=[normalize()],
    )


def point_block(*batch_tfms: v2.Transform) -> DataBlock:
    return DataBlock(
        blocks=(ImageBlock(), PointBlock()),
        get_x=lambda row: row.photo,
        get_y=lambda row: row.point,
        splitter=lambda frame: frame["person"] == 2,
        item_tfms=[squash(SIZE_PX)],
        batch_tfms=batch_tfms,
    )


def test_a_table_becomes_photos_and_states(block: DataBlock, frame: pd.DataFrame) -> None:
    """Two parts, indexable: a Pillow image of the photo's own size, and its row of states."""
    datasets = block.datasets(frame)

    image, states = datasets.train[1]

    assert (len(datasets.train), len(datasets.valid)) == (5, 2)
    assert image.size == (320, 240)
    assert states.tolist() == [PRESENT, PRESENT]
    assert datasets.valid[1][1].tolist() == [ABSENT, ABSENT]


def test_a_sample_can_be_decoded(block: DataBlock, frame: pd.DataFrame) -> None:
    """Back to what the table says, from a dataset and from a batch."""
    loaders = block.dataloaders(frame, batch_size=2)

    image, labels = loaders.datasets.decode(*loaders.datasets.valid[0])
    images, states = next(iter(loaders.valid))
    seen, same_labels = loaders.datasets.decode(images[0], states[0])

    assert labels == same_labels == Labels(frozenset({"wheel"}), frozenset({"flag"}), frozenset())
    assert np.array_equal(seen, image.resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC))


def test_batches_have_all_photos(block: DataBlock, frame: pd.DataFrame) -> None:
    """Floats in [-1, 1] and states, the last batch smaller."""
    loaders = block.dataloaders(frame, batch_size=2)

    shapes = [(tuple(images.shape), tuple(states.shape)) for images, states in loaders.train]

    assert shapes == [((n, 3, SIZE_PX, SIZE_PX), (n, 2)) for n in (2, 2, 1)]
    assert len(loaders.train) == 3
    images, states = next(iter(loaders.train))
    assert (images.dtype, states.dtype) == (torch.float32, torch.int8)
    assert type(images) is type(states) is torch.Tensor
    assert -1 <= images.min() < images.max() <= 1


def test_validation_sees_what_the_model_will_see(
    block: DataBlock, frame: pd.DataFrame, folder: Path
) -> None:
    """In the table's order, the whole photo, as `model` makes it of the file: bit for bit."""
    block = replace(block, blocks=(ImageBlock(target_px=SIZE_PX), MultiCategoryBlock()))

    images, _ = next(iter(block.dataloaders(frame).valid))

    served = [pixels((folder / name).read_bytes(), SIZE_PX) for name in ("5.jpg", "6.jpg")]
    assert np.array_equal(images.numpy(), backbone.normalize(np.stack(served)))


def test_the_seed_decides_order_and_augmentation(block: DataBlock, frame: pd.DataFrame) -> None:
    """The same seed gives the same batches, whoever else draws; epochs and seeds differ."""

    def photos(seed: int, epoch: int) -> torch.Tensor:
        loader = block.dataloaders(frame, seed=seed).train
        loader.epoch = epoch
        torch.rand(epoch + 1)  # something else that draws random numbers
        return next(iter(loader))[0]

    first = photos(0, 0)

    assert torch.equal(first, photos(0, 0))
    assert not torch.equal(first, photos(1, 0))
    assert not torch.equal(first, photos(0, 1))


def test_a_run_goes_on_where_it_stopped(block: DataBlock, frame: pd.DataFrame) -> None:
    """An epoch's batches do not depend on whether the epochs before were gone through."""
    whole, resumed = (block.dataloaders(frame, batch_size=2).train for _ in range(2))

    epochs = [[images for images, _ in whole] for _ in range(3)]
    resumed.epoch = 2

    assert all(torch.equal(one, other) for one, (other, _) in zip(epochs[2], resumed, strict=True))
    assert whole.epoch == resumed.epoch == 3


def test_loading_leaves_the_random_numbers_of_others_alone(
    block: DataBlock, frame: pd.DataFrame
) -> None:
    """Dropout draws the same, whatever was augmented before."""
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)

    list(block.dataloaders(frame).train)

    assert torch.equal(torch.rand(1), expected)


def test_the_projects_own_frames_fit(folder: Path) -> None:
    """A source's frame, with what it says to be unknown."""
    table = folder / "partial.csv"
    table.write_text("fname,labels,unknown,is_valid\n0.jpg,flag,wheel,\n3.jpg,wheel,,\n5.jpg,,,1\n")
    block = DataBlock(
        blocks=(ImageBlock(), MultiCategoryBlock()),
        get_x=lambda row: row.photo,
        get_y=labels_of,
        splitter=lambda frame: frame["is_valid"],
    )

    datasets = block.datasets(read(f"csv:{table}"))

    assert [states.tolist() for _, states in datasets.train] == [[PRESENT, UNKNOWN], [0, PRESENT]]


def test_one_class_a_photo(folder: Path, frame: pd.DataFrame) -> None:
    """Category blocks give what `CrossEntropyLoss` takes."""
    block = DataBlock(
        blocks=(ImageBlock(), CategoryBlock()),
        get_x=lambda row: folder / row.fname,
        get_y=lambda row: row.labels or "neither",
        splitter=lambda frame: frame["is_valid"],
        item_tfms=[squash(SIZE_PX)],
    )

    images, indices = next(iter(block.dataloaders(frame).valid))

    assert (images.dtype, indices.dtype, indices.tolist()) == (torch.uint8, torch.int64, [3, 2])


def test_points_go_through_every_transform(folder: Path) -> None:
    """Also through those of a batch; the whole of person 2 is kept for validation."""
    rows = [(folder / name, (80.0, 60.0), person) for name, person in (("0.jpg", 1), ("1.jpg", 2))]
    people = pd.DataFrame(rows, columns=["photo", "point", "person"])

    plain = point_block().dataloaders(people)
    mirrored = point_block(v2.RandomHorizontalFlip(1), normalize()).dataloaders(people)

    assert plain.datasets.train[0][1].tolist() == [-0.5, -0.5]
    assert next(iter(plain.valid))[1].tolist() == [[-0.5, -0.5]]
    assert torch.allclose(next(iter(mirrored.valid))[1], torch.tensor([[0.5, -0.5]]))


def test_a_batch_can_be_shown(block: DataBlock, frame: pd.DataFrame, tmp_path: Path) -> None:
    """A picture file of what comes next, which is then not skipped."""
    loaders = block.dataloaders(frame)

    loaders.show_batch(tmp_path / "batch.png", count=4)

    with Image.open(tmp_path / "batch.png") as picture:
        assert picture.width > 2 * SIZE_PX
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 100
    assert loaders.train.epoch == 0


def test_every_step_can_be_seen(block: DataBlock, frame: pd.DataFrame) -> None:
    """One photo from the file's name to the batch, with type and shape."""
    lines = block.summary(frame).splitlines()

    assert [line.split("  ")[0] for line in lines[:2]] == ["get_x", "get_y"]
    assert "RGB image, 320 x 240 px" in lines[2]
    assert "int8 (2,)" in lines[3]
    assert f"float32 (1, 3, {SIZE_PX}, {SIZE_PX})" in lines[4]
    assert "int8 (1, 2)" in lines[5]


@pytest.mark.parametrize("share", [True, False])
def test_a_splitter_that_does_not_split_is_told(
    block: DataBlock, frame: pd.DataFrame, share: bool
) -> None:
    """Both parts need photos."""
    frame["is_valid"] = share

    with pytest.raises(BadData, match=r"keeps \d of 7 photos for validation"):
        block.datasets(frame)


def test_photos_of_many_sizes_need_a_last_step(
    block: DataBlock, frame: pd.DataFrame, folder: Path, tmp_path: Path
) -> None:
    """The message says which."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    Image.new("RGB", (20, 10)).save(tmp_path / "5.jpg")
    block = replace(block, get_x=lambda row: tmp_path / row.fname, item_tfms=[])

    with pytest.raises(ValueError, match=r"differ in size .* squash"):
        list(block.dataloaders(frame).valid)
