"""The bare loop: photos are decoded and go through the ONNX session, and nothing else is done."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from model import image
from model.backbone import Backbone


def in_batches(backbone: Backbone, photos: Sequence[bytes], size: int) -> None:
    """One photo after another, so many of them in one run of the session."""
    for at in range(0, len(photos), size):
        batch = [image.pixels(photo, backbone.size_px) for photo in photos[at : at + size]]
        backbone.embed(np.stack(batch))


def in_threads(backbone: Backbone, photos: Sequence[bytes], threads: int) -> None:
    """Threads that take a photo at a time."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda photo: in_batches(backbone, [photo], 1), photos))
