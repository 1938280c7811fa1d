"""`model/bulk.py`: many photos, in order, on every core."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model import bulk, image
from model.backbone import Backbone
from model.bulk import Outcome
from model.classifier import Classifier, embed
from model.decision import Answer, Twin
from model.errors import BadPhoto
from model.head import Head, Memory
from tests import photos
from tests.model import making

Parts = tuple[Head, Memory]


@pytest.fixture
def classifier(parts: Parts) -> Classifier:
    head, memory = parts
    return Classifier.of("shapes", "1", making.CLASSES, head, memory, memory.learned)


@pytest.fixture
def folder(tmp_path: Path) -> list[str]:
    """Thirty photos: every fifth is no photo, and the first takes long."""
    paths = [tmp_path / f"{number:02}.jpg" for number in range(30)]
    for number, path in enumerate(paths):
        path.write_bytes(photos.encode(making.shape("disc", number), "JPEG"))
    for path in paths[4::5]:
        path.write_text("no photo")
    paths[0].write_bytes(photos.encode(photos.noise(0, 3000, 2000), "PNG", compress_level=1))
    return [str(path) for path in paths]


def one_by_one(path: str, classifier: Classifier, backbone: Backbone) -> Answer:
    """The answer without any threads."""
    pixels = image.pixels(Path(path).read_bytes(), backbone.size_px)
    return classifier.answers(embed(backbone, [pixels]))[0]


@pytest.mark.parametrize("threads", [1, 3])
def test_answers_come_in_order(
    classifier: Classifier, backbone: Backbone, folder: list[str], threads: int
) -> None:
    """Each photo has its own answer, in its own place, and a bad one stops nothing."""
    outcomes = list(bulk.classify(folder, backbone, classifier.answers, threads))
    assert [outcome.photo for outcome in outcomes] == folder
    for number, outcome in enumerate(outcomes):
        if number % 5 == 4:
            assert isinstance(outcome.answer, BadPhoto)
        else:
            alone = one_by_one(outcome.photo, classifier, backbone)
            assert isinstance(outcome.answer, Answer)
            assert (outcome.answer.labels, outcome.answer.unsure) == (alone.labels, alone.unsure)
            assert outcome.answer.scores == pytest.approx(alone.scores, abs=1e-3)
        assert outcome.ms > 0


def test_one_photo_is_enough(classifier: Classifier, backbone: Backbone, folder: list[str]) -> None:
    """And none is none."""
    (outcome,) = bulk.classify(folder[1:2], backbone, classifier.twins)
    assert isinstance(outcome.answer, Twin)
    assert list(bulk.classify([], backbone, classifier.answers)) == []


def test_only_bad_photos_need_no_answers(backbone: Backbone, folder: list[str]) -> None:
    """The classifier is not asked then."""

    def fail(embedding: NDArray[np.float32]) -> list[Answer]:
        raise AssertionError(f"asked for {len(embedding)}")

    outcomes: list[Outcome] = list(bulk.classify(folder[4::5], backbone, fail))
    assert all(isinstance(outcome.answer, BadPhoto) for outcome in outcomes)


def test_it_does_not_run_far_ahead(tmp_path: Path, backbone: Backbone) -> None:
    """Whoever takes the answers slowly is waited for: memory is bounded however long the list."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(photos.jpeg())
    judged: list[int] = []

    def judge(embedding: NDArray[np.float32]) -> list[Twin]:
        judged.append(len(embedding))
        return [Twin("disc", {"disc": 1.0})] * len(embedding)

    outcomes = bulk.classify([str(path)] * 80, backbone, judge, threads=2)
    next(outcomes)
    assert sum(judged) <= (2 * bulk.AHEAD + 1) * bulk.CHUNK
    assert len(list(outcomes)) == 79
    assert sum(judged) == 80
