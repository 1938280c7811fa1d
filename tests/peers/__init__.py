"""Independent programs that ours is held against, in environments of their own: `make peers`."""

from pathlib import Path

import pytest

ENVIRONMENTS = Path(__file__).resolve().parents[2] / ".venv-peers"


def environment(name: str) -> Path:
    """The folder of a peer's programs; the test is skipped where it is not set up."""
    folder = ENVIRONMENTS / name
    if not (folder / ".ready").exists():
        pytest.skip(f"no independent peer {name}: make peers sets it up")
    return folder / "bin"
