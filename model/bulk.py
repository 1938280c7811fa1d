"""Many photos -> answers, in their order, on every core. Prints nothing.

A thread a core takes a few photos through all steps, each on that core alone. That beats cores
that share a step: decoding can't be shared, and the backbone is fastest one photo at a time.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model import files, image
from model.backbone import Backbone
from model.classifier import Classifier, embed, stored
from model.decision import Answer, Twin
from model.drawing import marked
from model.errors import BadPhoto
from model.explain import drawn as parts_drawn
from model.explain import why
from model.point import Point, PointHead, look

Floats = NDArray[np.float32]
Judge = Callable[[Floats], Sequence[Answer | Twin]]
"""Embeddings (N, D) -> N answers: `Classifier.answers` or `Classifier.twins`."""

See = Callable[[str], "tuple[Answer | Point, Path | None]"]
"""A photo -> what is seen in it, and the file that shows why. Raises `BadPhoto`."""

Work = Callable[[Sequence[str]], "list[Outcome]"]
"""A few photos through all steps."""

THREADS = os.cpu_count() or 1

CHUNK = 8
"""Photos that a thread takes at a time: they share the comparison with the training memory."""

AHEAD = 2
"""Chunks a thread that may be begun before their turn: bounds what waits behind a slow photo."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one photo: its answer, or why there is none; `ms` is the work it took.

    `drawn` is the file that shows what the answer rests on.
    """

    photo: str
    answer: Answer | Twin | Point | BadPhoto
    ms: float
    drawn: Path | None = None


def classify(
    photos: Sequence[str], backbone: Backbone, judge: Judge, threads: int = THREADS
) -> Iterator[Outcome]:
    """Files -> their outcomes, in order, as they come; a bad photo doesn't stop the others.

    `backbone` best has one thread: this runs it in `threads` at once.
    """
    return _in_order(photos, partial(_classify, backbone=backbone, judge=judge), threads)


def find_points(
    photos: Sequence[str],
    backbone: Backbone,
    head: PointHead,
    drawn: Mapping[str, Path],
    threads: int = THREADS,
) -> Iterator[Outcome]:
    """Like `classify`, for a model that finds a point.

    `drawn` names, by photo, the files that get it with its point. Raises `BadData` when one can't
    be written.
    """
    find = partial(_find, backbone=backbone, head=head, drawn=drawn)
    return _in_order(photos, partial(_one_by_one, find), threads)


def explain(
    photos: Sequence[str],
    backbone: Backbone,
    classifier: Classifier,
    drawn: Mapping[str, Path],
    threads: int = THREADS,
) -> Iterator[Outcome]:
    """Like `classify`; each photo is drawn with what in it spoke for the class in question.

    `drawn` names, by photo, the files that get it so. Raises `BadData` when one can't be written.
    """
    work = partial(_explain, backbone=backbone, classifier=classifier, drawn=drawn)
    return _in_order(photos, partial(_one_by_one, work), threads)


def _in_order(photos: Sequence[str], work: Work, threads: int) -> Iterator[Outcome]:
    size = max(1, min(CHUNK, len(photos) // threads))
    with ThreadPoolExecutor(threads, thread_name_prefix="classify") as pool:
        begun = deque[Future[list[Outcome]]]()
        for at in range(0, len(photos), size):
            begun.append(pool.submit(work, photos[at : at + size]))
            if len(begun) > AHEAD * threads:
                yield from begun.popleft().result()
        while begun:
            yield from begun.popleft().result()


def _classify(photos: Sequence[str], backbone: Backbone, judge: Judge) -> list[Outcome]:
    seen = [_embed(photo, backbone) for photo in photos]
    rows = [row for row, _ in seen if not isinstance(row, BadPhoto)]
    started = time.perf_counter()
    answers = iter(judge(np.stack(rows)) if rows else ())
    judge_ms = _ms_since(started) / max(1, len(rows))
    return [
        Outcome(photo, row, ms)
        if isinstance(row, BadPhoto)
        else Outcome(photo, next(answers), ms + judge_ms)
        for photo, (row, ms) in zip(photos, seen, strict=True)
    ]


def _embed(photo: str, backbone: Backbone) -> tuple[Floats | BadPhoto, float]:
    """The embedding (D,) of one file, or why there is none; and the ms that took."""
    started = time.perf_counter()
    try:
        pixels = image.pixels(files.read(photo), backbone.size_px)
        return embed(backbone, [pixels])[0], _ms_since(started)
    except BadPhoto as error:
        return error, _ms_since(started)


def _one_by_one(see: See, photos: Sequence[str]) -> list[Outcome]:
    outcomes = []
    for photo in photos:
        started = time.perf_counter()
        drawn = None
        answer: Answer | Point | BadPhoto
        try:
            answer, drawn = see(photo)
        except BadPhoto as error:
            answer = error
        outcomes.append(Outcome(photo, answer, _ms_since(started), drawn))
    return outcomes


def _find(
    photo: str, backbone: Backbone, head: PointHead, drawn: Mapping[str, Path]
) -> tuple[Point, Path | None]:
    data = files.read(photo)
    point = look(data, backbone, head).point
    if photo in drawn:
        files.write(drawn[photo], marked(data, point)[0])
    return point, drawn.get(photo)


def _explain(
    photo: str, backbone: Backbone, classifier: Classifier, drawn: Mapping[str, Path]
) -> tuple[Answer, Path]:
    data = files.read(photo)
    feature_map = backbone.feature_map(image.pixels(data, backbone.size_px)[None])  # (1, D, H, W)
    answer = classifier.answers(stored(feature_map.mean(axis=(2, 3))))[0]
    places = why(classifier, feature_map[0], answer.in_question).places
    files.write(drawn[photo], parts_drawn(data, places)[0])
    return answer, drawn[photo]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1e3
