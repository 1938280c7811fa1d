"""The whole in one call: photos -> answers, by one version of one model. Never imports torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model import decision, familiarity
from model.backbone import EMBEDDING, Backbone
from model.card import Card
from model.head import PRESENT, Head, Memory, check

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """One version, loaded: what it needs to answer from embeddings. Immutable and thread safe.

    `forced`: it is single-label, so it names one class in every photo and never says none.
    """

    model: str
    version: str
    classes: tuple[str, ...]
    head: Head
    neighbours: Floats  # (N, D), unit directions of the photos that show a class
    present: NDArray[np.bool_]  # (N, C)
    forced: bool = False

    @classmethod
    def load(cls, folder: Path, card: Card) -> Self:
        """Load the version in a folder, whose card was read. Raises `BadVersion`."""
        head_file, memory_file = folder / "head.safetensors", folder / "memory.safetensors"
        head, memory = Head.load(head_file), Memory.load(memory_file)
        check(head, head_file, len(card.classes), EMBEDDING)
        check(memory, memory_file, len(card.classes), EMBEDDING)
        whole = cls.of(card.model, card.version, card.classes, head, memory, memory.trains)
        return replace(whole, forced=card.task == "single-label")

    @classmethod
    def of(
        cls,
        model: str,
        version: str,
        classes: tuple[str, ...],
        head: Head,
        memory: Memory,
        learned: NDArray[np.bool_],
    ) -> Self:
        """A classifier from its parts; `learned` (N,) marks the rows of `memory` that train."""
        known = learned & (memory.state == PRESENT).any(axis=1)
        neighbours = familiarity.direction(memory.embedding[known].astype(np.float32))
        return cls(model, version, classes, head, neighbours, memory.state[known] == PRESENT)

    def answers(self, embedding: Floats) -> list[decision.Answer]:
        """Embeddings (N, D) -> an answer each."""
        if self.forced:
            return [decision.forced(self.classes, row) for row in self.head.twin_scores(embedding)]
        pairs = zip(self.head.scores(embedding), self.similarity(embedding), strict=True)
        return [decision.answer(self.classes, *pair, self.head.rule) for pair in pairs]

    def twins(self, embedding: Floats) -> list[decision.Twin]:
        """Embeddings (N, D) -> the single-label twin's forced choice each."""
        return [decision.twin(self.classes, row) for row in self.head.twin_scores(embedding)]

    def similarity(self, embedding: Floats) -> Floats:
        """Embeddings (N, D) -> (N, C, 2): cosine to the nearest photos and to the class mean."""
        to_photos = familiarity.direction(embedding) @ self.neighbours.T
        nearest = familiarity.nearest(to_photos, self.present)
        mean = familiarity.log_direction(embedding) @ self.head.class_mean.T
        return np.stack([nearest, mean], axis=-1)


def embed(backbone: Backbone, photos: Sequence[NDArray[np.uint8]]) -> Floats:
    """Pixels of photos, each (3, S, S), -> embeddings (N, D) as they are stored."""
    return stored(backbone.embed(np.stack(photos)))


def stored(embedding: Floats) -> Floats:
    """Embeddings (N, D) as they come back from where they are stored: float16 values.

    Answers are given from these, so that a photo is answered alike from its pixels and from its
    stored embedding.
    """
    return embedding.astype(np.float16).astype(np.float32)
