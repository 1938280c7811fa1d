"""Sources -> photos with labels and embeddings; what can't be read is left out and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.backbone import Backbone
from train.data import read
from train.data.split import near_twins, split
from train.embed import embed
from train.events import Report


@dataclass(frozen=True, slots=True)
class Photos:
    """N photos that could be read, row by row. `problems` has a sentence for each of the others."""

    frame: pd.DataFrame  # N rows, see train/data/frame.py
    embedding: NDArray[np.float16]  # (N, D)
    photo_sha256: NDArray[np.uint8]  # (N, 32)
    problems: list[str]

    def __getitem__(self, rows: NDArray[np.bool_]) -> "Photos":
        """Those that `rows` (N,) marks."""
        return Photos(
            self.frame[rows].reset_index(drop=True),
            self.embedding[rows],
            self.photo_sha256[rows],
            self.problems,
        )

    @property
    def files(self) -> dict[bytes, Path]:
        """The photos whose files are there to be shown, by SHA-256 (32 bytes)."""
        pairs = zip(self.photo_sha256, self.frame["photo"], strict=True)
        return {sha256.tobytes(): photo for sha256, photo in pairs if photo is not None}

    def sides(self) -> NDArray[np.uint8]:
        """TRAIN, VALID or TEST a photo, near twins together: (N,), see `train.data.split`."""
        group = near_twins(self.embedding.astype(np.float32))
        return split(group, self.photo_sha256, self.frame["is_valid"].tolist())


def read_photos(
    sources: Sequence[str], *, model: str, sep: str, backbone: Backbone, cache: Path, report: Report
) -> Photos:
    """All photos of `sources`, embedded; the frame's column `source` says whose.

    Raises `BadData` for what is wrong with a source.
    """
    frames = [
        read(source, sep=sep, model=model, backbone_key=backbone.key).assign(source=source)
        for source in sources
    ]
    return embed_frame(pd.concat(frames, ignore_index=True), backbone, cache, report)


def embed_frame(frame: pd.DataFrame, backbone: Backbone, cache: Path, report: Report) -> Photos:
    """The photos of a frame, embedded; an embedding that its source gives is taken as it is."""
    embedded = embed(frame, backbone, cache, report)
    kept = embedded.kept
    return Photos(
        frame=frame[kept].reset_index(drop=True),
        embedding=embedded.embedding[kept],
        photo_sha256=embedded.photo_sha256[kept],
        problems=embedded.problems,
    )
