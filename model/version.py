"""A version, loaded: its backbone, and what answers from what the backbone sees."""

from dataclasses import dataclass
from pathlib import Path

from model import point
from model.backbone import Backbone, Backbones
from model.card import Card, read_card
from model.classifier import Classifier
from model.errors import BadVersion
from model.point import PointHead


@dataclass(frozen=True, slots=True)
class Version:
    """All that one version needs to answer. Immutable and thread safe.

    `part` is what its card's task wants: one of `classifier` and `point_head`.
    """

    card: Card
    backbone: Backbone
    part: Classifier | PointHead

    @property
    def classifier(self) -> Classifier:
        """What answers with classes. Raises `BadVersion` if this version finds a point."""
        if isinstance(self.part, PointHead):
            raise BadVersion(
                f"{self.card.model} finds a point in a photo and knows no classes: "
                "choose another model for that."
            )
        return self.part

    @property
    def point_head(self) -> PointHead:
        """What answers with a point. Raises `BadVersion` if this version names classes."""
        if isinstance(self.part, Classifier):
            raise BadVersion(f"{self.card.model} names classes and finds no point.")
        return self.part

    @property
    def finds_point(self) -> bool:
        """Whether it answers with a point instead of classes."""
        return isinstance(self.part, PointHead)


def load(folder: Path, backbones: Backbones) -> Version:
    """The version in a folder. Raises `BadVersion` if it is damaged or its backbone is missing."""
    card = read_card(folder)
    backbone = backbones.of(folder, card.backbone)
    if card.task == "point":
        return Version(card, backbone, PointHead.load(folder / point.FILE))
    return Version(card, backbone, Classifier.load(folder, card))
