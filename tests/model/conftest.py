"""What the model's tests share: the real backbone, and the shared photos where they are there."""

from pathlib import Path

import pytest

from model.backbone import Backbone
from model.head import Head, Memory
from model.registry import Registry
from tests.model import making

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


@pytest.fixture(scope="session")
def parts(backbone: Backbone) -> tuple[Head, Memory]:
    """A small model that tells shapes, see tests/model/making.py."""
    return making.make(backbone)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """An empty registry, without the versions that are shipped."""
    return Registry(tmp_path / "registry", shipped=tmp_path / "shipped")
