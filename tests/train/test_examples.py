"""`train/examples.py`: the base's memory and people's words become one set of examples."""

from dataclasses import replace

import numpy as np

from model.head import ABSENT, PRESENT, TEST, TRAIN, UNKNOWN, VALID
from tests.train.toys import hashes, memory, names, said, sha256
from train.examples import JURY_EVERY, combine, folds, is_juror, learned_by

CLASSES = ("cat", "dog")
BASE = memory([0, 1, 2, 3], [[1, 0], [1, 0], [0, 1], [0, 0]], [TRAIN, VALID, TEST, TRAIN])

TRAINING = names(12, juror=False)
JURORS = names(12, juror=True)


def test_people_speak_of_new_photos() -> None:
    """They get rows of their own behind the base's; what nobody spoke of is unknown."""
    words = said(TRAINING[:2], [10, 11], [{"cat": PRESENT}, {"cat": ABSENT, "dog": PRESENT}])

    examples = combine(BASE, CLASSES, words)

    assert examples.classes == CLASSES
    assert examples.base_rows == 4
    assert examples.memory.state.tolist() == [
        *BASE.state.tolist(), [PRESENT, UNKNOWN], [ABSENT, PRESENT]
    ]  # fmt: skip
    assert examples.new.tolist() == [False] * 4 + [True] * 2
    assert examples.memory.photo_sha256[4:].tolist() == hashes(*TRAINING[:2]).tolist()


def test_words_on_a_remembered_photo_replace_its_labels() -> None:
    """Class by class; its row and its side stay, and it is not new."""
    words = said(["base 2", "base 0"], [2, 0], [{"cat": PRESENT}, {"cat": ABSENT, "dog": PRESENT}])

    examples = combine(BASE, CLASSES, words)

    assert examples.memory.state.tolist() == [[0, 1], [1, 0], [1, 1], [0, 0]]
    assert examples.memory.split.tolist() == BASE.split.tolist()
    assert not examples.new.any()


def test_a_photo_remembered_twice_is_relabelled_twice() -> None:
    """Two sources may have had the same photo."""
    twice = replace(BASE, photo_sha256=hashes("a", "a", "b", "c"))

    examples = combine(twice, CLASSES, said(["a"], [0], [{"dog": PRESENT}]))

    assert examples.memory.state[:2].tolist() == [[1, 1], [1, 1]]
    assert len(examples.memory) == 4


def test_one_in_five_new_photos_judges_and_never_trains() -> None:
    """By hash, so that it is the same one next time."""
    words = said([TRAINING[0], JURORS[0]], [10, 11], [{"cat": PRESENT}] * 2)

    examples = combine(BASE, CLASSES, words)

    assert examples.memory.split[4:].tolist() == [TRAIN, TEST]
    assert examples.jury.tolist() == [False] * 5 + [True]
    assert not (examples.jury & examples.learned).any()
    share = np.mean([is_juror(sha256(f"any {number}")) for number in range(2000)])
    assert abs(share - 1 / JURY_EVERY) < 0.03


def test_near_twins_take_the_side_of_the_earliest() -> None:
    """A later copy of a juror judges with it, a copy of a training photo trains with it."""
    words = said(
        [JURORS[0], TRAINING[0], TRAINING[1], JURORS[1]],
        [10, 10.1, 11, 11.1],
        [{"cat": PRESENT}] * 4,
    )

    examples = combine(BASE, CLASSES, words)

    assert examples.memory.split[4:].tolist() == [TEST, TEST, TRAIN, TRAIN]


def test_twins_of_the_memorys_photos_go_where_those_are() -> None:
    """Those of photos that train or tune train, those of test photos never do; none is new."""
    words = said(JURORS[:3], [0.1, 1.1, 2.1], [{"cat": PRESENT}] * 3)

    examples = combine(BASE, CLASSES, words)

    assert examples.memory.split[4:].tolist() == [TRAIN, TRAIN, TEST]
    assert not examples.new.any()
    assert not examples.jury.any()
    assert examples.own_test.tolist() == [False, False, True, False, False, False, False]


