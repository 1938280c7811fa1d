"""`train/data/split.py`: near twins, and which side a photo is on."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from model import classifier
from model.backbone import EMBEDDING, Backbone
from model.head import TEST, TRAIN, VALID
from model.image import squash
from train.data import split as module
from train.data.split import hash_fraction, near_twins, split

Said = bool | None

untimed = settings(deadline=None)  # a busy machine is no failure


def hashes(*names: object) -> np.ndarray:
    """Hashes (N, 32) of photos called so."""
    digests = [hashlib.sha256(str(name).encode()).digest() for name in names]
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 32)


def alone(count: int) -> np.ndarray:
    """Groups of one photo each."""
    return np.arange(count)


def scene() -> Image.Image:
    """A made picture with some things in it."""
    picture = Image.new("RGB", (640, 480), "skyblue")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, 640, 480), fill="darkgreen")
    draw.ellipse((200, 150, 420, 400), fill="firebrick")
    draw.polygon([(440, 320), (500, 120), (560, 320)], fill="white")
    return picture


def test_copies_of_a_photo_are_near_twins() -> None:
    """Smaller, mirrored and slightly cropped copies join the photo, other photos don't."""
    photo = scene()
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    others = [Image.fromarray(noise), Image.new("RGB", (640, 480), "black")]
    copies = [
        photo.resize((400, 300)),
        photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        photo.crop((20, 15, 620, 465)),
    ]
    backbone = Backbone()

    seen = [squash(picture, backbone.size_px) for picture in (photo, *others, *copies)]
    group = near_twins(classifier.embed(backbone, seen))

    assert group.tolist() == [0, 1, 2, 0, 0, 0]


def test_links_chain_into_one_group() -> None:
    """a is like b and b like c: one group, though a is unlike c; its id is the earliest."""
    angles = np.radians([80.0, 0.0, 20.0, 40.0, 20.0])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    group = near_twins(points, threshold=float(np.cos(np.radians(21))))

    assert group.tolist() == [0, 1, 1, 1, 1]


def test_a_late_photo_joins_groups_that_were_apart() -> None:
    """The bridge comes last; all take the id of the earliest."""
    angles = np.radians([0.0, 40.0, 90.0, 20.0])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    group = near_twins(points, threshold=float(np.cos(np.radians(21))))

    assert group.tolist() == [0, 0, 2, 0]


@untimed
@given(st.integers(0, 40), st.integers(0, 2**32 - 1), st.integers(1, 7))
def test_groups_are_the_connected_components(count: int, seed: int, block: int) -> None:
    """Whatever the block size, groups agree with a search through all links."""
    points = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        group = near_twins(points, 0.9)

    assert group.tolist() == components(points, 0.9)


def components(points: np.ndarray, threshold: float) -> list[int]:
    """Connected components by plain search, each by its earliest member."""
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    linked = unit @ unit.T >= threshold
    found = [-1] * len(points)
    for start in range(len(points)):
        reached = [start] if found[start] < 0 else []
        while reached:
            here = reached.pop()
            found[here] = start
            reached += [other for other in np.flatnonzero(linked[here]) if found[other] < 0]
    return found


def test_photos_without_an_embedding_are_nobodys_twin() -> None:
    """Zeros are like nothing, not like each other."""
    assert near_twins(np.zeros((3, 4), dtype=np.float32)).tolist() == [0, 1, 2]


def test_photos_of_no_source_are_none() -> None:
    """No rows, no groups, no sides."""
    group = near_twins(np.zeros((0, EMBEDDING), dtype=np.float32))

    assert split(group, hashes(), []).shape == (0,)


def test_a_source_that_says_nothing_is_split_by_share() -> None:
    """15 % judge, 15 % tune, 70 % train."""
    sides = split(alone(20_000), hashes(*range(20_000)), [None] * 20_000)

    shares = np.bincount(sides, minlength=3) / 20_000
    assert shares[[TRAIN, VALID, TEST]] == pytest.approx([0.70, 0.15, 0.15], abs=0.01)


