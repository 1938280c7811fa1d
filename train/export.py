"""A model as one self-contained ONNX file: pixels in; scores, familiarity and decisions out.

For programs in any language that have ONNX Runtime and nothing of this project. The file's metadata
say how to prepare a photo and what the columns mean. Shapes: N photos, C classes, D = 1280.

| input or output | type | shape | what |
|-----------------|---------|--------------|------------------------------------------------|
| `pixels`        | uint8   | (N, 3, S, S) | upright RGB photos, squashed to the square |
| `scores`        | float32 | (N, C)       | sigmoid of each class, before the gates |
| `twin_scores`   | float32 | (N, C)       | softmax of the single-label twin |
| `similarity`    | float32 | (N, C, 2)    | cosine to the nearest photos, and to the mean |
| `named`         | bool    | (N, C)       | classes in the photo; none asked or named: none |
| `asked`         | bool    | (N, C)       | classes that the model is unsure about |
"""

import json
import tempfile
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from onnx import compose
from torch import Tensor, nn

from model import classifier as answering
from model import decision
from model.backbone import Backbones
from model.classifier import Classifier
from model.decision import Rule
from model.errors import BadData
from model.familiarity import MEAN_ACTIVATION, NEIGHBOURS
from model.head import Head
from model.registry import Registry
from model.version import Version, load
from train.convert import OPSET

OUTPUTS = ("scores", "twin_scores", "similarity", "named", "asked")
BACKBONE = "backbone/"
"""Before the names of the backbone's part."""
CHECKED = 8
"""Pictures that the file and the classifier must agree on."""
TOLERANCE = 5e-3
"""Of scores and cosines. Embeddings are rounded to float16, and a last bit of their sums, which
another order of adding changes, may turn such a rounding."""
PREPROCESSING = (
    "Decode, turn upright by the EXIF orientation, convert to RGB (transparency on white), resize "
    "to S x S without keeping the aspect ratio (bicubic, antialiased), order as channels, rows, "
    "columns. The file does the rest."
)


class Normalize(nn.Module):
    """uint8 pixels -> float32 in [-1, 1], as `model.backbone.normalize`."""

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, 3, S, S) -> the same shape."""
        return (pixels.to(torch.float32) - 127.5) / 127.5


class Answers(nn.Module):
    """What `model.classifier.Classifier` computes, in torch: embedding (N, D) -> `OUTPUTS`."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        numbers = {each.name: getattr(classifier.head, each.name) for each in fields(Head)}
        self.head: Any = SimpleNamespace(  # Head's fields as tensors
            **{name: torch.from_numpy(values) for name, values in numbers.items()}
        )
        self.rule: Any = Rule(**{each.name: getattr(self.head, each.name) for each in fields(Rule)})
        self.neighbours = torch.from_numpy(classifier.neighbours)
        of_class = [np.flatnonzero(mine) for mine in classifier.present.T]
        self.of_class = [(torch.from_numpy(each), min(NEIGHBOURS, len(each))) for each in of_class]

    def forward(self, embedding: Tensor) -> tuple[Tensor, ...]:
        """The outputs in the order of `OUTPUTS`."""
        head = self.head
        embedding = embedding.to(torch.float16).to(torch.float32)  # as it is stored and answered
        features = (embedding - head.feature_mean) / head.feature_std
        scores = torch.sigmoid(features @ head.weight.T + head.bias)
        twin_scores = torch.softmax(features @ head.twin_weight.T + head.twin_bias, dim=1)
        similarity = torch.stack([self._nearest(embedding), self._mean(embedding)], dim=-1)
        decide: Any = decision.decide  # it takes tensors as well as arrays
        named, asked, _ = decide(scores, similarity, self.rule)
        return scores, twin_scores, similarity, named, asked

    def _nearest(self, embedding: Tensor) -> Tensor:
        """Mean cosine to each class's nearest photos, (N, C); 1 for a class without photos."""
        to_photos = nn.functional.normalize(embedding) @ self.neighbours.T
        columns = [
            to_photos[:, mine].topk(count).values.mean(dim=1)
            if count
            else torch.ones_like(to_photos[:, 0])
            for mine, count in self.of_class
        ]
        return torch.stack(columns, dim=1)

    def _mean(self, embedding: Tensor) -> Tensor:
        """Cosine to each class's mean direction, (N, C)."""
        logs = torch.log1p(embedding.clamp(min=0) * (10 / MEAN_ACTIVATION))
        cosines: Tensor = nn.functional.normalize(logs) @ self.head.class_mean.T
        return cosines