def test_a_class_joins_from_five_photos_on() -> None:
    """At four it waits, and is counted."""
    words = said(
        TRAINING[:9], range(10, 19), [{"fox": PRESENT}] * 5 + [{"owl": PRESENT, "cat": ABSENT}] * 4
    )

    examples = combine(BASE, CLASSES, words)

    assert examples.classes == ("cat", "dog", "fox")
    assert examples.joined == ("fox",)
    assert examples.waiting == {"owl": 4}
    assert examples.memory.state[4:9, 2].tolist() == [PRESENT] * 5
    assert examples.memory.state[9:, 2].tolist() == [UNKNOWN] * 4


def test_photos_said_not_to_show_a_class_are_not_counted() -> None:
    """Five photos of which people say "no fox" make no fox."""
    examples = combine(BASE, CLASSES, said(TRAINING[:5], range(10, 15), [{"fox": ABSENT}] * 5))

    assert (examples.joined, examples.waiting) == ((), {})


def test_a_class_of_which_every_photo_judges_waits() -> None:
    """Six copies of one juror teach nothing, however many they are."""
    copies = [10 + number / 100 for number in range(6)]
    words = said([JURORS[0], *TRAINING[:5]], copies, [{"fox": PRESENT}] * 6)

    examples = combine(BASE, CLASSES, words)

    assert examples.waiting == {"fox": 6}


def test_a_class_that_joins_is_absent_in_the_memory_but_for_near_twins_of_its_photos() -> None:
    """Those may show it too: unknown, unless people said something of them."""
    words = said(
        [*TRAINING[:5], "base 1"],
        [10, 11, 12, 0.1, 1.1, 1],
        [{"fox": PRESENT}] * 5 + [{"fox": ABSENT}],
    )

    examples = combine(BASE, CLASSES, words)

    assert examples.joined == ("fox",)
    assert examples.memory.state[:4, 2].tolist() == [UNKNOWN, ABSENT, ABSENT, ABSENT]


def test_what_speaks_of_no_class_of_the_model_does_not_judge() -> None:
    """A photo of a class that still waits would be right whatever is answered."""
    examples = combine(BASE, CLASSES, said(JURORS[:2], [10, 11], [{"owl": PRESENT}, {"cat": 0}]))

    assert examples.jury.tolist() == [False] * 5 + [True]


def test_opinions_train_with_their_weight_and_never_judge() -> None:
    """Only words of whoever sent the photo, or of an admin, confirm it."""
    words = said([TRAINING[0], JURORS[0]], [10, 11], [{"cat": PRESENT}] * 2)

    examples = combine(BASE, CLASSES, replace(words, weight=np.full(2, 0.25, np.float32)))

    assert examples.memory.weight.tolist() == [1, 1, 1, 1, 0.25, 0.25]
    assert not examples.new.any()


def test_folds_deal_new_photos_with_their_twins() -> None:
    """Every new photo is in one fold, near twins in the same, no photo of the base in any."""
    photos = names(40, juror=False)
    directions = [10 + number // 2 + (0.1 if number % 2 else 0) for number in range(40)]

    examples = combine(BASE, CLASSES, said(photos, directions, [{"cat": PRESENT}] * 40))
    dealt = np.array(folds(examples, 5))  # (5, M)

    assert dealt.sum(axis=0).tolist() == [0] * 4 + [1] * 40
    fold = dealt.argmax(axis=0)[4:]
    assert (fold[::2] == fold[1::2]).all()
    assert len(set(fold.tolist())) == 5


def test_a_version_knows_what_it_learned() -> None:
    """Its test photos are not among it."""
    known = learned_by(BASE, hashes("base 0", "base 1", "base 2", "else"))

    assert known.tolist() == [True, True, False, False]


def test_the_base_is_left_as_it_is() -> None:
    """Its arrays belong to a version that others read."""
    before = BASE.state.copy(), BASE.split.copy()

    combine(BASE, CLASSES, said(["base 0", JURORS[0]], [0, 10], [{"dog": PRESENT}] * 2))

    assert (BASE.state == before[0]).all()
    assert (BASE.split == before[1]).all()
