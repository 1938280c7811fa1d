"""The backbone in 8-bit integers: smaller, faster, and nearly the same embeddings.

Static quantisation as ONNX Runtime does it: photos are run through the float network, the range of
each layer's values is noted, and each convolution becomes one in integers, its weights scaled per
channel (Jacob et al., 2018, https://arxiv.org/abs/1712.05877). Activations are unsigned and weights
signed, which is what the VNNI instructions of x86 processors multiply. Weights have 7 bits: with 8,
sums of two products saturate on older x86 processors, and the same photo would get another
embedding there (docs/experiments.md).

Embeddings of the two files are never mixed: `Backbone.key` has the precision.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.tools.onnx_model_utils import make_dim_param_fixed

from model.backbone import PRECISION, Backbone, normalize
from model.errors import BadData
from model.familiarity import direction
from model.head import TRAIN
from model.image import pixels
from train.bench.turns import medians
from train.events import Events
from train.photos import read_photos

PHOTOS = 150
"""Photos that calibrate. Twice as many give the same cosines (docs/experiments.md)."""
MIN_PHOTOS = 20
"""With fewer the ranges are luck."""
CHECKED = 100
"""Photos kept for validation or testing whose embeddings are compared, at most."""
FLOAT_CONVOLUTIONS = 3
"""The first convolutions stay in float32: the stem sees the raw colours and its depthwise
follower a few wide-ranging channels, so they lose most and take little time."""

TIMED, TURNS = 16, 7
"""Photos a turn, and turns, of the measurement of speed."""
THREADS = (1, 2)

Pixels = NDArray[np.uint8]  # (3, S, S)


@dataclass(frozen=True, slots=True)
class Loss:
    """What int8 costs and saves: cosines of its embeddings to the float ones, over photos that did
    not calibrate; sizes in MB and ms a photo by number of threads, each as (int8, float)."""

    calibrated: int
    checked: int
    median_cosine: float
    least_cosine: float
    size_mb: tuple[float, float]
    ms: dict[int, tuple[float, float]]

    def told(self) -> str:
        """In a sentence."""
        paces = ", ".join(
            f"{mine:.1f} against {floats:.1f} ms a photo (threads: {threads})"
            for threads, (mine, floats) in self.ms.items()
        )
        return (
            f"{self.size_mb[0]:.1f} against {self.size_mb[1]:.1f} MB, {paces}; "
            f"cosine to the float embeddings {self.median_cosine:.4f} (median), "
            f"{self.least_cosine:.4f} (least) over {self.checked} photos; "
            f"calibrated on {self.calibrated} others"
        )


def convert_int8(
    original: Path,
    path: Path,
    sources: Sequence[str],
    *,
    cache: Path,
    events: Events,
    sep: str,
) -> Loss:
    """Write `original` to `path` in int8, calibrated on the training photos of `sources`.

    Which photos train is told as `train/fit.py` does, so that no held-out photo calibrates.
    Raises `BadData` if there are too few photos.
    """
    backbone = Backbone(original)
    training, held_out = sides(sources, cache, events, sep)
    if len(training) < MIN_PHOTOS or not held_out:
        raise BadData(
            f"To calibrate int8 I need at least {MIN_PHOTOS} photos that train and one that is "
            f"held out; these are {len(training)} and {len(held_out)}. Name more with --data."
        )
    events.step("calibrate")
    calibrating = spread(training, PHOTOS)
    quantize(original, path, (pixels(each.read_bytes(), backbone.size_px) for each in calibrating))
    checked = spread(held_out, CHECKED)
    photos = np.stack([pixels(each.read_bytes(), backbone.size_px) for each in checked])
    cosines = _cosines(backbone.embed(photos), Backbone(path).embed(photos))
    return Loss(
        calibrated=len(calibrating),
        checked=len(checked),
        median_cosine=float(np.median(cosines)),
        least_cosine=float(cosines.min()),
        size_mb=(path.stat().st_size / 1e6, original.stat().st_size / 1e6),
        ms={threads: _ms(path, original, photos[:TIMED], threads) for threads in THREADS},
    )


def quantize(original: Path, path: Path, photos: Iterator[Pixels]) -> None:
    """Write the ONNX file `original` to `path` in int8, calibrated on `photos`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fixed, integers = Path(folder, "fixed.onnx"), Path(folder, "int8.onnx")
        _fix_paddings(original, fixed)
        quantize_static(
            fixed,
            integers,
            _Calibration(photos),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # the 7 bits
            calibrate_method=CalibrationMethod.MinMax,
            # The mean of the photos' ranges: one odd photo doesn't widen the scale of all others.
            extra_options={"CalibMovingAverage": True},
            nodes_to_exclude=_convolutions(fixed)[:FLOAT_CONVOLUTIONS],
        )
        model = onnx.load_model(integers)
    _any_batch(model.graph)
    onnx.helper.set_model_props(model, {PRECISION: "int8"})
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def spread(items: Sequence[Path], count: int) -> list[Path]:
    """At most `count` of the items, evenly spread over them."""
    places = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[place] for place in places]


def sides(
    sources: Sequence[str], cache: Path, events: Events, sep: str
) -> tuple[list[Path], list[Path]]:
    """The sources' photos that train, and those held out."""
    photos = read_photos(
        sources, model="", sep=sep, backbone=Backbone(), cache=cache, report=events.step("embed")
    )
    pairs = list(zip(photos.frame["photo"], photos.sides() == TRAIN, strict=True))
    training = [photo for photo, trains in pairs if photo is not None and trains]
    return training, [photo for photo, trains in pairs if photo is not None and not trains]


def _fix_paddings(original: Path, path: Path) -> None:
    """The same network for one photo at a time: then all paddings are known and become part of the
    convolutions, which otherwise would stay in float between them."""
    model = onnx.load_model(original)
    make_dim_param_fixed(model.graph, "batch", 1)
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")  # what torch's exporter guessed can be wrong
    quant_pre_process(model, path, skip_symbolic_shape=True)


def _convolutions(path: Path) -> list[str]:
    return [node.name for node in onnx.load_model(path).graph.node if node.op_type == "Conv"]


def _any_batch(graph: onnx.GraphProto) -> None:
    """Take the fixed batch back from what the file says of itself: no node depends on it."""
    del graph.value_info[:]
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"


def _ms(path: Path, original: Path, photos: Pixels, threads: int) -> tuple[float, float]:
    """Milliseconds a photo by both files' sessions with so many threads, measured in turns."""
    ways = {str(each): partial(Backbone(each, threads).embed, photos) for each in (path, original)}
    mine, floats = medians(ways, TURNS).values()
    return mine * 1e3 / len(photos), floats * 1e3 / len(photos)


def _cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((direction(one) * direction(other)).sum(axis=1))


class _Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime is untyped
    """Photos as ONNX Runtime's calibration asks for them: one after another, then None."""

    def __init__(self, photos: Iterator[Pixels]) -> None:
        self._photos = photos

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next photo as the network's input (1, 3, S, S)."""
        photo = next(self._photos, None)
        return None if photo is None else {"pixels": normalize(photo[None])}