def export(model: str, path: Path, registry: Registry) -> str:
    """Write `model` (NAME or NAME@VERSION) to `path`, checked; returns its name and version.

    Raises `BadData`, and leaves `path` as it was, when the file and the classifier disagree;
    `BadVersion` for a version that is not there.
    """
    name, wanted = registry.named(model)
    if registry.card(name, wanted).task == "point":
        raise BadData(f"{name} is a point model; only models with classes can be exported as yet.")
    version = load(registry.path(name, wanted), Backbones())
    whole = assemble(version)
    check(whole, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(whole)
    unfinished.replace(path)
    return f"{name} {wanted}"


def assemble(version: Version) -> bytes:
    """The ONNX file of a version, not checked yet."""
    backbone = onnx.load_model(version.backbone.path)
    size_px, length = version.backbone.size_px, version.classifier.head.weight.shape[1]
    pixels = torch.zeros(1, 3, size_px, size_px, dtype=torch.uint8)
    before = _exported(Normalize(), pixels, ["pixels"], ["normalized"], backbone.ir_version)
    after = _exported(
        Answers(version.classifier),
        torch.zeros(1, length),
        ["embedding"],
        list(OUTPUTS),
        backbone.ir_version,
    )
    # Each part names its values from 0 on: prefixes keep them apart.
    backbone = compose.add_prefix(backbone, BACKBONE)
    after = compose.add_prefix(after, "answers/", rename_inputs=False, rename_outputs=False)
    seeing = compose.merge_models(before, backbone, [("normalized", BACKBONE + "pixels")])
    whole = compose.merge_models(
        seeing, after, [(BACKBONE + "embedding", "embedding")], outputs=list(OUTPUTS)
    )
    onnx.helper.set_model_props(whole, _metadata(version))
    onnx.checker.check_model(whole, full_check=True)
    data: bytes = whole.SerializeToString(deterministic=True)
    return data


def check(whole: bytes, version: Version) -> None:
    """Compare the file with the classifier on random pictures. Raises `BadData`."""
    pixels = _random_pictures(version.backbone.size_px)
    session = ort.InferenceSession(whole, providers=["CPUExecutionProvider"])
    said = dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"pixels": pixels}), strict=True))
    classifier = version.classifier
    embedding = answering.embed(version.backbone, list(pixels))
    expected = {
        "scores": classifier.head.scores(embedding),
        "twin_scores": classifier.head.twin_scores(embedding),
        "similarity": classifier.similarity(embedding),
    }
    named, asked, _ = decision.decide(said["scores"], said["similarity"], classifier.head.rule)
    off = max(float(np.abs(said[name] - values).max()) for name, values in expected.items())
    decided = np.array_equal(said["named"], named) and np.array_equal(said["asked"], asked)
    if off > TOLERANCE or not decided:
        raise BadData(
            f"The exported file doesn't say what {version.card.model} {version.card.version} says: "
            f"off by {off:.4f}, decisions {'alike' if decided else 'differ'}. Nothing was written."
        )


def _exported(
    network: nn.Module, example: Tensor, inputs: list[str], outputs: list[str], ir_version: int
) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "part.onnx")
        torch.onnx.export(
            network.eval(),
            (example,),
            path,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={name: {0: "batch"} for name in (*inputs, *outputs)},
            opset_version=OPSET,
            dynamo=False,  # the other exporter needs onnxscript and gains nothing here
        )
        exported = onnx.load_model(path)
    exported.ir_version = ir_version
    return exported


def _metadata(version: Version) -> dict[str, str]:
    """What a program must know: all values are JSON, but `preprocessing`, which is a sentence."""
    rule = version.classifier.head.rule
    size_px = version.backbone.size_px
    facts: dict[str, Any] = {
        "classes": version.card.classes,
        "size_px": size_px,
        **{each.name: getattr(rule, each.name).tolist() for each in fields(Rule)},
        "card": version.card.model_dump(mode="json", by_alias=True),
    }
    told = {name: json.dumps(value, ensure_ascii=False) for name, value in facts.items()}
    return {**told, "preprocessing": PREPROCESSING.replace("S x S", f"{size_px} x {size_px}")}


def _random_pictures(size_px: int) -> NDArray[np.uint8]:
    """Coarse and fine noise: (CHECKED, 3, S, S)."""
    generator = np.random.default_rng(0)
    pictures = []
    for number in range(CHECKED):
        cells = 2 + number * number
        coarse = generator.integers(0, 256, (3, cells, cells), dtype=np.uint8)
        repeat = -(-size_px // cells)
        pictures.append(coarse.repeat(repeat, 1).repeat(repeat, 2)[:, :size_px, :size_px])
    return np.stack(pictures)
