"""`model/classifier.py`: photos -> answers, by one version."""

from dataclasses import replace

import numpy as np
import pytest

from model import image
from model.backbone import Backbone
from model.card import read_card
from model.classifier import Classifier, embed
from model.errors import BadVersion
from model.head import TEST, Head, Memory
from model.registry import Registry
from tests import photos
from tests.model import making

Parts = tuple[Head, Memory]
UNSEEN = 100  # from here on seeds that the model did not learn from


@pytest.fixture
def classifier(parts: Parts) -> Classifier:
    head, memory = parts
    return Classifier.of("shapes", "1", making.CLASSES, head, memory, memory.learned)


@pytest.mark.parametrize("name", making.CLASSES)
def test_it_names_what_is_in_the_photo(
    classifier: Classifier, backbone: Backbone, name: str
) -> None:
    """Most photos that it never saw are named or asked about, and none as something else."""
    scenes = [making.shape(name, seed) for seed in range(UNSEEN, UNSEEN + 8)]
    answers = classifier.answers(making.embeddings(backbone, scenes))
    seen = [answer.labels + answer.unsure for answer in answers]
    assert seen.count((name,)) >= 6
    assert set(seen) <= {(name,), ()}


def test_of_no_class_it_says_none_and_the_twin_names_one(
    classifier: Classifier, backbone: Backbone
) -> None:
    """A forced choice always names a class; this model can say that it sees none."""
    scenes = [making.shape("nothing", seed) for seed in range(UNSEEN, UNSEEN + 8)]
    embeddings = making.embeddings(backbone, scenes)
    assert sum(answer.none for answer in classifier.answers(embeddings)) >= 6
    assert all(twin.label in making.CLASSES for twin in classifier.twins(embeddings))


def test_a_stored_embedding_gives_the_same_answer(
    classifier: Classifier, backbone: Backbone
) -> None:
    """What is kept of a photo answers later exactly as its pixels did."""
    pixels = image.pixels(photos.encode(making.shape("disc", UNSEEN), "JPEG"), backbone.size_px)
    embedding = embed(backbone, [pixels])
    stored = embedding.astype("<f2").tobytes()
    again = np.frombuffer(stored, "<f2").astype(np.float32)[None]
    assert classifier.answers(again) == classifier.answers(embedding)
    assert classifier.twins(again) == classifier.twins(embedding)


def test_photos_of_the_test_split_are_no_neighbours(parts: Parts) -> None:
    """What a version did not learn from makes nothing familiar."""
    head, memory = parts
    split = np.array(memory.split)
    split[: making.PHOTOS_OF_EACH] = TEST
    held_out = Memory(memory.embedding, memory.state, memory.weight, split, memory.photo_sha256)
    classifier = Classifier.of("shapes", "1", making.CLASSES, head, held_out, held_out.learned)
    assert classifier.present.sum(axis=0).tolist() == [0, 8, 8]
    assert len(classifier.neighbours) == 16


@pytest.mark.parametrize(
    ("part", "name", "shape"),
    [
        ("head", "weight", (2, 1280)),
        ("head", "class_mean", (3, 64)),
        ("head", "bias", (3, 1)),
        ("head", "threshold", ()),
        ("head", "gate_unsure", (3, 3)),
        ("memory", "embedding", (5, 1280)),
        ("memory", "state", (24, 4)),
        ("memory", "photo_sha256", (24, 20)),
    ],
)
def test_arrays_that_do_not_fit_the_card_are_refused(
    registry: Registry,
    backbone: Backbone,
    parts: Parts,
    part: str,
    name: str,
    shape: tuple[int, ...],
) -> None:
    """The checksums are right, the sizes are not: a sentence, before anybody is answered."""
    head, memory = parts
    if part == "head":
        head = replace(head, **{name: np.zeros(shape, np.float32)})
    else:
        memory = replace(memory, **{name: np.zeros(shape, getattr(memory, name).dtype)})
    folder = registry.path("shapes", making.register(registry, backbone, head, memory))
    with pytest.raises(BadVersion, match=f"{part}.safetensors: .* 3 classes want"):
        Classifier.load(folder, read_card(folder))


def test_a_version_is_loaded_from_its_folder(
    registry: Registry, backbone: Backbone, parts: Parts, classifier: Classifier
) -> None:
    """The loaded version answers as the one that was saved."""
    folder = registry.path("shapes", making.register(registry, backbone, *parts))
    loaded = Classifier.load(folder, read_card(folder))
    embeddings = making.embeddings(backbone, [making.shape("disc", UNSEEN)])
    assert (loaded.model, loaded.version, loaded.classes) == ("shapes", "1", making.CLASSES)
    assert loaded.answers(embeddings) == classifier.answers(embeddings)
