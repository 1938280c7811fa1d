"""Decoding photos, and from their files to embeddings.

The photos are made: clouds of all sizes with a camera's grain, as hard to decode as real ones.
"""

import io
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from model.backbone import Backbone, normalize
from model.image import pixels, squash, upright
from train.bench.speed import OURS, Speed, side_by_side
from train.bench.turns import medians
from train.convert import FeatureNet, published_network
from train.data.frame import Row, frame_of
from train.embed import BATCH, embed
from train.events import Report

CHAT, CAMERA = (1280, 960), (4000, 3000)
"""Sizes in px: what chats make of a photo, and what a phone takes."""
QUALITY = 87
GRAIN = 4.0
"""Standard deviation of the noise, in grey levels: it makes a file as long as a camera's."""
PHOTOS = 48
"""Files embedded in a turn."""
DECODED_IN_A_TURN = {CHAT: 8, CAMERA: 2}
TURNS = 5


def speeds(backbone: Backbone, report: Report) -> list[Speed]:
    """Milliseconds a photo to decode it, and from its file to its embedding."""
    found = [_decoding(size, backbone.size_px) for size in (CHAT, CAMERA)]
    report(1, 2)
    return [*found, _embedding(backbone)]


def photo(size: tuple[int, int], seed: int = 0) -> bytes:
    """A JPEG file of this size in px."""
    generator = np.random.default_rng(seed)
    clouds = np.zeros((size[1], size[0], 3), dtype=np.float32)
    for cells in (3, 9, 27, 81):
        coarse = generator.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
        cloud = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        clouds += np.asarray(cloud, dtype=np.float32) / 4
    clouds += generator.standard_normal((size[1], size[0], 1), dtype=np.float32) * GRAIN
    file = io.BytesIO()
    Image.fromarray(clouds.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _decoding(size: tuple[int, int], size_px: int) -> Speed:
    """With the JPEG decoder's own reduction (see `model/image.py`), and without."""
    data, count = photo(size), DECODED_IN_A_TURN[size]

    def reduced() -> None:
        for _ in range(count):
            pixels(data, size_px)

    def full() -> None:
        for _ in range(count):
            squash(upright(data), size_px)

    seconds = medians({OURS: reduced, "decoded at full size": full}, TURNS)
    ms = {name: each * 1e3 / count for name, each in seconds.items()}
    return side_by_side(f"decoding a JPEG of {size[0]} x {size[1]} px", "ms", ms)


def _embedding(backbone: Backbone) -> Speed:
    network = published_network()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.jpg") for number in range(PHOTOS)]
        for number, path in enumerate(paths):
            path.write_bytes(photo(CHAT, number))
        ways = {
            OURS: partial(_embed, paths, backbone),
            "a loop with eager torch": partial(_embed_in_a_loop, paths, network, backbone.size_px),
        }
        seconds = medians(ways, TURNS)
    ms = {name: each * 1e3 / PHOTOS for name, each in seconds.items()}
    note = f"{1e3 / ms[OURS]:.0f} photos a second; files of {CHAT[0]} x {CHAT[1]} px"
    return side_by_side("from file to embedding", "ms a photo", ms, note)


def _embed(paths: Sequence[Path], backbone: Backbone) -> None:
    """As training does it, nothing being cached."""
    frame = frame_of(Row(where=path.name, photo=path) for path in paths)
    with tempfile.TemporaryDirectory() as cache:
        embed(frame, backbone, Path(cache), lambda done, total: None)


def _embed_in_a_loop(paths: Sequence[Path], network: FeatureNet, size_px: int) -> None:
    """As a short script would: decode a batch at full size, run the network, go on."""
    for start in range(0, len(paths), BATCH):
        files = [path.read_bytes() for path in paths[start : start + BATCH]]
        batch = np.stack([squash(upright(data), size_px) for data in files])
        with torch.inference_mode():
            network(torch.from_numpy(normalize(batch)))
