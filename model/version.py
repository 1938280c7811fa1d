"""A version, loaded: its backbone, and what answers from what the backbone sees."""

from dataclasses import dataclass
from pathlib import Path

from model.backbone import Backbone, Backbones
from model.card import Card, read_card
from model.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Version:
    """All that one version needs to answer. Immutable and thread safe."""

    card: Card
    backbone: Backbone
    classifier: Classifier


def load(folder: Path, backbones: Backbones) -> Version:
    """The version in a folder. Raises `BadVersion` if it is damaged or its backbone is missing."""
    card = read_card(folder)
    return Version(card, backbones.of(folder, card.backbone), Classifier.load(folder, card))
