"""What a version of a model, whether it answers now or not, says of photos that were seen before.

From the embeddings that were kept: no photo is decoded, and no backbone is loaded.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from model.classifier import Classifier
from model.decision import Answer
from model.registry import Registry

Vectors = Mapping[str, bytes]
"""A photo's embeddings, little-endian float16, by the key of the backbone."""


def replay(
    registry: Registry, model: str, version: str, photos: Sequence[Vectors]
) -> list[Answer | None]:
    """An answer to each photo; None where no embedding of the version's backbone was kept.

    Raises `BadVersion` for a version that is damaged, or finds a point.
    """
    card = registry.card(model, version)
    classifier = Classifier.load(registry.path(model, version), card)
    backbone = card.backbone.sha256[:16]
    vectors = [of_backbone(photo, backbone) for photo in photos]
    known = [vector for vector in vectors if vector is not None]
    if not known:
        return [None] * len(photos)
    embedding = np.stack([np.frombuffer(vector, "<f2").astype(np.float32) for vector in known])
    answers = iter(classifier.answers(embedding))
    return [None if vector is None else next(answers) for vector in vectors]


def of_backbone(photo: Vectors, sha256: str) -> bytes | None:
    """The embedding by the file whose SHA-256 begins so: a key begins with it."""
    return next((vector for key, vector in photo.items() if key.startswith(sha256)), None)
