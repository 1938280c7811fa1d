"""A version loaded with the backbone that it was learned on, shared or its own."""

import shutil
from pathlib import Path

import pytest

from model.backbone import SHIPPED_BACKBONE, Backbone, Backbones
from model.card import Card
from model.errors import BadVersion
from model.head import Head, Memory
from model.registry import Registry
from model.version import load
from tests.model import making

Parts = tuple[Head, Memory]


def test_versions_share_the_shipped_backbone(
    registry: Registry, backbone: Backbone, parts: Parts
) -> None:
    """One session answers for all versions that were learned on the same file."""
    names = [making.register(registry, backbone, *parts) for _ in range(2)]
    backbones = Backbones(threads=1)
    first, second = (load(registry.path(making.MODEL, name), backbones) for name in names)
    assert first.backbone is second.backbone
    assert [each.card.version for each in (first, second)] == ["1", "2"]


def test_a_version_may_bring_a_backbone_of_its_own(
    registry: Registry, backbone: Backbone, parts: Parts
) -> None:
    """The file beside its head is taken, not the one that is shipped."""

    def fill(folder: Path, version: str) -> Card:
        for part, name in zip(parts, ("head", "memory"), strict=True):
            part.save(folder / f"{name}.safetensors")
        shutil.copy(SHIPPED_BACKBONE, folder / "backbone.onnx")
        card = making.card(version, backbone)
        own = card.backbone.model_copy(update={"file": "backbone.onnx"})
        return card.model_copy(update={"backbone": own})

    folder = registry.path(making.MODEL, registry.add(making.MODEL, fill))
    assert load(folder, Backbones(threads=1)).backbone.sha256 == backbone.sha256
    (folder / "backbone.onnx").write_bytes(b"cut off")
    with pytest.raises(BadVersion, match="checksum"):
        load(folder, Backbones(threads=1))


def test_a_version_of_another_backbone_is_refused(registry: Registry) -> None:
    """Embeddings of two backbones can't be compared."""
    version = registry.add(making.MODEL, lambda folder, version: making.card(version))
    with pytest.raises(BadVersion, match="another backbone"):
        load(registry.path(making.MODEL, version), Backbones(threads=1))
