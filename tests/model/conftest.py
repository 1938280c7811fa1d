"""What the model's tests share: the real backbone, and the shared photos where they are there."""

from pathlib import Path

import pytest

from model.backbone import Backbone

ODD_PHOTOS = Path(__file__).parents[3] / "shared/data/odd-photos"


@pytest.fixture(scope="session")
def backbone() -> Backbone:
    """The backbone that is shipped, on one core."""
    return Backbone(threads=1)


@pytest.fixture
def odd_photos() -> list[Path]:
    """Image files that broke other software. They are no part of the project."""
    if not ODD_PHOTOS.is_dir():
        pytest.skip(f"{ODD_PHOTOS} is not there")
    return sorted(ODD_PHOTOS.iterdir())
