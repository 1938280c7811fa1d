"""A version's words on many embeddings; the trial of challenger against champion. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
Ints = NDArray[np.int64]
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
    scores, softmax = classifier.head.scores(embedding), classifier.head.twin_scores(embedding)
    similarity = classifier.similarity(embedding)
    named, asked, _ = decision.decide(scores, similarity, classifier.head.rule)
    have = classifier.classes
    if classifier.forced:
        named, asked = softmax == softmax.max(axis=1, keepdims=True), np.zeros_like(asked)
        scores = softmax
    return Judged(
        scores=_columns(scores, have, classes),
        named=_columns(named, have, classes),
        asked=_columns(asked, have, classes),
        twin=_columns(softmax, have, classes).argmax(axis=1),
        margin=margin(scores, similarity, classifier.head.rule),
        uncalibrated=_columns(platt.undone(scores), have, classes) if platt else None,
    )


def _columns(values: NDArray[Any], have: tuple[str, ...], want: tuple[str, ...]) -> NDArray[Any]:
    """Columns by class name: (N, have) -> (N, want), zero where there is none.

    Of several with one name (classes that were merged since) each row's greatest value counts.
    """
    columns = np.zeros((len(values), len(want)), dtype=values.dtype)
    for index, name in enumerate(want):
        parts = [place for place, each in enumerate(have) if each == name]
        if parts:
            columns[:, index] = values[:, parts].max(axis=1)
    return columns


@dataclass(frozen=True, slots=True)
class Trial:
    """The verdict, and what both said of the n photos that it rests on, by `rows` of the memory.

    Photos with people's words come first, in cross-validation from versions that did not learn
    them; then the base's test photos.
    """

    verdict: Verdict
    rows: Ints
    champion: Judged
    challenger: Judged


def trial(
    champion: Classifier,
    champion_learned: Bools,
    challenger: Classifier,
    examples: Examples,
    progress: Progress,
    alpha: float,
) -> Trial:
    """The gate: exact answers of both on photos with people's words and on the base's test photos.

    `champion_learned` (M,) marks photos that the champion learned: they can't judge it fairly.
    With too few photos kept aside, all that are fair judge, by cross-validation.
    """
    fair = examples.new & ~champion_learned
    jury, test = (fair & examples.jury).nonzero()[0], examples.own_test.nonzero()[0]
    kept_aside = len(jury) >= FEW_JURORS
    if kept_aside:
        said = [_asked(challenger, examples, jury)]
    else:
        jury, said = _cross_validated(examples, fair, progress, alpha)
    progress(FOLDS, FOLDS)
    rows = np.concatenate([jury, test])
    before = _asked(champion, examples, rows)
    now = _joined([*said, _asked(challenger, examples, test)])
    states = examples.memory.state[rows]
    both = Pair(exact(before, states), exact(now, states))
    words, own = both[: len(jury)], both[len(jury) :]
    return Trial(judge(words, own, cross_validated=not kept_aside), rows, before, now)


def _cross_validated(
    examples: Examples, fair: Bools, progress: Progress, alpha: float
) -> tuple[Ints, list[Judged]]:
    """The rows that are `fair` (M,), fold by fold, and what a version says of them that learned
    neither them nor near twins of them."""
    rows, said = [np.zeros(0, dtype=np.int64)], []
    for number, fold in enumerate(folds(examples, FOLDS)):
        progress(number, FOLDS)
        if (fold & fair).any():
            learned = (examples.learned | examples.new) & ~fold
            version = learn(examples.memory, examples.classes, learned, alpha)
            rows.append((fold & fair).nonzero()[0])
            said.append(_asked(version, examples, rows[-1]))
    return np.concatenate(rows), said


def _asked(classifier: Classifier, examples: Examples, rows: Ints) -> Judged:
    return judged(classifier, examples.memory.embedding[rows], examples.classes)


def _joined(parts: Sequence[Judged]) -> Judged:
    """What was said of several sets of photos, one after the other; without margins."""
    return Judged(
        scores=np.concatenate([each.scores for each in parts]),
        named=np.concatenate([each.named for each in parts]),
        asked=np.concatenate([each.asked for each in parts]),
        twin=np.concatenate([each.twin for each in parts]),
    )
