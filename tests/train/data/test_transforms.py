"""`train/data/transforms.py`: points stay on their things; training sees serving's pixels."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import v2

from model import backbone, image
from tests.photos import noise
from train.data.blocks import PointBlock
from train.data.transforms import Augment, Transform, compose, crop_and_flip, normalize, squash

SIZE = (320, 240)


def dot(x: int, y: int) -> Image.Image:
    """A white disk around (x, y) on black."""
    rows, columns = np.ogrid[: SIZE[1], : SIZE[0]]
    disk = np.hypot(columns + 0.5 - x, rows + 0.5 - y) < 8  # pixels' middles
    return Image.fromarray(disk.astype(np.uint8) * 255).convert("RGB")


def moved(transform: Transform, x: int, y: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the disk is afterwards, and where the target says it is: px of the new photo."""
    block = PointBlock()
    target = block.on_canvas(block.encode((x, y), SIZE), SIZE)
    photo, point = transform(dot(x, y), target)
    bright = np.argwhere(np.asarray(photo)[:, :, 0] > 127)
    seen = bright.mean(axis=0)[::-1] + 0.5  # (y, x) of pixels' numbers -> (x, y) on the canvas
    return seen, np.array(block.decode(block.off_canvas(point), photo.size))


@pytest.mark.parametrize(
    "transform",
    [
        v2.RandomHorizontalFlip(1),
        v2.RandomVerticalFlip(1),
        squash(64),
        v2.CenterCrop(200),
        v2.RandomRotation((30, 30), v2.InterpolationMode.BILINEAR),
        v2.Pad(40),
    ],
    ids=lambda transform: type(transform).__name__,
)
def test_a_point_moves_with_the_photo(transform: Transform) -> None:
    """To less than a third of a pixel: mirroring, scaling, cropping, turning, padding."""
    seen, said = moved(transform, 200, 100)

    assert np.abs(seen - said).max() < 0.33


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31))
def test_a_point_moves_with_a_random_crop(seed: int) -> None:
    """Whatever part of the photo is taken, mirrored or not."""
    torch.manual_seed(seed)

    seen, said = moved(crop_and_flip(260, scale=(0.8, 1.0)), 160, 120)

    assert np.abs(seen - said).max() < 0.5


def test_a_mirrored_point_is_mirrored_exactly() -> None:
    """x becomes -x, as the photo's left edge becomes its right one."""
    block = PointBlock()
    target = block.encode((200, 100), SIZE)

    _, point = v2.RandomHorizontalFlip(1)(dot(200, 100), block.on_canvas(target, SIZE))

    assert torch.allclose(block.off_canvas(point), target * torch.tensor([-1, 1]), atol=1e-6)


def test_squashed_and_normalised_is_what_the_model_sees() -> None:
    """Bit for bit: training and serving see the same pixels."""
    photo = noise(0, 400, 300)

    pixels = v2.functional.to_image(squash(260)(photo))
    batch = normalize()(pixels[None])

    assert np.array_equal(batch.numpy(), backbone.normalize(image.squash(photo, 260)[None]))


def test_validation_is_not_augmented() -> None:
    """What `Augment` holds is left out where it is not training."""
    grey = Augment(v2.Grayscale(3))
    photo = noise(0)

    assert np.array_equal(compose([grey], training=False)(photo), photo)
    assert not np.array_equal(compose([grey], training=True)(photo), photo)
