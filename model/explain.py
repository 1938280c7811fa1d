"""Which part of a photo spoke for or against a class: a class activation map.

The backbone's last step takes the mean over the places of its feature map, and the head is linear,
so the logit of a class is a sum over the places: the bias and what each place adds. Nothing is
estimated; added up again the parts give the logit that the score is made of (Zhou et al., 2016,
https://arxiv.org/abs/1512.04150). What a place sees reaches far beyond its own square, though.

Shapes: C classes, D = 1280, a map of H x W places.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.classifier import Classifier
from model.errors import BadVersion
from model.image import upright

Floats = NDArray[np.float32]

SIDE_PX = 800
"""The longer side of the drawn photo, at most."""
QUALITY = 88
FOR, AGAINST = (255, 140, 0), (0, 90, 255)
"""Orange and blue: told apart also by those who see no red and green."""
STRONGEST = 0.65
"""How much of the colour covers the place that speaks loudest."""


@dataclass(frozen=True, slots=True)
class Why:
    """The parts of one class's logit: what each place adds to `bias`, (H, W)."""

    bias: float
    places: Floats

    @property
    def logit(self) -> float:
        """The sum of all parts."""
        return self.bias + float(self.places.sum())

    @property
    def loudest(self) -> tuple[float, float]:
        """Where most is added (if the places add up to more than 0) or taken: the middle of that
        place, as shares of width and height from the top left."""
        said = self.places if self.places.sum() > 0 else -self.places
        row, column = np.unravel_index(int(said.argmax()), said.shape)
        height, width = said.shape
        return (int(column) + 0.5) / width, (int(row) + 0.5) / height


def why(classifier: Classifier, feature_map: Floats, name: str) -> Why:
    """The parts of the logit of a class that it knows, from a feature map (D, H, W).

    Raises `BadVersion` for a single-label version.
    """
    if classifier.forced:
        raise BadVersion(
            f"{classifier.model} names one class in every photo, whatever is in it: only what a "
            "multi-label model says can be explained by parts of the photo."
        )
    head, index = classifier.head, classifier.classes.index(name)
    count = feature_map[0].size
    weight = head.weight[index] / head.feature_std
    centred = feature_map - head.feature_mean[:, None, None]  # its mean is z-scored by the head
    places = np.tensordot(weight, centred, axes=1) / count
    return Why(float(head.bias[index]), np.asarray(places, dtype=np.float32))


def drawn(data: bytes, places: Floats) -> tuple[bytes, tuple[int, int]]:
    """Bytes of a photo -> a JPEG of it in grey, orange where `places` (H, W) speak for the class,
    blue where they speak against it; and its size in px. Raises `BadPhoto`."""
    photo = upright(data, SIDE_PX).convert("L").convert("RGB")  # on grey both colours are seen
    photo.thumbnail((SIDE_PX, SIDE_PX))
    loud = places / max(float(np.abs(places).max()), 1e-12)  # -1..1
    smooth = Image.fromarray(loud).resize(photo.size, Image.Resampling.BICUBIC)
    said = np.asarray(smooth).clip(-1, 1)[..., None]  # (height, width, 1)
    colour = np.where(said > 0, np.array(FOR), np.array(AGAINST))
    cover = np.abs(said) * STRONGEST
    mixed = np.asarray(photo) * (1 - cover) + colour * cover
    jpeg = io.BytesIO()
    Image.fromarray(mixed.round().astype(np.uint8)).save(jpeg, "JPEG", quality=QUALITY)
    return jpeg.getvalue(), photo.size
