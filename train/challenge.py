"""A version's words on many embeddings; the trial of challenger against champion. Pure."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import decision
from model.classifier import Classifier
from train.compare import FEW_JURORS, Pair, Verdict, judge
from train.evaluate import Judged, exact
from train.examples import Examples, folds
from train.learner import learn
from train.margin import margin
from train.platt import Platt

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]

FOLDS = 5


def judged(
    classifier: Classifier,
    embedding: NDArray[np.floating[Any]],
    classes: tuple[str, ...],
    platt: Platt | None = None,
) -> Judged:
    """What a version says of embeddings (N, D), its columns in the order of `classes`.

    A class that the version doesn't know is never named. `platt`, what its head was calibrated
    with, gives the scores before that too.
    """
    embedding = embedding.astype(np.float32)
    scores = classifier.head.scores(embedding)
    similarity = classifier.similarity(embedding)
    named, asked, _ = decision.decide(scores, similarity, classifier.head.rule)
    have = classifier.classes
    return Judged(
        scores=_columns(scores, have, classes),
        named=_columns(named, have, classes),
        asked=_columns(asked, have, classes),
        twin=_columns(classifier.head.twin_scores(embedding), have, classes).argmax(axis=1),
        margin=margin(scores, similarity, classifier.head.rule),
        uncalibrated=_columns(platt.undone(scores), have, classes) if platt else None,
    )


def _columns(values: NDArray[Any], have: tuple[str, ...], want: tuple[str, ...]) -> NDArray[Any]:
    """Columns by class name: (N, have) -> (N, want), zero where there is none."""
    columns = np.zeros((len(values), len(want)), dtype=values.dtype)
    for index, name in enumerate(want):
        if name in have:
            columns[:, index] = values[:, have.index(name)]
    return columns


def trial(
    champion: Classifier,
    champion_learned: Bools,
    challenger: Classifier,
    examples: Examples,
    progress: Progress,
    alpha: float,
) -> Verdict:
    """The gate: exact answers of both on photos with people's words and on the base's test photos.

    `champion_learned` (M,) marks photos that the champion learned: they can't judge it fairly.
    With too few photos kept aside, all that are fair judge, by cross-validation.
    """
    fair = examples.new & ~champion_learned
    jury = fair & examples.jury
    kept_aside = int(jury.sum()) >= FEW_JURORS
    if kept_aside:
        right = _exact(challenger, examples, jury)
    else:
        jury, right = fair, _cross_validated(examples, fair, progress, alpha)
    words = Pair(_exact(champion, examples, jury), right)
    test = examples.own_test
    own = Pair(_exact(champion, examples, test), _exact(challenger, examples, test))
    progress(FOLDS, FOLDS)
    return judge(words, own, cross_validated=not kept_aside)


def _cross_validated(examples: Examples, rows: Bools, progress: Progress, alpha: float) -> Bools:
    """Whether each of the marked rows is answered exactly right by a version not learned from it,
    nor from a near twin of it."""
    right = np.zeros(len(rows), dtype=np.bool_)
    for number, fold in enumerate(folds(examples, FOLDS)):
        progress(number, FOLDS)
        if (fold & rows).any():
            learned = (examples.learned | examples.new) & ~fold
            version = learn(examples.memory, examples.classes, learned, alpha)
            right[fold & rows] = _exact(version, examples, fold & rows)
    return right[rows]


def _exact(classifier: Classifier, examples: Examples, rows: Bools) -> Bools:
    """Whether a version answers each of the marked rows exactly right."""
    said = judged(classifier, examples.memory.embedding[rows], examples.classes)
    return exact(said, examples.memory.state[rows])