def test_photos_kept_for_validation_are_halved_and_the_others_train() -> None:
    """What the source keeps never trains; what it does not keep always does."""
    said: list[Said] = [True, False] * 2000

    sides = split(alone(4000), hashes(*range(4000)), said)

    assert (sides[1::2] == TRAIN).all()
    shares = np.bincount(sides[0::2], minlength=3) / 2000
    assert shares[[TRAIN, VALID, TEST]] == pytest.approx([0, 0.5, 0.5], abs=0.03)


def test_a_twin_of_a_validation_photo_never_trains() -> None:
    """One photo kept for validation keeps its whole group."""
    sides = split(np.array([0, 0, 0, 3]), hashes(*"abcd"), [False, True, None, False])

    assert sides[0] in (VALID, TEST)
    assert (sides[:3] == sides[0]).all()
    assert sides[3] == TRAIN


def test_a_group_with_a_training_photo_trains() -> None:
    """A photo of which nothing is said goes with its twin that is said to train."""
    for n in range(30):
        assert split(np.array([0, 0]), hashes(n, -n), [None, False]).tolist() == [TRAIN, TRAIN]


def test_hash_fractions_are_the_leading_bits() -> None:
    """The same number for ever: stored splits depend on it."""
    photo_sha256 = np.zeros((3, 32), dtype=np.uint8)
    photo_sha256[1, 0] = 0x80
    photo_sha256[2] = 0xFF

    fractions = hash_fraction(photo_sha256)

    assert fractions.tolist() == [0.0, 0.5, pytest.approx(1.0, abs=1e-9)]
    assert fractions.max() < 1


@st.composite
def grouped(draw: st.DrawFn) -> tuple[list[int], list[Said]]:
    """Photos in groups, each group's id its earliest member, and what sources say."""
    wished = draw(st.lists(st.integers(0, 12), max_size=30))
    first: dict[int, int] = {}
    group = [first.setdefault(wish, index) for index, wish in enumerate(wished)]
    said = draw(st.lists(st.sampled_from([True, False, None]), min_size=len(group)))
    return group, said[: len(group)]


def sides_of(group: Sequence[int], said: Sequence[Said], salt: int) -> list[int]:
    names = [f"{salt} {index}" for index in range(len(group))]
    return split(np.array(group, dtype=np.int64), hashes(*names), said).tolist()


@untimed
@given(grouped(), st.integers())
def test_groups_never_straddle(photos: tuple[list[int], list[Said]], salt: int) -> None:
    """All photos of a group are on one side."""
    group, said = photos

    sides = sides_of(group, said, salt)

    assert sides == [sides[first] for first in group]


@untimed
@given(grouped(), st.data(), st.integers())
def test_photos_that_come_later_move_only_the_groups_that_they_join(
    photos: tuple[list[int], list[Said]], data: st.DataObject, salt: int
) -> None:
    """A group that nobody joins keeps its side; so does one that photos join that say nothing."""
    group, said = photos
    ids = st.sampled_from([*sorted(set(group)), len(group)])
    joined = data.draw(st.lists(ids, max_size=5))
    later: list[Said] = [None] * len(joined)
    before = sides_of(group, said, salt)

    after = sides_of([*group, *joined], [*said, *later], salt)

    assert after[: len(group)] == before


@untimed
@given(grouped(), st.integers())
def test_no_photo_kept_for_validation_trains(
    photos: tuple[list[int], list[Said]], salt: int
) -> None:
    """However photos are grouped."""
    group, said = photos

    sides = sides_of(group, said, salt)

    assert all(side != TRAIN for side, kept in zip(sides, said, strict=True) if kept)


def test_sides_depend_on_the_photo_and_not_on_its_place() -> None:
    """In another order, and among others, each photo is where it was."""
    names = list(range(200))
    sides = dict(zip(names, split(alone(200), hashes(*names), [None] * 200), strict=True))

    some = names[150:20:-3]
    again = split(alone(len(some)), hashes(*some), [None] * len(some))

    assert [sides[name] for name in some] == again.tolist()
