"""A checkout for each test of the set-up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout that is not set up."""
    root = tmp_path / "checkout"
    root.mkdir()
    checkout = Checkout(root)
    yield checkout
    checkout.close()
