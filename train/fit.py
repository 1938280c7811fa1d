"""Training a model from data sources: read, embed, split, learn, evaluate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.backbone import SHIPPED_BACKBONE, Backbone
from model.card import MODEL_NAME, Task
from model.errors import BadData
from model.head import PRESENT, Memory
from train.data.frame import class_list, rows_of, states
from train.draft import Draft
from train.events import Events
from train.learner import calibrated
from train.photos import Photos, embed_frame, read_photos


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, on which backbone, and the problems met on the way, in sentences."""

    draft: Draft
    backbone: Backbone
    problems: list[str]


def fit(
    model: str,
    sources: Sequence[str],
    classes: Sequence[str],
    *,
    backbone: Backbone,
    cache: Path,
    events: Events,
    command: str,
    sep: str,
    alpha: float,
    missed: float,
    task: Task = "multi-label",
    unfreeze: int = 0,
    tune_with: Sequence[str] = (),
) -> Fitted:
    """A version of `model` learned from `sources`.

    `classes` empty: all that the sources name; `alpha` and `missed` as in `train.learner`; `task`:
    with classes; `unfreeze`: the epochs for which the whole network is trained before, on the
    training photos of `tune_with` too. Raises `BadData`.
    """
    if not MODEL_NAME.fullmatch(model):
        raise BadData(f"{model!r} is no model name: use a-z, 0-9, - and _, at most 32.")
    if tune_with and not unfreeze:
        raise BadData("--tune-with are photos for the network alone: it needs --unfreeze EPOCHS.")
    # Near twins are told by the published network, whatever answers: to one that was tuned to a
    # class all its photos are twins.
    told_by = backbone if backbone.path == SHIPPED_BACKBONE else Backbone()
    photos = read_photos(
        [*sources, *tune_with],
        model=model,
        sep=sep,
        backbone=told_by,
        cache=cache,
        report=events.step("embed"),
    )
    if task == "single-label":
        photos = _showing_one(photos)
    own = ~photos.frame["source"].isin(tune_with).to_numpy()
    names = tuple(classes) or class_list(photos.frame[own])
    sides = photos.sides()
    memory = _memory(photos[own], sides[own], names)
    _check_classes(names, memory)
    if unfreeze:
        from train.unfreeze import tuned_backbone  # torchvision and timm take seconds to import

        work = cache / "unfreeze"
        every = _memory(photos, sides, names)
        backbone = tuned_backbone(photos, every, names, backbone.size_px, unfreeze, work, events)
    if backbone.key != told_by.key:
        memory = replace(memory, embedding=_embedding(photos[own], backbone, cache, events))
    events.step("fit")
    draft = Draft.of(
        model,
        calibrated(memory, names, memory.learned, alpha, missed),
        memory,
        task=task,
        files=photos.files,
        alpha=alpha,
        missed=missed,
        command=command,
        provenance=_provenance(sources, tune_with, memory),
    )
    return Fitted(draft, backbone, photos.problems)


def _showing_one(photos: Photos) -> Photos:
    """Those that show exactly one class: the others have nothing to say to a softmax."""
    ones = np.array([len(row.present - row.unknown) == 1 for row in rows_of(photos.frame)])
    left_out = len(ones) - int(ones.sum())
    told = f"{left_out} photos show no class, or several: left out, the task is single-label"
    kept = photos[ones.astype(np.bool_)]
    return replace(kept, problems=[*photos.problems, told]) if left_out else kept


def _embedding(
    photos: Photos, backbone: Backbone, cache: Path, events: Events
) -> NDArray[np.float16]:
    """The photos' embeddings (N, D) by another backbone than the one that they came with."""
    if photos.frame["photo"].isna().any():
        raise BadData("Another backbone needs the photos: this source has only embeddings of some.")
    frame = photos.frame.assign(embedding=None)  # one that a source gives is the other backbone's
    return embed_frame(frame, backbone, cache, events.step("embed")).embedding


def _provenance(
    sources: Sequence[str], tune_with: Sequence[str], memory: Memory
) -> dict[str, object]:
    also = {"tuned_with": list(tune_with)} if tune_with else {}
    return {"sources": list(sources), **also, "photos": len(memory)}


def _memory(photos: Photos, sides: NDArray[np.uint8], classes: tuple[str, ...]) -> Memory:
    return Memory(
        embedding=photos.embedding,
        state=states(photos.frame, classes),
        weight=photos.frame["weight"].to_numpy(np.float32),
        split=sides,
        photo_sha256=photos.photo_sha256,
    )


def _check_classes(classes: tuple[str, ...], memory: Memory) -> None:
    if not classes:
        raise BadData("The data name no class. Give labels, or --classes.")
    counts = (memory.state[memory.trains] == PRESENT).sum(axis=0)
    empty = [name for name, count in zip(classes, counts, strict=True) if count == 0]
    if empty:
        raise BadData(
            f"No photo to learn from shows {', '.join(empty)}. Add some, or leave it out."
        )
